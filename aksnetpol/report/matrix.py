"""A connectivity matrix as one HTML page that needs no network."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup

from aksnetpol.report.page import base_style
from aksnetpol.report.page.templates import template

_STYLE = "td.bad { background: var(--bad); color: var(--bg); }\n"


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
    by_pair: dict[tuple[str, str], list[Cell]] = {}
    for one in found:
        by_pair.setdefault((one.source, one.destination), []).append(one)
    return _template().render(
        title=title,
        summary=summary,
        style=Markup(base_style() + _STYLE),
        sources=list(dict.fromkeys(one.source for one in found)),
        destinations=list(dict.fromkeys(one.destination for one in found)),
        by_pair=by_pair,
        cells=found,
        remarks=list(remarks),
    )


@cache
def _template() -> Any:
    return template("aksnetpol.report", "page", "matrix.html", {})
