"""Who reaches whom in two snapshots at once, as blocks over numbered ends: what a matrix is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntFlag

from aksnetpol.policy.analysis.groups import Filter, Group, Outside, groups, pods_of
from aksnetpol.policy.analysis.snapshot import Analysis
from aksnetpol.policy.analysis.twins import match_pods
from aksnetpol.policy.analysis.universe import Universe
from aksnetpol.policy.ask.reach import Reachability
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.cluster import Node, WorkloadRef
from aksnetpol.policy.model.endpoints import Domain
from aksnetpol.policy.model.ports import PortSet
from aksnetpol.policy.model.selectors import members

End = WorkloadRef | Outside | Domain | Node
Numbers = tuple[int, ...]


class When(IntFlag):
    """In which of the two snapshots."""

    OLD = 1
    NEW = 2
    BOTH = 3


@dataclass(frozen=True, slots=True)
class Block:
    """Sources that all reach all destinations on some ports.

    Args:
        sources, destinations: places in `Connectivity.ends`, rising.
    """

    sources: Numbers
    destinations: Numbers
    ports: PortSet
    when: When


@dataclass(frozen=True, slots=True)
class Connectivity:
    """All connections of two snapshots.

    A workload reaches another one on the ports that some pod of one has to some pod of the other. Addresses
    outside that no connection tells apart are one end.

    Args:
        ends: workloads by namespace and name, then addresses, domains and nodes.
        present: when each end exists.
        blocks: they may overlap; the union counts. Their order depends on names only.
    """

    ends: tuple[End, ...]
    present: tuple[When, ...]
    blocks: tuple[Block, ...]


def connectivity(old: Reachability, new: Reachability) -> Connectivity:
    """Return the connections of both snapshots on the same ends.

    Args:
        old: an analysed cluster.
        new: the same cluster later, or under another engine.
    """
    twins = match_pods(old.snapshot.pods, new.snapshot.pods)
    analysis = Analysis([old.snapshot, new.snapshot], twins)
    found = [groups(analysis, Filter(nodes=True), snapshot) for snapshot in (0, 1)]
    ends = _Ends(analysis.universe, found)
    blocks: dict[tuple[Numbers, Numbers, PortSet], When] = {}
    for snapshot, when in enumerate((When.OLD, When.NEW)):
        for group in found[snapshot]:
            sides = (ends.of(group.source_bits, snapshot), ends.of(group.destination_bits, snapshot))
            key = (*sides, group.ports)
            blocks[key] = blocks.get(key, when) | when
    return Connectivity(
        tuple(ends.ends),
        tuple(ends.present),
        tuple(Block(*key, blocks[key]) for key in sorted(blocks, key=lambda key: (*key[:2], str(key[2])))),
    )


class _Ends:
    """Numbers what the bits of a universe stand for."""

    def __init__(self, universe: Universe, found: Iterable[list[Group]]) -> None:
        self.universe = universe
        self.ends: list[End] = []
        self.present: list[When] = []
        self._refs = self._workloads()
        self._beyond: list[tuple[int, int]] = []
        for mask in _untold(universe, found):
            self._add(mask, Outside(addresses.cidrs(universe.external_intervals(mask))), When.BOTH)
        for number, name in enumerate(universe.domains, universe.first_domain):
            self._add(1 << number, Domain(name), When.BOTH)
        for number, node in enumerate(universe.nodes):
            old, new = (side.nodes[number] is not None for side in universe.sides)
            self._add(1 << universe.first_node + number, node, When(old * When.OLD | new * When.NEW))
        self._known: dict[tuple[int, int], Numbers] = {}

    def _workloads(self) -> dict[WorkloadRef, int]:
        found: dict[WorkloadRef, When] = {}
        for number in range(len(self.universe.classes)):
            for snapshot, when in enumerate((When.OLD, When.NEW)):
                for pod in pods_of(self.universe, snapshot, number):
                    found[pod.identity] = found.get(pod.identity, when) | when
        self.ends += sorted(found, key=lambda one: (one.namespace, one.name, one.kind))
        self.present += [found[one] for one in self.ends if isinstance(one, WorkloadRef)]
        return {one: number for number, one in enumerate(self.ends) if isinstance(one, WorkloadRef)}

    def _add(self, mask: int, end: End, when: When) -> None:
        self._beyond.append((mask, len(self.ends)))
        self.ends.append(end)
        self.present.append(when)

    def of(self, bits: int, snapshot: int) -> Numbers:
        """Return the ends of a bit set; many groups share one."""
        key = (bits, snapshot)
        if key not in self._known:
            self._known[key] = tuple(sorted(set(self._numbers(bits, snapshot))))
        return self._known[key]

    def _numbers(self, bits: int, snapshot: int) -> Iterator[int]:
        for number in members(bits & self.universe.pod_bits):
            for pod in pods_of(self.universe, snapshot, number):
                yield self._refs[pod.identity]
        yield from (number for mask, number in self._beyond if bits & mask)


def _untold(universe: Universe, found: Iterable[list[Group]]) -> list[int]:
    """Return the addresses outside in parts that no group tells apart, as bit sets."""
    parts = [universe.address_bits]
    masks = {bits for one in found for group in one for bits in (group.source_bits, group.destination_bits)}
    for mask in {bits & universe.address_bits for bits in masks}:
        parts = [piece for part in parts for piece in (part & mask, part & ~mask) if piece]
    reached = 0
    for mask in masks:
        reached |= mask
    return sorted((part for part in parts if part & reached), key=lambda part: part & -part)
