"""Allowed connections as few groups, as pairs of workloads, or as pairs of pods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aksnetpol.policy.analysis.evaluate import AS_IS, Rectangle, take
from aksnetpol.policy.analysis.matrix import Row
from aksnetpol.policy.analysis.snapshot import PESSIMISTIC, PESSIMISTIC_INPUT, Analysis
from aksnetpol.policy.analysis.universe import Universe
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.cluster import Certainty, Node, Pod, Protocol, WorkloadRef
from aksnetpol.policy.model.endpoints import OUTSIDE, Domain
from aksnetpol.policy.model.ports import PortSet, port_point, port_set
from aksnetpol.policy.model.selectors import members


@dataclass(frozen=True, slots=True)
class Outside:
    """Addresses outside the cluster, as the fewest CIDRs."""

    cidrs: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.cidrs)


End = WorkloadRef | Pod | Node | Outside | Domain


@dataclass(frozen=True, slots=True)
class Filter:
    """What to leave out of an answer; every given condition must hold.

    Args:
        namespaces: the source or the destination lives in one of them; empty is any.
        sources: the source is one of these workloads or pods, as `str(pod.identity)` or `str(pod)`;
            "outside" is all that is not in the cluster.
        destinations: the same for destinations.
        port: this port number of `protocol`.
        external: with addresses and domains outside the cluster.
        nodes: with nodes.
    """

    namespaces: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    destinations: frozenset[str] = frozenset()
    port: int | None = None
    protocol: Protocol = Protocol.TCP
    external: bool = True
    nodes: bool = False


@dataclass(frozen=True, slots=True)
class Members:
    """One side of a group.

    Args:
        namespaces: with all their pods.
        workloads: with all their pods, in other namespaces.
        pods: the rest: single pods of workloads that are not as a whole in the group, as text.
        addresses: CIDRs outside the cluster.
        domains: DNS names outside the cluster.
        nodes: names of nodes.
        pod_count: all pods, those of namespaces and workloads included.
    """

    namespaces: tuple[str, ...] = ()
    workloads: tuple[WorkloadRef, ...] = ()
    pods: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    pod_count: int = 0


class Group:
    """Sources that all reach all destinations on the same ports; its texts are made when asked for.

    Two groups never share a connection, and a pod's connection to itself is not told.
    """

    def __init__(
        self, analysis: Analysis, snapshot: int, bits: tuple[int, int, int], certainty: Certainty
    ) -> None:
        self._universe = analysis.universe
        self._snapshot = snapshot
        self.source_bits, self.destination_bits, self._ports = bits
        self.certainty = certainty

    @property
    def sources(self) -> Members:
        """Who connects."""
        return describe(self._universe, self._snapshot, self.source_bits)

    @property
    def destinations(self) -> Members:
        """Who is connected to."""
        return describe(self._universe, self._snapshot, self.destination_bits)

    @property
    def ports(self) -> PortSet:
        """On which ports."""
        return port_set(self._universe.ports.intervals(self._ports))


@dataclass(frozen=True, slots=True)
class Connection:
    """One source, one destination and the ports that are allowed between them."""

    source: End
    destination: End
    ports: PortSet
    certainty: Certainty


def groups(analysis: Analysis, wanted: Filter, snapshot: int = 0) -> list[Group]:
    """Return the groups, by size of their sources; the fewest that two rounds of merging give."""
    merged: dict[tuple[int, Certainty], dict[int, int]] = {}
    for source_bits, row in rows(analysis, wanted, snapshot):
        for (ports, certainty), destinations in row.items():
            by_destinations = merged.setdefault((ports, certainty), {})
            by_destinations[destinations] = by_destinations.get(destinations, 0) | source_bits
    found: list[Group] = []
    for (ports, certainty), by_destinations in merged.items():
        by_sources: dict[int, int] = {}
        for destinations, sources in by_destinations.items():
            by_sources[sources] = by_sources.get(sources, 0) | destinations
        for pair in by_sources.items():
            left, right = without_self(analysis.universe, *pair)
            if left and right:
                found.append(Group(analysis, snapshot, (left, right, ports), certainty))
    return found


def without_self(universe: Universe, sources: int, destinations: int) -> tuple[int, int]:
    """Return both sides of a group without the connection of a pod to itself, where a side is that pod.

    A workload's template stands for several pods, which may connect to each other.
    """
    for side in (sources, destinations):
        number = side.bit_length() - 1
        if side != 1 << number or not sources & destinations & universe.pod_bits & side:
            continue
        twins = universe.classes[number].twins
        if len(twins) == 1 and not any(pod and pod.potential and pod.workload for pod in twins[0]):
            return (sources, destinations & ~side) if side == sources else (sources & ~side, destinations)
    return sources, destinations


Cells = dict[tuple[int, Certainty], int]


def rows(analysis: Analysis, wanted: Filter, snapshot: int = 0) -> Iterator[tuple[int, Cells]]:
    """Yield sources (as bits) with their row, by certainty; sources with the same row come together."""
    universe = analysis.universe
    mask = _port_mask(universe, wanted)
    sources, destinations, inside = _masks(universe, wanted, snapshot)
    matrix = analysis.matrix(snapshot, AS_IS)
    doubtful = analysis.doubtful(snapshot)
    sure = analysis.matrix(snapshot, PESSIMISTIC) if doubtful else matrix
    known = analysis.matrix(snapshot, PESSIMISTIC_INPUT) if doubtful else matrix
    by_row: dict[tuple[int, int, int], tuple[int, Row, Row, Row]] = {}
    for source in matrix.sources():
        if not sources >> source & 1:
            continue
        row = matrix.row(source)
        others = (sure.row(source), known.row(source)) if doubtful else (row, row)
        key = (id(row), id(others[0]), id(others[1]))
        bits = by_row[key][0] if key in by_row else 0
        by_row[key] = (bits | 1 << source, row, *others)
    for bits, row, sure_row, known_row in by_row.values():
        for part, allowed in _by_namespace(bits, inside, destinations):
            if part and allowed:
                yield part, _cells(row, sure_row, known_row, allowed, mask)


def _by_namespace(bits: int, inside: int | None, destinations: int) -> Iterator[tuple[int, int]]:
    """Yield the sources that may have any destination, and those that need one inside the namespaces."""
    if inside is None:
        yield bits, destinations
        return
    yield bits & inside, destinations
    yield bits & ~inside, destinations & inside


def _cells(row: Row, sure: Row, known: Row, destinations: int, mask: int) -> Cells:
    """Return a row's cells by certainty: what every reading allows, what every engine's does, the rest."""
    cells: Cells = {}
    plain = row is sure and row is known
    for ports, who in row.items():
        left, asked = who & destinations, ports & mask
        if not left or not asked:
            continue
        if plain:
            cells[asked, Certainty.CERTAIN] = cells.get((asked, Certainty.CERTAIN), 0) | left
            continue
        undecided = [(left, asked)]
        for certainty, other in ((Certainty.CERTAIN, sure), (Certainty.ENGINE_DEFINED, known)):
            decided: list[Rectangle] = []
            for other_ports, others in other.items():
                undecided = take(undecided, (others, other_ports), decided)
            _collect(cells, decided, certainty)
        _collect(cells, undecided, Certainty.UNKNOWN)
    return cells


def _collect(cells: Cells, rectangles: Iterable[Rectangle], certainty: Certainty) -> None:
    for who, ports in rectangles:
        cells[ports, certainty] = cells.get((ports, certainty), 0) | who


def _port_mask(universe: Universe, wanted: Filter) -> int:
    if wanted.port is None:
        return universe.ports.everything
    return 1 << universe.ports.atom(port_point(wanted.protocol, wanted.port))


def _masks(universe: Universe, wanted: Filter, snapshot: int) -> tuple[int, int, int | None]:
    """Return who may be a source, who a destination, and who lives in the wanted namespaces (or None)."""
    side = universe.sides[snapshot]
    everyone = side.present
    everyone |= universe.external_bits if wanted.external else 0
    everyone |= universe.node_bits if wanted.nodes else 0
    inside = None
    if wanted.namespaces:
        inside = 0
        for namespace in wanted.namespaces:
            inside |= side.by_namespace.get(namespace, 0)
    sources = _named(universe, snapshot, wanted.sources) if wanted.sources else everyone
    destinations = _named(universe, snapshot, wanted.destinations) if wanted.destinations else everyone
    return sources & everyone, destinations & everyone, inside


def _named(universe: Universe, snapshot: int, names: frozenset[str]) -> int:
    found = universe.external_bits if OUTSIDE in names else 0
    for number, pod_class in enumerate(universe.classes):
        for twin in pod_class.twins:
            pod = twin[snapshot]
            if pod is not None and (str(pod) in names or str(pod.identity) in names):
                found |= 1 << number
    return found


def describe(universe: Universe, snapshot: int, bits: int) -> Members:
    """Return who is in a bit set, as whole namespaces and whole workloads as far as possible."""
    side = universe.sides[snapshot]
    pods = bits & side.present
    namespaces = [name for name, there in side.by_namespace.items() if there & pods == there]
    rest = pods
    for name in namespaces:
        rest &= ~side.by_namespace[name]
    roster = side.roster
    workloads, single = roster.workloads(rest)
    return Members(
        namespaces=tuple(sorted(namespaces)),
        workloads=tuple(workloads),
        pods=tuple(single),
        addresses=addresses.cidrs(universe.external_intervals(bits)),
        domains=tuple(
            universe.domains[n] for n in members((bits & universe.domain_bits) >> universe.first_domain)
        ),
        nodes=tuple(
            universe.nodes[n].name for n in members((bits & universe.node_bits) >> universe.first_node)
        ),
        pod_count=roster.count(pods),
    )


def pods_of(universe: Universe, snapshot: int, number: int) -> Iterator[Pod]:
    """Yield the pods of a class as they are in a snapshot."""
    for twin in universe.classes[number].twins:
        pod = twin[snapshot]
        if pod is not None:
            yield pod


def workload_pairs(analysis: Analysis, wanted: Filter, snapshot: int = 0) -> Iterator[Connection]:
    """Yield connections between workloads: ports are those that some pod of one has to some of the other."""
    universe = analysis.universe
    refs = [
        list(dict.fromkeys(pod.identity for pod in pods_of(universe, snapshot, number)))
        for number in range(len(universe.classes))
    ]
    found: dict[tuple[End, End, Certainty], int] = {}
    beyond: dict[tuple[WorkloadRef, bool, int, Certainty], int] = {}
    for source_bits, cells in rows(analysis, wanted, snapshot):
        senders = list(dict.fromkeys(_inside(universe, source_bits, refs)))
        for (ports, certainty), who in cells.items():
            receivers = list(dict.fromkeys(_inside(universe, who, refs)))
            for key in ((s, r, certainty) for s in senders for r in receivers if not _same_pod(s, r)):
                found[key] = found.get(key, 0) | ports
            for ends, outgoing, bits in ((senders, True, who), (receivers, False, source_bits)):
                for beyond_key in ((end, outgoing, ports, certainty) for end in ends):
                    beyond[beyond_key] = beyond.get(beyond_key, 0) | bits & ~universe.pod_bits
    for (sender, receiver, certainty), ports in found.items():
        yield Connection(sender, receiver, port_set(universe.ports.intervals(ports)), certainty)
    for (end, outgoing, ports, certainty), bits in beyond.items():
        for other in _beyond(universe, bits):
            pair = (end, other) if outgoing else (other, end)
            yield Connection(*pair, port_set(universe.ports.intervals(ports)), certainty)


def pod_pairs(analysis: Analysis, wanted: Filter, snapshot: int = 0) -> Iterator[Connection]:
    """Yield connections between pods; a pod's connection to itself is left out."""
    universe = analysis.universe
    pods = [list(pods_of(universe, snapshot, number)) for number in range(len(universe.classes))]
    beyond: dict[tuple[int, bool, int, Certainty], int] = {}
    for source_bits, cells in rows(analysis, wanted, snapshot):
        senders = list(_inside(universe, source_bits, pods))
        for (ports, certainty), who in cells.items():
            shown = port_set(universe.ports.intervals(ports))
            receivers = list(_inside(universe, who, pods))
            for sender in senders:
                for receiver in receivers:
                    if sender is not receiver:
                        yield Connection(sender, receiver, shown, certainty)
            for ends, outgoing, bits in ((source_bits, True, who), (who, False, source_bits)):
                for number in members(ends & universe.pod_bits) if bits & ~universe.pod_bits else ():
                    key = (number, outgoing, ports, certainty)
                    beyond[key] = beyond.get(key, 0) | bits & ~universe.pod_bits
    for (number, outgoing, ports, certainty), bits in beyond.items():
        shown = port_set(universe.ports.intervals(ports))
        for other in _beyond(universe, bits):
            for pod in pods[number]:
                pair = (pod, other) if outgoing else (other, pod)
                yield Connection(*pair, shown, certainty)


def _same_pod(source: WorkloadRef, destination: WorkloadRef) -> bool:
    return source == destination and source.kind == "Pod"


Inside = TypeVar("Inside", WorkloadRef, Pod)


def _inside(universe: Universe, bits: int, ends: Sequence[Sequence[Inside]]) -> Iterator[Inside]:
    """Yield the pods (or workloads) of a bit set."""
    for number in members(bits & universe.pod_bits):
        yield from ends[number]


def _beyond(universe: Universe, bits: int) -> Iterator[Node | Outside | Domain]:
    """Yield the nodes, all addresses as one set, and the domains of a bit set."""
    for number in members((bits & universe.node_bits) >> universe.first_node):
        yield universe.nodes[number]
    found = addresses.cidrs(universe.external_intervals(bits))
    if found:
        yield Outside(found)
    for number in members((bits & universe.domain_bits) >> universe.first_domain):
        yield Domain(universe.domains[number])
