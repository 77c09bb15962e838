// The matrix: only the cells in sight are in the page, so that thousands of workloads stay quick.
const LINE = 28, NARROW = 28, WIDE = 96, WIDEST = 190, TALLEST = 560;

class Matrix {
  constructor(place, reach) {
    this.place = place;
    this.reach = reach;
    this.view = "change";
    this.filters = { matches: null };
    this.active = { row: 0, column: 0 };
    this.build(place);
    this.level.value = reach.ends.length > 40 && reach.groups.units.length > 1 ? "groups" : "workloads";
    this.onlyChanged.checked = reach.flags.some((flags) => flags & CHANGED);
    this.choose();
    new ResizeObserver(() => this.lay()).observe(place);
  }

  build(place) {
    this.level = make("select", { ariaLabel: "Rows and columns" },
      make("option", { value: "groups", textContent: "Namespaces" }),
      make("option", { value: "workloads", textContent: "Workloads" }));
    this.from = make("input", { type: "search", placeholder: "From", ariaLabel: "Sources of the matrix", autocomplete: "off" });
    this.to = make("input", { type: "search", placeholder: "To", ariaLabel: "Destinations of the matrix", autocomplete: "off" });
    this.onlyChanged = make("input", { type: "checkbox" });
    this.size = make("span", { className: "none" });
    const label = make("label", {}, this.onlyChanged, " only what changes");
    this.sheet = make("div", { className: "sheet" });
    this.sight = make("div", { className: "sight", tabIndex: 0, role: "grid", ariaLabel: "Who reaches whom" }, this.sheet);
    this.detail = make("output", { className: "detail", ariaLive: "polite" });
    place.append(make("div", { className: "tools" }, this.level, this.from, this.to, label, this.size),
      this.sight, this.detail, legend());
    for (const one of [this.level, this.onlyChanged]) one.addEventListener("change", () => this.choose());
    for (const one of [this.from, this.to]) one.addEventListener("input", () => this.choose());
    this.sight.addEventListener("scroll", () => requestAnimationFrame(() => this.draw()), { passive: true });
    this.sight.addEventListener("keydown", (event) => this.key(event));
    this.sight.addEventListener("click", (event) => this.click(event));
    this.sight.addEventListener("dblclick", () => this.stepIn());
  }

  get table() {
    return this.level.value === "groups" ? this.reach.groups : this.reach.workloads;
  }

  show(view) {
    this.view = view;
    this.draw();
  }

  filter(filters) {
    this.filters = filters;
    this.choose();
  }

  // Chooses rows and columns: what the inputs name, and of that what changes or what the search meets.
  choose() {
    const { table } = this, { units } = table, { matches } = this.filters;
    const numbers = units.map((_, number) => number);
    const met = matches && units.map((unit) => unit.ends.some((end) => matches(this.reach.ends[end])));
    const rows = numbers.filter((one) => has(units[one], this.from.value));
    const columns = numbers.filter((one) => has(units[one], this.to.value));
    this.rows = rows;
    this.columns = columns;
    if (met || this.onlyChanged.checked) {
      const wanted = this.onlyChanged.checked ? CHANGED : 255;
      const asked = (row, column) => table.at(row, column) & wanted && (!met || met[row] || met[column]);
      this.rows = rows.filter((row) => columns.some((column) => asked(row, column)));
      this.columns = columns.filter((column) => this.rows.some((row) => asked(row, column)));
    }
    this.active = { row: 0, column: 0 };
    this.sight.scrollTo(0, 0);
    this.lay();
  }

  lay() {
    const room = this.place.clientWidth - 2, { units } = this.table;
    const longest = (places) => places.reduce((most, place) => Math.max(most, units[place].name.length * LETTER + 32), 0);
    this.head = Math.max(100, Math.min(longest(this.rows), room * 0.32, 260));
    this.cell = Math.min(WIDEST, Math.floor((room - this.head) / Math.max(1, this.columns.length)));
    if (this.cell < WIDE) this.cell = NARROW;
    this.top = this.cell === NARROW ? Math.max(2 * LINE, Math.min(longest(this.columns), 150)) : LINE;
    this.sight.hidden = !this.rows.length;
    this.size.textContent = this.rows.length
      ? `${this.rows.length} × ${this.columns.length} of ${units.length}`
      : "Nothing of the matrix matches.";
    const width = this.head + this.columns.length * this.cell, height = this.top + this.rows.length * LINE;
    put(this.sheet, { width, height });
    put(this.sight, { "max-width": width + 2, height: Math.min(height + 2, TALLEST) });
    this.sight.ariaRowCount = this.rows.length + 1;
    this.sight.ariaColCount = this.columns.length + 1;
    this.draw();
  }

  draw() {
    const { scrollLeft: left, scrollTop: top, clientWidth, clientHeight } = this.sight;
    const columns = range(left, clientWidth - this.head, this.cell, this.columns.length);
    const rows = range(top, clientHeight - this.top, LINE, this.rows.length);
    this.sheet.replaceChildren(this.heads(columns), ...rows.map((row) => this.line(row, columns)));
    const active = this.sheet.querySelector(".active");
    if (active) this.sight.setAttribute("aria-activedescendant", active.id);
    else this.sight.removeAttribute("aria-activedescendant");
  }

  heads(columns) {
    const corner = make("div", { className: "corner", role: "columnheader", textContent: "from ↓ to →" });
    put(corner, { width: this.head, height: this.top });
    const row = make("div", { className: "heads", role: "row", ariaRowIndex: 1 }, corner);
    put(row, { height: this.top, width: this.head + this.columns.length * this.cell });
    for (const column of columns) {
      const unit = this.table.units[this.columns[column]];
      const head = make("div", { className: `head ${this.cell === NARROW ? "upright" : ""} ${presence(unit)}`, role: "columnheader", title: unit.name, ariaColIndex: column + 2 },
        make("span", { textContent: unit.name }));
      put(head, { left: this.head + column * this.cell, width: this.cell, height: this.top });
      row.append(head);
    }
    return row;
  }

  line(row, columns) {
    const unit = this.table.units[this.rows[row]];
    const head = make("div", { className: `head ${presence(unit)}`, role: "rowheader", title: unit.name },
      make("span", { textContent: unit.name }));
    put(head, { width: this.head, height: LINE });
    const line = make("div", { className: "line", role: "row", ariaRowIndex: row + 2 }, head);
    put(line, { top: this.top + row * LINE, width: this.head + this.columns.length * this.cell, height: LINE });
    for (const column of columns) line.append(this.square(row, column));
    return line;
  }

  square(row, column) {
    const [i, j] = [this.rows[row], this.columns[column]], flags = this.table.at(i, j);
    const { sign, name, words } = state(flags, this.view);
    const isActive = row === this.active.row && column === this.active.column;
    const text = this.cell === NARROW || !sign ? sign : `${sign} ${this.portsText(i, j, flags)}`;
    const square = make("div", {
      className: `square ${name} ${isActive ? "active" : ""}`, role: "gridcell", textContent: text,
      id: isActive ? `${this.id}-active` : "", ariaColIndex: column + 2, ariaSelected: `${isActive}`, ariaLabel: text ? "" : words,
    });
    square.dataset.row = row;
    square.dataset.column = column;
    put(square, { left: this.head + column * this.cell, width: this.cell, height: LINE });
    return square;
  }

  portsText(i, j, flags) {
    const { old, now } = this.table.pair(i, j), { ports } = this.reach;
    if (this.view === "before") return ports.text(old);
    if (this.view === "after" || !(flags & CHANGED)) return ports.text(now);
    return old && now ? `${ports.text(old)} → ${ports.text(now)}` : ports.text(now || old);
  }

  get id() {
    this.name ??= `matrix-${Matrix.count = (Matrix.count ?? 0) + 1}`;
    return this.name;
  }

  click(event) {
    const square = event.target.closest(".square");
    if (square) this.move(Number(square.dataset.row), Number(square.dataset.column));
  }

  key(event) {
    const { row, column } = this.active, page = Math.max(1, Math.floor((this.sight.clientHeight - this.top) / LINE) - 1);
    const moves = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      PageUp: [row - page, column], PageDown: [row + page, column], Home: [row, 0], End: [row, this.columns.length - 1],
    };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (moves[event.key]) this.move(...moves[event.key]);
    else if (event.key === "Enter") this.stepIn();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  move(row, column) {
    const { sight, head, top, cell } = this;
    this.active = { row: within(row, this.rows.length), column: within(column, this.columns.length) };
    const x = this.active.column * cell, y = this.active.row * LINE;
    sight.scrollLeft = within(sight.scrollLeft, x + 1, x + cell - (sight.clientWidth - head));
    sight.scrollTop = within(sight.scrollTop, y + 1, y + LINE - (sight.clientHeight - top));
    this.draw();
    this.tell();
  }

  tell() {
    const i = this.rows[this.active.row], j = this.columns[this.active.column];
    if (i === undefined || j === undefined) return;
    const { units } = this.table, found = this.table.pair(i, j), { ports } = this.reach;
    const count = found.pairs > 1 ? ` ${found.before} of ${found.pairs} pairs before, ${found.after} after` : "";
    const moved = ["opened", "closed", "resized"].filter((one) => found[one]).map((one) => found.pairs > 1 ? `${found[one]} ${one}` : one);
    this.detail.replaceChildren(
      make("strong", { textContent: `${units[i].name} → ${units[j].name}` }), `:${count || ""}${moved.length ? ` ${count ? "(" : ""}${moved.join(", ")}${count ? ")" : ""}` : ""}. Before `,
      make("code", { textContent: ports.text(found.old) }), ", after ", make("code", { textContent: ports.text(found.now) }), ".");
  }

  stepIn() {
    if (this.level.value !== "groups" || !this.rows.length) return;
    const { units } = this.table;
    const [from, to] = [units[this.rows[this.active.row]], units[this.columns[this.active.column]]];
    this.level.value = "workloads";
    this.from.value = `${from.group}/`;
    this.to.value = `${to.group}/`;
    this.choose();
  }
}

// A text with a slash at its end names a whole namespace.
function has(unit, text) {
  const wanted = text.trim().toLowerCase();
  if (wanted.endsWith("/")) return `${unit.group}/`.toLowerCase() === wanted || unit.name.toLowerCase().startsWith(wanted);
  return unit.name.toLowerCase().includes(wanted);
}

function presence(unit) {
  return unit.when === 1 ? "gone" : unit.when === 2 ? "fresh" : "";
}

const STATES = {
  opened: ["+", "opened"], closed: ["−", "closed"], resized: ["±", "changed"], same: ["●", "connected"], apart: ["", "not connected"],
};

function state(flags, view) {
  const moved = flags & CHANGED;
  let name = moved === OPENED ? "opened" : moved === CLOSED ? "closed" : moved ? "resized" : flags ? "same" : "apart";
  if (view !== "change") {
    const there = flags & (view === "before" ? BEFORE : AFTER);
    const [sign, words] = STATES[there ? "same" : "apart"];
    return { name: there ? name : "apart", sign, words };
  }
  return { name, sign: STATES[name][0], words: STATES[name][1] };
}

function legend() {
  const items = ["opened", "closed", "resized", "same"].map((name) =>
    make("li", {}, make("span", { className: `square ${name}`, textContent: STATES[name][0], ariaHidden: "true" }), ` ${STATES[name][1]}`));
  return make("ul", { className: "legend" }, ...items);
}

// The numbers in sight along one side, with a few more.
function range(start, room, step, count) {
  const first = Math.max(0, Math.floor(start / step) - 2), last = Math.min(count, Math.ceil((start + room) / step) + 2);
  return Array.from({ length: Math.max(0, last - first) }, (_, number) => first + number);
}
