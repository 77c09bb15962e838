"""What a report on connections holds, whatever its format; what to show is decided here, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import compress
from operator import is_not

from aksnetpol.findings import Finding, Location
from aksnetpol.policy import (
    Certainty,
    Connection,
    Domain,
    Filter,
    Group,
    Members,
    Node,
    Outside,
    Pod,
    Reachability,
    View,
    exposure,
)
from aksnetpol.policy.analysis.groups import End
from aksnetpol.policy.ask.remarks import Remark
from aksnetpol.policy.model.cluster import PortRange
from aksnetpol.policy.model.ports import PortSet


class Level(StrEnum):
    """How fine the rows are."""

    GROUPS = "groups"
    WORKLOADS = "workloads"
    PODS = "pods"


@dataclass(frozen=True, slots=True)
class Row:
    """Sources that all reach all destinations on some ports."""

    sources: Members
    destinations: Members
    ports: PortSet
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Exposed:
    """A pod that does not exist yet, and its connections."""

    pod: str
    reaches: tuple[Row, ...]
    reached_by: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class NotEnforced:
    """A policy that the engine does not have, or has otherwise than written.

    Args:
        effects: what the engine does instead, each with the id of its row.
        workloads: whose pods this is about.
    """

    policy: str
    location: Location | None
    installed: bool
    effects: tuple[str, ...]
    workloads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """An answer with all that qualifies it.

    Args:
        engine: the profile's name, with its version.
        namespaces: names of those that have pods.
        findings: what was wrong with the input; with `partial`, the answer may be wrong.
        exposure: None when it was not asked for.
        above_layer_4: rules that ask more of a connection than its ports.
        unknown: rules that may be about more than is known; None when they were not asked for.
    """

    engine: str
    view: View
    level: Level
    pods: int
    namespaces: tuple[str, ...]
    partial: bool
    findings: tuple[Finding, ...]
    not_enforced: tuple[NotEnforced, ...]
    rows: tuple[Row, ...]
    exposure: tuple[Exposed, ...] | None = None
    above_layer_4: tuple[Remark, ...] = ()
    unknown: tuple[Remark, ...] | None = None


def build(
    reach: Reachability,
    level: Level,
    wanted: Filter,
    findings: tuple[Finding, ...] = (),
    *,
    partial: bool = False,
    exposed: bool = False,
    unknown: bool = False,
) -> Report:
    """Return the report on a cluster's connections.

    Args:
        reach: the analysed cluster.
        level: groups, pairs of workloads or pairs of pods.
        wanted: what to leave out.
        findings: of the input.
        partial: part of the input could not be read.
        exposed: with the pods that do not exist yet.
        unknown: with the rules that may be about more than is known.
    """
    found: Iterable[Row]
    if level is Level.GROUPS:
        found = (_of_group(group, wanted) for group in reach.groups(wanted))
    else:
        pairs = reach.workload_pairs(wanted) if level is Level.WORKLOADS else reach.pod_pairs(wanted)
        found = (_of_connection(pair, wanted) for pair in pairs)
    pods = reach.snapshot.pods
    return Report(
        engine=engine_name(reach),
        view=reach.cluster.view,
        level=level,
        pods=len(pods),
        namespaces=tuple(sorted({pod.namespace for pod in pods})),
        partial=partial,
        findings=findings,
        not_enforced=not_enforced(reach),
        rows=tuple(sorted(found, key=_order)),
        exposure=tuple(_exposed(reach)) if exposed else None,
        above_layer_4=tuple(reach.above_layer_4()),
        unknown=tuple(reach.unknown()) if unknown else None,
    )


def engine_name(reach: Reachability) -> str:
    """Return the name of a profile, with its version where one is set."""
    version = reach.profile.linux.version
    return f"{reach.profile.name}@{version}" if version else reach.profile.name


def not_enforced(reach: Reachability) -> tuple[NotEnforced, ...]:
    """Return the policies that the engine has otherwise than written."""
    return tuple(
        NotEnforced(
            str(entry.written),
            entry.written.location,
            entry.policy is not None,
            tuple(f"{delta.effect} [{delta.id}]" for delta in entry.deltas),
            tuple(map(str, workloads)),
        )
        for entry, workloads in reach.not_installed()
    )


def _exposed(reach: Reachability) -> Iterable[Exposed]:
    for one in exposure(reach):
        yield Exposed(
            str(one.pod),
            tuple(sorted((_of_group(group, Filter()) for group in one.reaches), key=_order)),
            tuple(sorted((_of_group(group, Filter()) for group in one.reached_by), key=_order)),
        )


def _of_group(group: Group, wanted: Filter) -> Row:
    return Row(group.sources, group.destinations, _asked(group.ports, wanted), group.certainty)


def _of_connection(pair: Connection, wanted: Filter) -> Row:
    return Row(_members(pair.source), _members(pair.destination), _asked(pair.ports, wanted), pair.certainty)


def _asked(ports: PortSet, wanted: Filter) -> PortSet:
    """Return the ports to show: a stretch that no policy tells apart is more than the one asked for."""
    if wanted.port is None:
        return ports
    return PortSet((PortRange(wanted.protocol, wanted.port, wanted.port),))


def _members(end: End) -> Members:
    match end:
        case Pod():
            return Members(pods=(str(end),), pod_count=1)
        case Node():
            return Members(nodes=(end.name,))
        case Outside():
            return Members(addresses=end.cidrs)
        case Domain():
            return Members(domains=(end.name,))
        case _:
            return Members(workloads=(end,))


class _Names:
    """Sorts a side by its names one after the other, as far as it takes to tell two sides apart."""

    def __init__(self, side: Members) -> None:
        self.parts = (
            *side.namespaces,
            *side.workloads,
            *side.pods,
            *side.addresses,
            *side.domains,
            *side.nodes,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Names) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def __lt__(self, other: _Names) -> bool:
        differing = compress(zip(self.parts, other.parts, strict=False), map(is_not, self.parts, other.parts))
        for left, right in ((str(a), str(b)) for a, b in differing):
            if left != right:
                return left < right
        return len(self.parts) < len(other.parts)


def _order(row: Row) -> tuple[bool, _Names, bool, _Names, str, str]:
    """What comes from outside first, then by name."""
    sources, destinations = row.sources, row.destinations
    return (
        not sources.addresses,
        _Names(sources),
        not destinations.addresses,
        _Names(destinations),
        str(row.ports),
        row.certainty,
    )
