// Who reaches whom, before and after: a number of ports for every pair of ends, and what became of it.
const BEFORE = 1, AFTER = 2, OPENED = 4, CLOSED = 8, RESIZED = 16;
const CHANGED = OPENED | CLOSED | RESIZED;

class Reach {
  constructor(data) {
    this.ends = data.ends.map(([name, group, when, alone]) => ({ name, group, when, alone }));
    this.ports = new Ports(data.ports);
    this.before = this.rows(data, 1);
    this.after = this.rows(data, 2);
    this.flags = this.compare();
    this.workloads = new Level(this, this.ends.map((end, number) => ({ ...end, ends: [number] })));
  }

  // A row of ports per source; sources in the same blocks share one.
  rows(data, when) {
    const inside = this.ends.map(() => []);
    data.blocks.forEach(([sources, , , there], block) => {
      if (there & when) each(data.sets[sources], (end) => inside[end].push(block));
    });
    const made = new Map();
    return inside.map((blocks) => {
      const key = blocks.join();
      if (!made.has(key)) made.set(key, this.row(data, blocks));
      return made.get(key);
    });
  }

  row(data, blocks) {
    const row = new Int32Array(this.ends.length);
    for (const block of blocks) {
      const [, destinations, ports] = data.blocks[block];
      const number = this.ports.given[ports];
      each(data.sets[destinations], (end) => { row[end] = this.ports.union(row[end], number); });
    }
    return row;
  }

  compare() {
    const size = this.ends.length, flags = new Uint8Array(size * size);
    for (let i = 0; i < size; i++) {
      const before = this.before[i], after = this.after[i];
      for (let j = 0; j < size; j++) {
        if (i !== j || !this.ends[i].alone) flags[i * size + j] = became(before[j], after[j]);
      }
    }
    return flags;
  }

  // Namespaces, and what is outside as one.
  get groups() {
    if (!this.grouped) {
      const units = new Map();
      this.ends.forEach((end, number) => {
        if (!units.has(end.group)) units.set(end.group, { name: end.group, group: end.group, when: 0, ends: [] });
        const unit = units.get(end.group);
        unit.ends.push(number);
        unit.when |= end.when;
      });
      this.grouped = new Level(this, [...units.values()]);
    }
    return this.grouped;
  }
}

// The pairs of ends, or of groups of ends.
class Level {
  constructor(reach, units) {
    this.reach = reach;
    this.units = units;
    this.flags = units.length === reach.ends.length ? reach.flags : this.collect();
  }

  collect() {
    const { flags } = this.reach, size = this.reach.ends.length, many = this.units.length;
    const place = new Int32Array(size), found = new Uint8Array(many * many);
    this.units.forEach((unit, number) => unit.ends.forEach((end) => { place[end] = number; }));
    for (let i = 0; i < size; i++) {
      const row = place[i] * many;
      for (let j = 0; j < size; j++) found[row + place[j]] |= flags[i * size + j];
    }
    return found;
  }

  at(row, column) {
    return this.flags[row * this.units.length + column];
  }

  // All about one pair: how many of its pairs of ends are connected, and on which ports.
  pair(row, column) {
    const { reach } = this, found = { pairs: 0, before: 0, after: 0, opened: 0, closed: 0, resized: 0, old: 0, now: 0 };
    for (const i of this.units[row].ends) for (const j of this.units[column].ends) {
      if (i === j && reach.ends[i].alone) continue;
      const flags = reach.flags[i * reach.ends.length + j];
      found.pairs++;
      found.before += flags & BEFORE ? 1 : 0;
      found.after += flags & AFTER ? 1 : 0;
      found.opened += flags & OPENED ? 1 : 0;
      found.closed += flags & CLOSED ? 1 : 0;
      found.resized += flags & RESIZED ? 1 : 0;
      found.old = reach.ports.union(found.old, reach.before[i][j]);
      found.now = reach.ports.union(found.now, reach.after[i][j]);
    }
    return found;
  }
}

function became(before, after) {
  const there = (before ? BEFORE : 0) | (after ? AFTER : 0);
  if (before === after) return there;
  return there | (!before ? OPENED : !after ? CLOSED : RESIZED);
}

function each(runs, action) {
  for (let n = 0; n < runs.length; n += 2) for (let end = runs[n]; end < runs[n] + runs[n + 1]; end++) action(end);
}
