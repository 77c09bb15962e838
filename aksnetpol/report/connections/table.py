"""Connections as a table for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from aksnetpol.report.connections.model import Exposed, Report, Row
from aksnetpol.report.connections.wording import doubt, heading, names, partial, remark, unenforced, wrap


def render(report: Report, width: int) -> str:
    """Return the table with its heading and what qualifies it; plain text of at most `width` columns."""
    parts = [wrap(text, width) for text in (partial(report), heading(report)) if text]
    parts += [wrap(f"! {line}", width, "  ") for line in unenforced(report.not_enforced)]
    parts += [wrap(f"* {remark(one)}", width, "  ") for one in report.above_layer_4]
    parts += [wrap(f"? {remark(one)}", width, "  ") for one in report.unknown or ()]
    if report.unknown == ():
        parts.append("? nothing is left unknown by this input")
    parts.append(_rows(report.rows, report.namespaces, width) if report.rows else "\nNo connections.\n")
    for exposed in report.exposure or ():
        parts.append(_exposed(exposed, report.namespaces, width))
    return "\n".join(parts).rstrip("\n") + "\n"


def _rows(rows: Sequence[Row], namespaces: Sequence[str], width: int) -> str:
    doubtful = any(doubt(row.certainty) for row in rows)
    columns = ("FROM", "TO", "PORTS", *(("CERTAINTY",) if doubtful else ()))
    cells = (
        (
            "\n".join(names(row.sources, namespaces)),
            "\n".join(names(row.destinations, namespaces)),
            str(row.ports).replace("; ", "\n"),
            *((str(row.certainty),) if doubtful else ()),
        )
        for row in rows
    )
    return grid(columns, cells, width)


def _exposed(exposed: Exposed, namespaces: Sequence[str], width: int) -> str:
    lines = [f"If {exposed.pod} is created, it would reach:"]
    for title, rows, side in (
        ("", exposed.reaches, "destinations"),
        ("and be reached by:", exposed.reached_by, "sources"),
    ):
        if title:
            lines.append(title)
        for row in rows:
            who = ", ".join(names(getattr(row, side), namespaces))
            remark = f" ({doubt(row.certainty)})" if doubt(row.certainty) else ""
            lines.append(f"  {who} on {row.ports}{remark}")
        if not rows:
            lines.append("  nobody")
    return "\n".join(wrap(line, width, "    ") for line in lines) + "\n"


def grid(columns: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> str:
    """Return rows under a header, long cells folded, without colours and without trailing blanks."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="")
    for column in columns:
        made.add_column(column, overflow="fold")
    for number, row in enumerate(rows):
        if number:
            made.add_row()
        made.add_row(*row)
    return plain(made, width)


def plain(table: Table, width: int) -> str:
    """Return a table as plain text."""
    text = StringIO()
    console = Console(file=text, width=width, color_system=None, markup=False, highlight=False, emoji=False)
    console.print(table)
    # ASCII, for terminals and pipes of any encoding.
    return "\n".join(line.rstrip() for line in text.getvalue().replace("\u2500", "-").splitlines()) + "\n"
