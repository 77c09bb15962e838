"""report/matrix.py and report/junit.py: what people and CI systems see of a verification."""

from html.parser import HTMLParser
from xml.etree import ElementTree

from aksnetpol.report.junit import Case, junit
from aksnetpol.report.matrix import Cell, page

CELLS = [
    Cell("shop/web", "shop/db", "5432/TCP", "allowed", "open", True),
    Cell("shop/web", "shop/db", "61234/TCP", "denied", "open", False, "the engine does not enforce <this>"),
    Cell("shop/x", "shop/web", "80/TCP", "denied", "TIMEOUT", True),
]


class Balanced(HTMLParser):
    """Checks that every element is closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_whole_and_shows_each_connection() -> None:
    text = page("Connections", "3 connections: 1 differs.", CELLS, ["not probed: x: y"])
    parser = Balanced()
    parser.feed(text)
    assert parser.open == []
    assert parser.seen.count("tr") == 3
    assert '<td class="bad">5432/TCP: open<br>61234/TCP: open, expected denied</td>' in text
    assert '<td class="none">not tried</td>' in text
    assert "does not enforce &lt;this&gt;" in text
    assert "not probed: x: y" in text
    assert "http" not in text, "a page that needs no network"


def test_junit_counts() -> None:
    text = junit("suite", [Case("g", "a"), Case("g", "b <", failure="no"), Case("g", "c", skipped="why")])
    root = ElementTree.fromstring(text)
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("3", "1", "1")
    assert [one.get("name") for one in root] == ["a", "b <", "c"]
    failure = root[1].find("failure")
    assert failure is not None
    assert failure.get("message") == "no"
