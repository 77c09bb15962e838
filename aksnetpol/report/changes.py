"""What differs between two snapshots or two engines: riskiest first, with the causes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aksnetpol.findings import Finding
from aksnetpol.policy import Cause, Change, ChangeKind, Difference, Members
from aksnetpol.report.connections.json_data import finding, location, members, ports
from aksnetpol.report.connections.wording import names, wrap
from aksnetpol.words import counted


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared.

    Args:
        name: as the user gave it.
        view: running, potential or mixed.
    """

    name: str
    engine: str
    view: str
    pods: int
    partial: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides and their difference."""

    old: Side
    new: Side
    difference: Difference


_SIGNS = {
    ChangeKind.ADDED: "+ opened",
    ChangeKind.REMOVED: "- closed",
    ChangeKind.APPEARED: "+ appears",
    ChangeKind.VANISHED: "- vanishes",
}


def render(comparison: Comparison, width: int) -> str:
    """Return the changes as plain text of at most `width` columns."""
    parts = [wrap(text, width, "  ") for text in _heading(comparison)]
    difference = comparison.difference
    for title, refs in (
        ("Workloads that appear: ", difference.appeared),
        ("Workloads that vanish: ", difference.vanished),
    ):
        if refs:
            parts.append(wrap(title + ", ".join(map(str, refs)), width, "  "))
    for change in difference.changes:
        parts.append("")
        parts += change_lines(change, width)
    parts += ["", wrap(summary(difference), width)]
    return "\n".join(parts) + "\n"


def summary(difference: Difference) -> str:
    """Return how many groups of connections changed, and how."""
    counts: dict[str, int] = {}
    for change in difference.changes:
        kind = word(change)
        counts[kind] = counts.get(kind, 0) + 1
    if not counts:
        return "No connection differs."
    return ", ".join(f"{number} {kind}" for kind, number in counts.items()) + "."


def word(change: Change) -> str:
    """Return what happened to the connections, also where only some of their ports changed."""
    if change.kind in (ChangeKind.ADDED, ChangeKind.REMOVED) and widened_or_narrowed(change):
        return "widened" if change.kind is ChangeKind.ADDED else "narrowed"
    return _SIGNS[change.kind][2:]


def widened_or_narrowed(change: Change) -> bool:
    """Tell whether the connection exists before and after, on other ports."""
    return bool(change.ports_before.ranges and change.ports_after.ranges)


def _heading(comparison: Comparison) -> Iterator[str]:
    for title, side in (("Old", comparison.old), ("New", comparison.new)):
        yield f"{title}: {side.name}, engine {side.engine}, {counted(side.pods, 'pod')} ({side.view})"
        if side.partial:
            yield f"PARTIAL: part of {side.name} could not be read, so this may be wrong."


def change_lines(change: Change, width: int) -> Iterator[str]:
    """Yield one change as lines of at most `width` columns."""
    sign = _SIGNS[change.kind][:2]
    who = f"{_names(change.sources)} -> {_names(change.destinations)}"
    yield wrap(f"{sign}{word(change)} ({change.risk}): {who}", width, "    ")
    if widened_or_narrowed(change):
        yield wrap(f"    ports: {change.ports_before} -> {change.ports_after}", width, "      ")
    else:
        yield wrap(f"    ports: {change.ports}", width, "      ")
    for cause in change.causes:
        yield wrap(f"    because: {_cause(cause)}", width, "      ")


def _names(who: Members) -> str:
    return ", ".join(names(who))


def _cause(cause: Cause) -> str:
    where = f" ({cause.location})" if cause.location else ""
    detail = f": {cause.detail}" if cause.detail else ""
    return f"{cause.kind}: {cause.subject}{detail}{where}"


def data(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as JSON data; docs/commands/diff.md documents the shape."""
    difference = comparison.difference
    return {
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "partial": comparison.old.partial or comparison.new.partial,
        "opened": difference.opened,
        "appeared": [str(ref) for ref in difference.appeared],
        "vanished": [str(ref) for ref in difference.vanished],
        "changes": [change_data(change) for change in difference.changes],
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "engine": side.engine,
        "view": side.view,
        "pods": side.pods,
        "partial": side.partial,
        "findings": [finding(one) for one in side.findings],
    }


def change_data(change: Change) -> dict[str, Any]:
    """Return one change as JSON data."""
    return {
        "kind": change.kind,
        "risk": change.risk,
        "source": members(change.sources),
        "destination": members(change.destinations),
        "ports": ports(change.ports),
        "portsBefore": ports(change.ports_before),
        "portsAfter": ports(change.ports_after),
        "causes": _causes(change.causes),
    }


def _causes(causes: Sequence[Cause]) -> list[dict[str, Any]]:
    return [
        {
            "kind": cause.kind,
            "subject": cause.subject,
            "detail": cause.detail,
            "location": location(cause.location),
        }
        for cause in causes
    ]
