"""Connections as a Mermaid flowchart, which GitHub and Azure DevOps draw in Markdown."""

from __future__ import annotations

from aksnetpol.report.connections.graph import graph
from aksnetpol.report.connections.model import Report

# Mermaid docs, flowchart syntax, "Entity codes to escape characters"; unescaped, these are HTML or Markdown.
# The colon because mermaid 11 takes `style x: #93;` in a label for a statement and drops its semicolon.
_ENTITIES = {ord(mark): f"#{ord(mark)};" for mark in '#"&<>`|*_[]{}\\:'} | {ord("\n"): " "}


def render(report: Report) -> str:
    """Return a flowchart; what is outside the cluster is a stadium, what is in doubt a dotted arrow."""
    drawn = graph(report)
    lines = ["flowchart LR", *(f"  %% {line}" for line in drawn.title)]
    if report.partial:
        lines.append(f'  partial{{{{"{escaped(drawn.title[:1])}"}}}}')
    for number, label in enumerate(drawn.nodes):
        first, last = ("([", "])") if number in drawn.outside else ("[", "]")
        lines.append(f'  n{number}{first}"{escaped(label)}"{last}')
    for edge in drawn.edges:
        arrow = "-.->" if edge.dashed else "-->"
        lines.append(f'  n{edge.source} {arrow}|"{escaped((edge.label,))}"| n{edge.destination}')
    return "\n".join(lines) + "\n"


def escaped(lines: tuple[str, ...]) -> str:
    """Return lines as a quoted Mermaid text."""
    return "<br/>".join(line.translate(_ENTITIES) for line in lines)
