"""A connectivity matrix as one HTML page that needs no network."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from aksnetpol.report.page import base_style

_STYLE = base_style() + "td.bad { background: var(--bad); color: var(--bg); }\n"


@dataclass(frozen=True)
class Cell:
    """One connection of the matrix.

    Args:
        port: such as "80/TCP".
        expected, seen: words for what should be and what was.
        agrees: whether they mean the same.
        remark: what is behind a difference.
    """

    source: str
    destination: str
    port: str
    expected: str
    seen: str
    agrees: bool
    remark: str = ""


def page(title: str, summary: str, cells: Iterable[Cell], remarks: Iterable[str] = ()) -> str:
    """Return the page.

    Args:
        summary: a sentence above the matrix.
        remarks: what the matrix leaves out.
    """
    found = list(cells)
    sources = list(dict.fromkeys(one.source for one in found))
    destinations = list(dict.fromkeys(one.destination for one in found))
    by_pair: dict[tuple[str, str], list[Cell]] = {}
    for one in found:
        by_pair.setdefault((one.source, one.destination), []).append(one)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in destinations)
    rows = "".join(
        f'<tr><th scope="row">{escape(source)}</th>'
        + "".join(_cell(by_pair.get((source, destination), [])) for destination in destinations)
        + "</tr>"
        for source in sources
    )
    differing = "".join(
        f'<li class="bad">{escape(f"{one.source} -> {one.destination}:{one.port}: {one.remark}")}</li>'
        for one in found
        if not one.agrees
    )
    left_out = "".join(f"<li>{escape(remark)}</li>" for remark in remarks)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1><p>{escape(summary)}</p>"
        f"<table><thead><tr><td>from \\ to</td>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f"<ul>{differing}{left_out}</ul></body></html>\n"
    )


def _cell(cells: list[Cell]) -> str:
    if not cells:
        return '<td class="none">not tried</td>'
    kind = "good" if all(one.agrees for one in cells) else "bad"
    lines = "<br>".join(escape(f"{one.port}: {one.seen}{_expected(one)}") for one in cells)
    return f'<td class="{kind}">{lines}</td>'


def _expected(one: Cell) -> str:
    return "" if one.agrees else f", expected {one.expected}"
