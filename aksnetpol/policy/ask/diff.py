"""What a change opens and closes: two snapshots, or one under two engines, on one universe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from aksnetpol.policy.analysis.evaluate import AS_IS, Rectangle, take
from aksnetpol.policy.analysis.groups import Members, describe, without_self
from aksnetpol.policy.analysis.matrix import Matrix, Row
from aksnetpol.policy.analysis.snapshot import Analysis
from aksnetpol.policy.analysis.twins import match_pods
from aksnetpol.policy.analysis.universe import Universe
from aksnetpol.policy.ask.causes import Cause, Causes
from aksnetpol.policy.ask.reach import Reachability
from aksnetpol.policy.model.cluster import Pod, WorkloadRef
from aksnetpol.policy.model.ports import PortSet, port_set
from aksnetpol.policy.model.selectors import members

OLD, NEW = 0, 1


class ChangeKind(StrEnum):
    """What happened to a connection, between pods that exist in both snapshots but where said otherwise."""

    ADDED = "added"
    REMOVED = "removed"
    APPEARED = "appeared"  # allowed, and one of its ends is new
    VANISHED = "vanished"  # was allowed, and one of its ends is gone


class Risk(StrEnum):
    """How much a change deserves a look, worst first."""

    FROM_OUTSIDE = "from outside"
    ACROSS_NAMESPACES = "across namespaces"
    TO_OUTSIDE = "to outside"
    WITHIN_NAMESPACE = "within a namespace"


@dataclass(frozen=True, slots=True)
class Change:
    """Sources, destinations and ports whose connections all changed in the same way.

    Args:
        ports: added or removed.
        ports_before: every port that was allowed between them in the old snapshot.
        ports_after: the same in the new one.
        causes: what made the change.
    """

    kind: ChangeKind
    risk: Risk
    sources: Members
    destinations: Members
    ports: PortSet
    ports_before: PortSet
    ports_after: PortSet
    causes: tuple[Cause, ...]

    @property
    def opens(self) -> bool:
        """Whether it is a new connection."""
        return self.kind in (ChangeKind.ADDED, ChangeKind.APPEARED)


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes, riskiest first.

    Args:
        appeared: workloads that only the new snapshot has.
        vanished: workloads that only the old one has.
    """

    changes: tuple[Change, ...]
    appeared: tuple[WorkloadRef, ...]
    vanished: tuple[WorkloadRef, ...]

    @property
    def opened(self) -> bool:
        """Whether anything is newly open between ends that existed before."""
        return any(change.kind is ChangeKind.ADDED for change in self.changes)


def diff(old: Reachability, new: Reachability) -> Difference:
    """Return the connections that differ.

    Args:
        old: an analysed cluster.
        new: the same cluster later, or under another engine.
    """
    twins = list(match_pods(old.snapshot.pods, new.snapshot.pods))
    analysis = Analysis([old.snapshot, new.snapshot], twins)
    found = _Differ(analysis, Causes(analysis)).changes()
    return Difference(
        tuple(sorted(found, key=_order)),
        _only(twins, NEW),
        _only(twins, OLD),
    )


def _order(change: Change) -> tuple[int, int, int]:
    return (
        not change.opens,
        list(Risk).index(change.risk),
        list(ChangeKind).index(change.kind),
    )


def _only(twins: Iterable[tuple[Pod | None, ...]], snapshot: int) -> tuple[WorkloadRef, ...]:
    """Return the workloads of one snapshot only: their pods have no twin at all (see `match_pods`)."""
    found = {pod.identity for twin in twins if twin[1 - snapshot] is None and (pod := twin[snapshot])}
    return tuple(sorted(found, key=str))


@dataclass(frozen=True, slots=True)
class _Delta:
    """Destinations and ports that one row has and the other has not."""

    opened: bool
    destinations: int
    ports: int


class _Differ:
    """Compares row by row; sources whose two rows are the same objects are compared once."""

    def __init__(self, analysis: Analysis, causes: Causes) -> None:
        self.analysis = analysis
        self.universe: Universe = analysis.universe
        self.causes = causes
        self.matrices = [analysis.matrix(OLD, AS_IS), analysis.matrix(NEW, AS_IS)]
        self.present = [side.present for side in self.universe.sides]
        self.namespaces = self._namespace_bits()

    def _namespace_bits(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for side in self.universe.sides:
            for name, there in side.by_namespace.items():
                found[name] = found.get(name, 0) | there
        return found

    def changes(self) -> Iterator[Change]:
        """Yield the changes as groups."""
        merged: dict[tuple[ChangeKind, Risk, int], dict[int, int]] = {}
        for source_bits, deltas in self._rows():
            for delta in deltas:
                for kind, risk, sources, destinations in self._sorted(source_bits, delta):
                    by_destinations = merged.setdefault((kind, risk, delta.ports), {})
                    by_destinations[destinations] = by_destinations.get(destinations, 0) | sources
        for (kind, risk, ports), by_destinations in merged.items():
            by_sources: dict[int, int] = {}
            for destinations, sources in by_destinations.items():
                by_sources[sources] = by_sources.get(sources, 0) | destinations
            for pair in by_sources.items():
                sources, destinations = without_self(self.universe, *pair)
                if sources and destinations:
                    yield self._change(kind, risk, sources, destinations, ports)

    def _rows(self) -> Iterator[tuple[int, list[_Delta]]]:
        old, new = self.matrices
        grouped: dict[tuple[int, int], tuple[int, Row, Row]] = {}
        empty: Row = {}
        both = self.present[OLD] | self.present[NEW]
        for source in members(both | self.universe.address_bits):
            rows = [
                matrix.row(source) if not both >> source & 1 or present >> source & 1 else empty
                for matrix, present in zip((old, new), self.present, strict=True)
            ]
            key = (id(rows[0]), id(rows[1]))
            grouped[key] = (grouped.get(key, (0,))[0] | 1 << source, rows[0], rows[1])
        for source_bits, before, after in grouped.values():
            if before != after:
                yield (
                    source_bits,
                    [*_missing(after, before, opened=True), *_missing(before, after, opened=False)],
                )

    def _sorted(self, sources: int, delta: _Delta) -> Iterator[tuple[ChangeKind, Risk, int, int]]:
        """Yield a delta in parts of one kind and one risk."""
        other = self.present[OLD if delta.opened else NEW]
        steady = other | ~self.universe.pod_bits
        known, fresh = (
            (ChangeKind.ADDED, ChangeKind.APPEARED)
            if delta.opened
            else (ChangeKind.REMOVED, ChangeKind.VANISHED)
        )
        parts = (
            (known, sources & steady, delta.destinations & steady),
            (fresh, sources & steady, delta.destinations & ~steady),
            (fresh, sources & ~steady, delta.destinations),
        )
        for kind, who, whom in parts:
            if who and whom:
                for risk, left, right in self._by_risk(who, whom):
                    yield kind, risk, left, right

    def _by_risk(self, sources: int, destinations: int) -> Iterator[tuple[Risk, int, int]]:
        pods, outside = self.universe.pod_bits, self.universe.external_bits | self.universe.node_bits
        if sources & outside and destinations & pods:
            yield Risk.FROM_OUTSIDE, sources & outside, destinations & pods
        senders = sources & pods
        if senders and destinations & outside:
            yield Risk.TO_OUTSIDE, senders, destinations & outside
        receivers = destinations & pods
        if not senders or not receivers:
            return
        for inside in self.namespaces.values():
            here = senders & inside
            if here:
                if receivers & inside:
                    yield Risk.WITHIN_NAMESPACE, here, receivers & inside
                if receivers & ~inside:
                    yield Risk.ACROSS_NAMESPACES, here, receivers & ~inside

    def _change(self, kind: ChangeKind, risk: Risk, sources: int, destinations: int, ports: int) -> Change:
        snapshot = NEW if kind in (ChangeKind.ADDED, ChangeKind.APPEARED) else OLD
        source, destination = _lowest(sources), _lowest(destinations)
        shown = self.universe.ports.intervals
        before, after = (self._between(matrix, source, destination) for matrix in self.matrices)
        return Change(
            kind,
            risk,
            describe(self.universe, snapshot, sources),
            describe(self.universe, snapshot, destinations),
            port_set(shown(ports)),
            port_set(shown(before)),
            port_set(shown(after)),
            self.causes.of_group(sources, destinations, ports),
        )

    def _between(self, matrix: Matrix, source: int, destination: int) -> int:
        if not matrix.exists(source):
            return 0
        return sum(ports for ports, who in matrix.row(source).items() if who >> destination & 1)


def _lowest(found: int) -> int:
    return (found & -found).bit_length() - 1


def _missing(row: Row, other: Row, *, opened: bool) -> list[_Delta]:
    """Return what a row has and the other one has not."""
    found: list[_Delta] = []
    for ports, who in row.items():
        left: list[Rectangle] = [(who & ~other.get(ports, 0), ports)]
        if not left[0][0]:
            continue
        for other_ports, others in other.items():
            left = take(left, (others, other_ports), None)
        found += [_Delta(opened, destinations, rest) for destinations, rest in left if destinations and rest]
    return found


__all__ = ["Change", "ChangeKind", "Difference", "Risk", "diff"]
