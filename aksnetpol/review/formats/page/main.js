function make(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) if (value !== "") made[key] = value;
  made.append(...children);
  return made;
}

// Sizes are set here: the page's policy allows no style attributes.
function put(element, sizes) {
  for (const [name, value] of Object.entries(sizes)) element.style.setProperty(name, `${value}px`);
}

function within(value, count, least = 0) {
  return Math.max(least, Math.min(value, count - 1));
}

// A matrix is made when its part is first open.
function connect(section) {
  const place = section.querySelector(".reach"), part = {};
  if (!place) return part;
  place.hidden = false;
  const figure = place.querySelector(".graph"), data = place.querySelector("script"), box = place.closest("details");
  if (figure) part.graph = new Graph(figure, [...section.querySelectorAll("[data-part=connections] .row")]);
  const fill = () => {
    if (!box.open || part.matrix || !data) return;
    part.matrix = new Matrix(place.querySelector(".matrix"), new Reach(JSON.parse(data.textContent)));
    part.matrix.show(place.querySelector(".view :checked").value);
    part.ready?.();
  };
  box.addEventListener("toggle", fill);
  setTimeout(fill);
  place.querySelector(".view").addEventListener("change", (event) => {
    part.graph?.show(event.target.value);
    part.matrix?.show(event.target.value);
  });
  return part;
}

document.querySelector(".bar").hidden = false;
const parts = [...document.querySelectorAll(".stack")].map(connect);
const filters = new Filters(parts);
for (const part of parts) part.ready = () => filters.apply();
listen(filters, theme());
