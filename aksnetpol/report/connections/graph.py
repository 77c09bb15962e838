"""Connections as nodes and edges, for the formats that draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aksnetpol.policy import Members
from aksnetpol.report.connections.model import Report, Row
from aksnetpol.report.connections.wording import doubt, heading, names, partial


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow between two nodes by their numbers; dashed when the connection is in doubt."""

    source: int
    destination: int
    label: str
    dashed: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """What is drawn.

    Args:
        nodes: the lines of each node's label; its number is its place.
        outside: numbers of the nodes that are outside the cluster.
    """

    title: tuple[str, ...]
    nodes: tuple[tuple[str, ...], ...]
    outside: frozenset[int]
    edges: tuple[Edge, ...]


def graph(report: Report) -> Graph:
    """Return a report as a graph: one node per distinct side, one edge per connection."""
    numbers: dict[tuple[tuple[str, ...], bool], int] = {}
    edges: dict[Edge, None] = {}
    for row, pod in _rows(report):
        source, destination = (
            numbers.setdefault(_node(report, side), len(numbers)) for side in (row.sources, row.destinations)
        )
        remarks = [str(row.ports), doubt(row.certainty), f"if {pod} is created" if pod else ""]
        label = ", ".join(filter(None, remarks))
        edges[Edge(source, destination, label, bool(doubt(row.certainty) or pod))] = None
    return Graph(
        title=tuple(filter(None, (partial(report), heading(report)))),
        nodes=tuple(label for label, _ in numbers),
        outside=frozenset(number for (_, beyond), number in numbers.items() if beyond),
        edges=tuple(edges),
    )


def _rows(report: Report) -> Iterator[tuple[Row, str]]:
    for row in report.rows:
        yield row, ""
    for exposed in report.exposure or ():
        for row in (*exposed.reaches, *exposed.reached_by):
            yield row, exposed.pod


def _node(report: Report, side: Members) -> tuple[tuple[str, ...], bool]:
    beyond = bool(side.addresses or side.domains) and not (side.namespaces or side.workloads or side.pods)
    return tuple(names(side, report.namespaces)), beyond
