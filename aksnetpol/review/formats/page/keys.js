// The keyboard: search, rows, details, theme.
function listen(filters, turn) {
  const search = document.getElementById("search"), keys = document.getElementById("keys");
  document.getElementById("help").addEventListener("click", () => keys.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
    const typing = event.target.closest("input, select, textarea");
    if (typing) {
      if (typing === search && event.key === "ArrowDown") step(filters.rows, 1, event);
      if (event.key === "Escape" && typing.closest(".bar")) { filters.clear(); typing.blur(); }
      return;
    }
    const actions = {
      "/": () => { search.focus(); search.select(); },
      j: () => step(filters.rows, 1), ArrowDown: () => step(filters.rows, 1),
      k: () => step(filters.rows, -1), ArrowUp: () => step(filters.rows, -1),
      Escape: () => filters.clear(),
      t: turn,
      "?": () => keys.showModal(),
      Enter: () => unfold(event.target),
    };
    if (event.key === "Enter" && !event.target.matches(".row")) return;
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });
}

// Goes to the next row in sight, from the one that has the focus or had it last.
let last = null;

function step(rows, by, event) {
  event?.preventDefault();
  const sighted = rows.filter((row) => !row.hidden && row.checkVisibility());
  if (!sighted.length) return;
  const from = document.activeElement?.closest(".row") ?? last, place = sighted.indexOf(from);
  const next = sighted[place < 0 ? (by > 0 ? 0 : sighted.length - 1) : within(place + by, sighted.length)];
  last = next;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function unfold(row) {
  const box = row.querySelector("details");
  if (box) box.open = !box.open;
}

// Light or dark: the system's, until the button says otherwise.
function theme() {
  const root = document.documentElement, button = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const name = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  const turn = () => { root.dataset.theme = isDark() ? "light" : "dark"; name(); };
  button.addEventListener("click", turn);
  dark.addEventListener("change", name);
  name();
  return turn;
}
