"""Connections as a graph in the DOT language of Graphviz."""

from __future__ import annotations

from aksnetpol.report.connections.graph import graph
from aksnetpol.report.connections.model import Report


def render(report: Report) -> str:
    """Return a digraph; what is outside the cluster is an ellipse, what is in doubt a dashed arrow."""
    drawn = graph(report)
    lines = ["digraph connections {", "  rankdir=LR;", "  node [shape=box];", "  labelloc=t;"]
    lines.append(f"  label={quoted(drawn.title)};")
    for number, label in enumerate(drawn.nodes):
        shape = ", shape=ellipse" if number in drawn.outside else ""
        lines.append(f"  n{number} [label={quoted(label)}{shape}];")
    for edge in drawn.edges:
        style = ", style=dashed" if edge.dashed else ""
        lines.append(f"  n{edge.source} -> n{edge.destination} [label={quoted((edge.label,))}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def quoted(lines: tuple[str, ...]) -> str:
    """Return a quoted string of the DOT language, whose escapes in labels begin with a backslash."""
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") for line in lines)
    return '"' + "\\n".join(escaped) + '"'
