"""The HTML page in a real headless Chromium: no complaint, search, filters, keyboard, graph and matrix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from aksnetpol.policy import Reachability, analyze, load_objects
from aksnetpol.policy.ask.connectivity import connectivity
from aksnetpol.review import Review
from aksnetpol.review.formats import html
from aksnetpol.review.formats.grid import grid
from tests.local.review.browser import MISSING, chromium, find, opened
from tests.unit.review.shop import (
    connections_only,
    deployment,
    in_namespace,
    namespace,
    policy,
    rule,
    shop,
    shops,
)

Write = Callable[[Review], Path]
HERE = Path(__file__).parent
OPENED, CLOSED, RESIZED, SAME, APART = "+", "\N{MINUS SIGN}", "\N{PLUS-MINUS SIGN}", "\N{BLACK CIRCLE}", ""
CHANGES = "[data-part=connections] .row:visible"
ROWS = ".row:visible"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.skip(MISSING)
    with chromium(path) as running:
        yield running


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(review: Review) -> Path:
        file = tmp_path / "review.html"
        file.write_text(html.render(review), encoding="utf-8")
        return file

    return to_file


@pytest.fixture(scope="module")
def shop_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "review.html"
    file.write_text(html.render(shops()), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (420, "light"), (420, "dark")]
)
def test_opens(width: int, scheme: str, browser: Browser, shop_page: Path) -> None:
    with opened(browser, shop_page, width, color_scheme=scheme) as page:
        page.locator(".square").first.wait_for()
        assert page.locator("section h2").count() == 4
        assert page.locator(".graph svg").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate((HERE / "contrast.js").read_text()) == []


def test_search_by_keyboard(browser: Browser, shop_page: Path) -> None:
    with opened(browser, shop_page) as page:
        every = page.locator(ROWS).count()
        page.keyboard.press("/")
        page.keyboard.type("8443 front")
        expect(page.locator("#found")).to_have_text(re.compile("^2 of"))
        assert [text.split()[1] for text in page.locator(ROWS).all_text_contents()] == ["widened", "widened"]
        assert page.locator("section:visible").count() == 2
        assert page.locator(".graph").first.locator(".flow").count() == 1
        page.keyboard.press("Escape")
        assert page.locator(ROWS).count() == every
        assert page.evaluate("document.activeElement.tagName") == "BODY"
        page.keyboard.press("/")
        page.keyboard.type("nothing is called so")
        expect(page.locator("#found")).to_have_text(re.compile("^0 of"))
        assert page.locator("section:visible").count() == 0


def test_search_opens_what_is_folded(browser: Browser, shop_page: Path) -> None:
    with opened(browser, shop_page) as page:
        kept = page.locator("details details", has_text="older findings kept").first
        assert kept.get_attribute("open") is None
        page.fill("#search", "kept prometheus")
        kept.locator(".row:visible").first.wait_for()
        page.keyboard.press("Escape")
        assert kept.get_attribute("open") is None


def test_filters(browser: Browser, shop_page: Path) -> None:
    with opened(browser, shop_page) as page:
        page.select_option("#stack", "dev")
        expect(page.locator("section:visible")).to_have_count(1)
        page.select_option("#kind", "closed")
        expect(page.locator("#found")).to_have_text(re.compile("^1 of"))
        assert "web/deployment/admin" in page.locator(ROWS).inner_text()
        page.click("#clear")
        page.select_option("#space", "payments")
        expect(page.locator("#clear")).to_be_visible()
        for row in page.locator(CHANGES).all():
            assert "payments" in (row.get_attribute("data-spaces") or "").split()
        heads = page.locator(".sight").first.locator("[role=rowheader]").all_text_contents()
        assert heads == ["payments/gateway", "payments/ledger"]


def test_rows_by_keyboard(browser: Browser, shop_page: Path) -> None:
    with opened(browser, shop_page) as page:
        at = "[...document.querySelectorAll('.row')].indexOf(document.activeElement)"
        seen: list[int] = []
        for key in ("j", "j", "ArrowDown", "k", "ArrowUp", "k"):
            page.keyboard.press(key)
            seen.append(page.evaluate(at))
        assert seen == [0, 1, 2, 1, 0, 0]
        page.locator(".row[data-kind=replace]").first.focus()
        page.keyboard.press("Enter")
        assert page.locator(".row[data-kind=replace] details").first.get_attribute("open") is None
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#keys").is_visible()


def test_theme(browser: Browser, shop_page: Path) -> None:
    with opened(browser, shop_page, color_scheme="light") as page:
        ground = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(ground)
        page.keyboard.press("t")
        assert page.evaluate(ground) != light
        page.click("#theme")
        assert page.evaluate(ground) == light


Cell = tuple[str, str]


def _cells(page: Page) -> dict[Cell, str]:
    """Read the matrix: source and destination to its text."""
    found = page.evaluate((HERE / "cells.js").read_text())
    return {(source, destination): text for source, destination, text in found}


def _expected(before: Reachability, after: Reachability) -> dict[Cell, str]:
    """Return what the matrix must show, from the pairs that each snapshot alone gives."""
    names = {
        end[0]: end for end in grid(connectivity(before, after))["ends"] if end[1] != "outside the cluster"
    }
    found: dict[Cell, str] = {}
    ports: list[dict[Cell, str]] = []
    for reach in (before, after):
        pairs = reach.workload_pairs()
        ports.append({(_short(one.source), _short(one.destination)): str(one.ports) for one in pairs})
    for pair in product(names, names):
        old, new = (one.get(pair, "") for one in ports)
        found[pair] = _sign(old, new)
    return found


def _sign(old: str, new: str) -> str:
    if old == new:
        return SAME if old else APART
    return OPENED if not old else RESIZED if new else CLOSED


def _short(end: object) -> str:
    return "/".join(str(end).split("/")[::2])


def test_matrix_is_what_the_policies_say(browser: Browser, write: Write) -> None:
    made = shop()
    assert made.reach
    with opened(browser, write(Review("main", "topic", (made,)))) as page:
        page.locator(".square").first.wait_for()
        changed = _cells(page)
        page.get_by_label("only what changes").uncheck()
        shown = {
            pair: text
            for pair, text in _cells(page).items()
            if all("/" in end and "." not in end for end in pair)
        }
        expected = _expected(*made.reach)
        assert shown == expected
        assert {OPENED, CLOSED, RESIZED, SAME, APART} == set(expected.values())
        rows, columns = ({pair[side] for pair in changed} for side in (0, 1))
        moved = {pair for pair, text in _cells(page).items() if text in (OPENED, CLOSED, RESIZED)}
        assert rows == {source for source, _ in moved}
        assert columns == {destination for _, destination in moved}


def test_matrix_by_keyboard(browser: Browser, write: Write) -> None:
    with opened(browser, write(Review("main", "topic", (shop(),)))) as page:
        page.get_by_label("Sources of the matrix").fill("web/")
        page.get_by_label("Destinations of the matrix").fill("cart")
        assert _cells(page) == {
            ("web/admin", "shop/cart"): f"{CLOSED} TCP 8080",
            ("web/front", "shop/cart"): f"{RESIZED} TCP 8080 → TCP 8080,8443",
        }
        page.locator(".sight").focus()
        page.keyboard.press("ArrowDown")
        said = "web/front → shop/cart: resized. Before TCP 8080, after TCP 8080,8443."
        assert page.locator(".detail").inner_text() == said
        assert page.locator(".active").get_attribute("aria-selected") == "true"


@pytest.mark.parametrize(
    ("view", "flows", "cell"),
    [("Change", 10, RESIZED), ("Before", 3, SAME), ("After", 9, SAME)],
)
def test_before_and_after(view: str, flows: int, cell: str, browser: Browser, write: Write) -> None:
    with opened(browser, write(Review("main", "topic", (shop(),)))) as page:
        page.locator(".square").first.wait_for()
        page.get_by_label(view, exact=True).check()
        assert page.locator(".flow").count() == flows
        cells = _cells(page)
        assert cells["web/front", "shop/cart"] == cell
        closed = {"Change": CLOSED, "Before": SAME, "After": APART}[view]
        assert cells["web/admin", "shop/cart"] == closed


def test_two_thousand_workloads(browser: Browser, write: Write) -> None:
    homes = [f"team{number:02}" for number in range(40)]
    base = [
        *map(namespace, homes),
        *(deployment(home, f"app{number:02}") for home in homes for number in range(50)),
    ]
    closed = [policy(home, "default", "", ingress=[rule("from", {"podSelector": {}})]) for home in homes]
    opens = policy("team07", "open", "app03", ingress=[rule("from", in_namespace("team39"), 80)])
    before, after = (analyze(load_objects([*base, *closed, *more]).cluster) for more in ([], [opens]))
    with opened(browser, write(Review("main", "topic", (connections_only("big", before, after),)))) as page:
        page.locator(".square").first.wait_for()
        assert _cells(page) == {("team39", "team07"): "+ TCP 80"}
        page.locator(".sight").focus()
        page.keyboard.press("Enter")
        cells = _cells(page)
        assert {destination for _, destination in cells} == {"team07/app03"}
        assert set(cells.values()) == {"+ TCP 80"}
        page.get_by_label("Sources of the matrix").fill("")
        page.get_by_label("Destinations of the matrix").fill("")
        page.get_by_label("only what changes").uncheck()
        assert "2001 of 2001" in page.locator(".tools").inner_text()
        page.locator(".sight").evaluate("(sight) => sight.scrollTo(sight.scrollWidth, sight.scrollHeight)")
        page.get_by_role("rowheader", name="team39/app49").wait_for()
        assert page.locator(".square").count() < 3000


def test_without_script(browser: Browser, shop_page: Path) -> None:
    with opened(browser, shop_page, java_script_enabled=False) as page:
        assert page.locator("h1 .badge").is_visible()
        assert page.locator(CHANGES).count() == 20
        assert not page.locator(".bar").is_visible()
        assert page.locator("noscript p").first.is_visible()


def test_a_strangers_name_runs_nothing(browser: Browser, write: Write) -> None:
    name = "x\"'><img src=x onerror=alert(1)></script><script>alert(2)</script>{{ 7*7 }}"
    made = shop()
    assert made.reach
    hostile = [
        namespace("demo"),
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "a", "namespace": "demo"},
            "spec": {"containers": []},
        },
    ]
    (pod,) = load_objects(hostile).cluster.pods
    named = replace(pod, name=name)
    reach = analyze(replace(load_objects(hostile).cluster, pods=[pod, named]))
    empty = analyze(load_objects(hostile).cluster)
    stack = replace(connections_only(name, empty, reach), policies=(name,))
    with opened(browser, write(Review(name, name, (stack,)))) as page:
        page.locator(".square").first.wait_for()
        assert page.locator("img").count() == 0
        assert page.locator("section h2").inner_text().startswith(f"Stack {name}")
        assert name in page.locator(".graph svg").text_content()  # type: ignore[operator]  # there is text
        assert f"demo/{name}" in page.locator("[role=rowheader]").all_text_contents()
        page.fill("#search", "alert(2)")
        expect(page.locator("#found")).to_have_text(re.compile("^4 of 4"))
