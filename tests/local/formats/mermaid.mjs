// Reads JSON lists of Mermaid texts from standard input; writes what the mermaid package makes of each.
// Runs in a folder that holds the packages: node mermaid.mjs FOLDER
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const require = createRequire(`${process.argv[2]}/package.json`)
const { JSDOM } = require('jsdom')
// Before mermaid is loaded: it takes its sanitizer from the window that it finds then.
const { window } = new JSDOM('')
globalThis.window = window
globalThis.document = window.document
const { default: mermaid } = await import(pathToFileURL(`${process.argv[2]}/node_modules/mermaid/dist/mermaid.core.mjs`))
mermaid.initialize({ startOnLoad: false })

const found = []
for (const text of JSON.parse(readFileSync(0, 'utf8'))) {
  try {
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text)
    const nodes = Object.fromEntries([...db.getVertices()].map(([id, one]) => [id, one.text]))
    const edges = db.getEdges().map((one) => [one.start, one.end, one.text, one.stroke])
    found.push({ nodes, edges })
  } catch (error) {
    found.push({ error: String(error.message ?? error) })
  }
}
process.stdout.write(JSON.stringify(found))
