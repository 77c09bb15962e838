// One search and three filters for everything in the page.
class Filters {
  constructor(parts) {
    this.parts = parts; // graphs and matrices of each stack
    this.rows = [...document.querySelectorAll(".row")];
    this.text = new Map();
    this.inputs = ["search", "stack", "kind", "space"].map((id) => document.getElementById(id)).filter(Boolean);
    this.clearer = document.getElementById("clear");
    this.found = document.getElementById("found");
    this.offer();
    for (const input of this.inputs) input.addEventListener("input", () => this.later());
    this.clearer.addEventListener("click", () => this.clear());
    this.apply();
  }

  // Lists the kinds that are there.
  offer() {
    const counts = new Map();
    for (const row of this.rows) counts.set(row.dataset.kind, (counts.get(row.dataset.kind) ?? 0) + 1);
    const kinds = document.getElementById("kind");
    for (const [kind, count] of counts) kinds.append(make("option", { value: kind, textContent: `${kind} (${count})` }));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.apply(), 80);
  }

  clear() {
    for (const input of this.inputs) input.value = "";
    this.apply();
  }

  get asked() {
    const value = Object.fromEntries(this.inputs.map((input) => [input.id, input.value]));
    const words = value.search.toLowerCase().split(/\s+/).filter(Boolean);
    return { words, stack: value.stack ?? "", kind: value.kind, space: value.space ?? "" };
  }

  apply() {
    const asked = this.asked, { words, stack, kind, space } = asked;
    const active = Boolean(words.length || stack || kind || space);
    let shown = 0;
    for (const row of this.rows) {
      row.hidden = active && !this.meets(row, asked);
      shown += row.hidden ? 0 : 1;
    }
    this.found.textContent = active ? `${shown} of ${this.rows.length}` : `${this.rows.length} ${this.rows.length === 1 ? "entry" : "entries"}`;
    this.clearer.hidden = !active;
    this.fold(active);
    const meets = (end) => words.every((word) => `${end.name} ${end.group}`.toLowerCase().includes(word)) && (!space || end.group === space);
    for (const part of this.parts) {
      part.graph?.draw();
      part.matrix?.filter({ matches: words.length || space ? meets : null });
    }
  }

  meets(row, { words, stack, kind, space }) {
    if (kind && row.dataset.kind !== kind) return false;
    if (space && !row.dataset.spaces.split(" ").includes(space)) return false;
    if (stack && row.closest(".stack").dataset.stack !== stack) return false;
    if (!this.text.has(row)) this.text.set(row, row.textContent.toLowerCase());
    return words.every((word) => this.text.get(row).includes(word));
  }

  // Hides what has nothing to show, and opens what is closed over something found.
  fold(active) {
    const { words, stack, kind, space } = this.asked;
    for (const section of document.querySelectorAll(".stack")) {
      const found = [...section.querySelectorAll(".row")].some((row) => !row.hidden);
      const named = section.dataset.stack === stack && !words.length && !kind && !space;
      section.hidden = active && !found && !named;
    }
    for (const box of document.querySelectorAll("details")) {
      const rows = [...box.querySelectorAll(".row")];
      if (!rows.length) continue;
      const found = rows.some((row) => !row.hidden);
      box.hidden = active && !found;
      if (active && found && !box.open) box.dataset.opened = "yes";
      if (!box.dataset.opened) continue;
      box.open = active;
      if (!active) delete box.dataset.opened;
    }
  }
}
