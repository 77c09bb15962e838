"""Connections as CSV (RFC 4180): a row each, which says by itself what qualifies it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from aksnetpol.report.connections.model import Report, Row
from aksnetpol.report.connections.wording import names

COLUMNS = ("source", "destination", "ports", "certainty", "engine", "view", "partial", "if_created")


def render(report: Report) -> str:
    """Return a header and a row per connection; several members of a side are parted by a space."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(report))
    return text.getvalue()


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    for row in report.rows:
        yield _cells(report, row, "")
    for exposed in report.exposure or ():
        for row in dict.fromkeys((*exposed.reaches, *exposed.reached_by)):
            yield _cells(report, row, exposed.pod)


def _cells(report: Report, row: Row, if_created: str) -> tuple[str, ...]:
    return (
        " ".join(names(row.sources, most=None)),
        " ".join(names(row.destinations, most=None)),
        str(row.ports),
        row.certainty,
        report.engine,
        report.view,
        str(report.partial).lower(),
        if_created,
    )
