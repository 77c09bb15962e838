// Sets of ports as runs on one line, a stretch per protocol. Each distinct set has one number, so that
// sets compare by number; 0 is the empty one.
const STRETCH = 65536;
const PROTOCOLS = ["TCP", "UDP", "SCTP"];

class Ports {
  constructor(sets) {
    this.sets = [[]];
    this.numbers = new Map([["", 0]]);
    this.unions = new Map();
    this.given = sets.map((runs) => this.number(runs));
  }

  number(runs) {
    const key = runs.join();
    if (!this.numbers.has(key)) {
      this.numbers.set(key, this.sets.length);
      this.sets.push(runs);
    }
    return this.numbers.get(key);
  }

  union(a, b) {
    if (a === b || !b) return a;
    if (!a) return b;
    const key = a < b ? `${a} ${b}` : `${b} ${a}`;
    let found = this.unions.get(key);
    if (found === undefined) {
      found = this.number(merged(this.sets[a], this.sets[b]));
      this.unions.set(key, found);
    }
    return found;
  }

  text(number) {
    const runs = this.sets[number];
    if (!runs.length) return "none";
    const parts = PROTOCOLS.map((name, index) => [name, inStretch(runs, index * STRETCH)]);
    if (parts.every(([, texts]) => texts[0] === "all")) return "all ports";
    return parts.filter(([, texts]) => texts.length).map(([name, texts]) => `${name} ${texts.join()}`).join("; ");
  }
}

function merged(left, right) {
  const runs = [];
  for (const side of [left, right]) for (let n = 0; n < side.length; n += 2) runs.push([side[n], side[n + 1]]);
  runs.sort((a, b) => a[0] - b[0]);
  const found = [];
  for (const [first, last] of runs) {
    const end = found.length - 1;
    // A run ends with its protocol, as in the data.
    if (end > 0 && (first < found[end] || (first === found[end] && first % STRETCH))) found[end] = Math.max(found[end], last);
    else found.push(first, last);
  }
  return found;
}

function inStretch(runs, base) {
  const texts = [];
  for (let n = 0; n < runs.length; n += 2) {
    const first = runs[n] - base, last = runs[n + 1] - 1 - base;
    if (first < 0 || first >= STRETCH) continue;
    texts.push(first === 0 && last === STRETCH - 1 ? "all" : first === last ? `${first}` : `${first}-${last}`);
  }
  return texts;
}
