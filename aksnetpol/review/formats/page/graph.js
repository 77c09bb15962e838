// The flows of the connection rows in sight: sources on the left, destinations on the right.
const MOST_FLOWS = 60, TEXT = 17, PADDING = 8, LETTER = 7.4;
const SVG = "http://www.w3.org/2000/svg";

class Graph {
  constructor(figure, rows) {
    this.figure = figure;
    this.rows = rows;
    this.view = "change";
    this.caption = figure.querySelector("figcaption");
    new ResizeObserver(() => this.draw()).observe(figure);
  }

  show(view) {
    this.view = view;
    this.draw();
  }

  draw() {
    const all = this.rows.filter((row) => !row.hidden).map(flow).filter((one) => this.view === "change" || one[this.view] !== "none");
    const flows = all.slice(0, MOST_FLOWS), width = Math.floor(this.figure.clientWidth);
    this.caption.textContent = caption(all.length, flows.length, this.view);
    this.figure.querySelector("svg")?.remove();
    if (!flows.length || width < 200) return;
    this.figure.prepend(this.picture(flows, width));
  }

  picture(flows, width) {
    const [left, right] = [nodes(flows, "source"), nodes(flows, "destination")];
    right.sort((a, b) => middle(a, left, "source") - middle(b, left, "source"));
    const box = Math.min(300, Math.floor(width * 0.36));
    const height = Math.max(stack(left, 0, box), stack(right, width - box, box));
    for (const side of [left, right]) center(side, height);
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": this.caption.textContent });
    svg.append(...flows.map((one) => this.arrow(one, left, right)), ...[...left, ...right].map(drawn));
    return svg;
  }

  arrow(one, left, right) {
    const source = left.find((node) => node.key === one.source.join("\n"));
    const destination = right.find((node) => node.key === one.destination.join("\n"));
    const [x1, y1] = [source.x + source.width, slot(source)], [x2, y2] = [destination.x - 7, slot(destination)];
    const bend = (x2 - x1) / 2;
    const text = this.label(one), shown = cut(text, (x2 - x1) * 0.75);
    const label = draw("text", { class: "ports", x: x1 + 10, y: y1 + 4 });
    label.append(title(text), shown);
    const group = draw("g", { class: `flow ${one.name}` });
    group.append(
      draw("path", { class: "arrow", d: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` }),
      draw("path", { class: "tip", d: `M${x2 + 7} ${y2} l-9 -4.5 v9 z` }),
      draw("rect", { class: "ground", x: x1 + 6, y: y1 - 8, width: shown.length * LETTER + 6, height: 16 }),
      label);
    return group;
  }

  label(one) {
    return this.view === "change" ? `${one.sign} ${one.ports}` : one[this.view];
  }
}

function flow(row) {
  const [what, source, destination, ports] = row.cells;
  return {
    name: what.classList[1], sign: what.textContent.trim()[0],
    source: names(source), destination: names(destination), ports: ports.querySelector("code").textContent,
    before: row.dataset.before, after: row.dataset.after,
  };
}

function names(cell) {
  const found = [...cell.querySelectorAll(":scope > code")].map((one) => one.textContent);
  const more = cell.querySelector("summary");
  return more ? [...found, more.textContent] : found;
}

function nodes(flows, side) {
  const found = new Map();
  for (const one of flows) {
    const key = one[side].join("\n");
    if (!found.has(key)) found.set(key, { key, lines: one[side], flows: [], taken: 0 });
    found.get(key).flows.push(one);
  }
  return [...found.values()];
}

// Where the other ends of a node's flows stand, on average: nodes in that order cross little.
function middle(node, others, side) {
  const places = node.flows.map((one) => others.findIndex((other) => other.key === one[side].join("\n")));
  return places.reduce((sum, place) => sum + place, 0) / places.length;
}

function stack(side, x, width) {
  let y = 4;
  for (const node of side) {
    Object.assign(node, { x, y, width, height: Math.max(node.lines.length * TEXT + 2 * PADDING, node.flows.length * 20) });
    y += node.height + 14;
  }
  return y - 10;
}

function center(side, height) {
  const last = side.at(-1), shift = (height - 4 - last.y - last.height) / 2;
  for (const node of side) node.y += Math.max(0, shift);
}

function slot(node) {
  node.taken += 1;
  return node.y + (node.height * (node.taken - 0.5)) / node.flows.length;
}

function drawn(node) {
  const group = draw("g", { class: "node" });
  const start = node.y + (node.height - node.lines.length * TEXT) / 2 + 12.5;
  group.append(title(node.lines.join("\n")), draw("rect", { x: node.x + 0.5, y: node.y, width: node.width - 1, height: node.height, rx: 5 }));
  node.lines.forEach((line, number) => {
    const text = draw("text", { x: node.x + PADDING, y: start + number * TEXT });
    text.textContent = cut(line, node.width - 2 * PADDING);
    group.append(text);
  });
  return group;
}

function cut(text, room) {
  const most = Math.max(3, Math.floor(room / LETTER));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function title(text) {
  const found = draw("title", {});
  found.textContent = text;
  return found;
}

function caption(all, shown, view) {
  const what = { change: "flows that change", before: "of these flows as they were before", after: "of these flows as they are after" }[view];
  return shown < all ? `The first ${shown} of ${all} ${what}; search or filter to see others.` : `${all} ${what}.`;
}

function draw(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
