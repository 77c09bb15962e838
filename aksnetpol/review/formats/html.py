"""A report as one HTML page that needs no network; what it says stands in the page without its script.

Everything in it is text of a stranger: the template escapes it, and the page's own policy lets no other
script run and nothing be fetched.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from markupsafe import Markup

from aksnetpol.policy.ask.connectivity import connectivity
from aksnetpol.report.connections.wording import MOST
from aksnetpol.report.page import asset, base_style
from aksnetpol.report.page.templates import template
from aksnetpol.review.formats import published, schema
from aksnetpol.review.formats.grid import grid
from aksnetpol.review.masking import shown
from aksnetpol.review.model import Review
from aksnetpol.words import counted

_PACKAGE = "aksnetpol.review.formats"
_SCRIPTS = ("ports", "reach", "matrix", "graph", "filter", "keys", "main")
_FEW = 4  # property changes or causes that are open from the start
_ROWS = 200  # of a list that are laid out from the start; a browser takes its time with thousands
_NAMESPACE = re.compile(r"^\S+ ([^/\s]+)/")  # of a subject such as "NetworkPolicy demo/inside"


def render(review: Review | schema.Report) -> str:
    """Return the page; a saved report has no connectivity, so that its page has no matrix."""
    report = published.report(review) if isinstance(review, Review) else review
    return _template().render(
        report=report,
        grids=_grids(review) if isinstance(review, Review) else {},
        namespaces=sorted({name for one in report.stacks for name in _namespaces(one)}),
        style=Markup(_style()),
        script=Markup(_script()),
        style_hash=_hash(_style()),
        script_hash=_hash(_script()),
    )


@cache
def _template() -> Any:
    words = (published.how_read, published.networking, published.place, published.port_set, published.word)
    helpers: dict[str, Any] = {one.__name__: one for one in (*words, counted)}
    own = {"batches": _batches, "few": _FEW, "shown": shown, "sides": _sides, "spaces": _spaces}
    return template(_PACKAGE, "page", "page.html", {**helpers, **own, "space_of": _space_of})


@cache
def _style() -> str:
    return f"{base_style()}\n{asset(_PACKAGE, 'page/review.css')}"


@cache
def _script() -> str:
    parts = "\n".join(asset(_PACKAGE, f"page/{name}.js") for name in _SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}\n}})();\n'


def _hash(text: str) -> str:
    """Return a source of a Content Security Policy (W3C, CSP level 3, 2.3.1)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _grids(review: Review) -> dict[str, Markup]:
    """Return the connectivity of each stack as JSON that cannot end its element."""
    found = {one.stack: grid(connectivity(*one.reach)) for one in review.stacks if one.reach}
    return {name: _json(one) for name, one in found.items()}


def _json(found: object) -> Markup:
    text = json.dumps(found, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _batches(rows: list[Any]) -> list[tuple[bool, list[Any]]]:
    """Return rows in what is shown at once and, folded, the rest; with whether it is the rest."""
    return [(folded, some) for folded, some in ((False, rows[:_ROWS]), (True, rows[_ROWS:])) if some]


def _sides(members: schema.Members) -> tuple[list[str], list[str]]:
    """Return the names of a side: those to show at once, and the rest."""
    names = published.shown_names(members, most=None)
    first = len(names) if len(names) <= MOST else MOST - 1
    return names[:first], names[first:]


def _spaces(change: schema.Connections) -> list[str]:
    """Return the namespaces that connections begin or end in."""
    found: set[str] = set()
    for side in (change.source, change.destination):
        found |= {*side.namespaces, *(one.split("/")[0] for one in (*side.workloads, *side.pods))}
    return sorted(found)


def _space_of(finding: schema.Finding) -> str:
    """Return the namespace of a finding's subject; empty where it has none."""
    found = _NAMESPACE.match(finding.subject)
    return found[1] if found else ""


def _namespaces(stack: schema.Stack) -> Iterable[str]:
    for one in stack.connections:
        yield from _spaces(one)
    for compared in (stack.lint, stack.retirements):
        yield from filter(None, map(_space_of, (*compared.new, *compared.fixed, *compared.kept)))
