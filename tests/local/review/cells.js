// The first matrix as [source, destination, text], where all of it is in sight.
() => {
  const sight = document.querySelector(".sight"), found = [];
  const [, ...heads] = [...sight.querySelectorAll("[role=columnheader]")].map((one) => one.textContent);
  for (const line of sight.querySelectorAll(".line")) {
    const name = line.querySelector("[role=rowheader]").textContent;
    line.querySelectorAll(".square").forEach((one, n) => found.push([name, heads[n], one.textContent]));
  }
  return found;
}
