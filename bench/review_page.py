"""How long the HTML page of a review takes to make and to open, in a headless Chromium on PATH.

Two clusters of 2,000 workloads in 100 namespaces: few policies, and one for each workload. Opened is: the
matrix is drawn. Then a search is typed, and the whole matrix, workload by workload, is asked for.
"""

import json
import shutil
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from policy_cluster import Manifest, manifests

from aksnetpol.policy import load_objects
from aksnetpol.review import Review, Revision, StackReview, build
from aksnetpol.review.formats import html

WORKLOADS, LIMIT, ROUNDS = 2_000, 2.0, 5
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
# Milliseconds from an input to the frame that shows its effect.
EFFECT = """async ([selector, value]) => {
  const input = document.querySelector(selector), began = performance.now();
  if (input.type === "checkbox") input.click();
  else {
    input.value = value;
    input.dispatchEvent(new Event(input.tagName === "SELECT" ? "change" : "input"));
    await new Promise((done) => setTimeout(done, 81));
  }
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""


def main() -> None:
    """Make both pages, open each some times, print one table."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        sys.exit("no Chromium on PATH")
    print(f"{'policies':>8}{'make, s':>9}{'MiB':>6}{'open, s':>9}{'search, s':>11}{'whole matrix, s':>17}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found)
        for policies in (200, WORKLOADS):
            stack = _stack(policies)
            began = time.perf_counter()
            text = html.render(Review("main", "topic", (stack,)))
            made = time.perf_counter() - began
            file = Path(folder) / "page.html"
            file.write_text(text, encoding="utf-8")
            runs = [_open(browser, file) for _ in range(ROUNDS)]
            opened, search, whole = (statistics.median(column) for column in zip(*runs, strict=True))
            size, late = len(text) / 2**20, " LATE" if opened > LIMIT else ""
            times = f"{opened:>9.2f}{search:>11.2f}{whole:>17.2f}"
            print(f"{policies:>8}{made:>9.2f}{size:>6.1f}{times}{late}")
        browser.close()
    print(f"{WORKLOADS} workloads; median of {ROUNDS}; to open: at most {LIMIT:.0f} s")


def _stack(policies: int) -> StackReview:
    """Return a review: ten pods relabelled, a namespace relabelled, twelve policies removed."""
    old = manifests(WORKLOADS, policies=policies)
    new: list[Manifest] = json.loads(json.dumps(old))
    for pod in new[100:110]:
        pod["metadata"]["labels"]["app"] = "app7"
    new[0]["metadata"]["labels"]["team"] = "team3"
    del new[-12:]
    before, after = (
        Revision(name, (), load_objects(one), "calico") for name, one in (("main", old), ("topic", new))
    )
    return build("dev", before, after, (), date(2026, 11, 23))


def _open(browser: Browser, file: Path) -> tuple[float, float, float]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    began = time.perf_counter()
    page.goto(file.as_uri())
    page.locator(".square").first.wait_for()
    opened = time.perf_counter() - began
    search = page.evaluate(EFFECT, ["#search", "ns5"])
    page.evaluate(EFFECT, ["#search", ""])
    page.evaluate(EFFECT, [".tools select", "workloads"])
    whole = page.evaluate(EFFECT, [".tools input[type=checkbox]", ""])
    page.close()
    return opened, search / 1000, whole / 1000


if __name__ == "__main__":
    main()
