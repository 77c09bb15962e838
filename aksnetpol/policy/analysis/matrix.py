"""The whole reachability of a snapshot as rows: per source, each set of ports with its destinations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aksnetpol.policy.analysis.compile import Compiled, Compiler
from aksnetpol.policy.analysis.evaluate import Evaluator, Reading, Rectangle
from aksnetpol.policy.model.cluster import Direction
from aksnetpol.policy.model.selectors import members

Row = Mapping[int, int]  # port atoms -> destinations; the sets of destinations share no bit

COMMON = 64  # sources: a rectangle with more is asked by each source, not listed at each


class Matrix:
    """Rows under one reading; equal sources share a row.

    A row is the source's egress rectangles cut with the destinations' ingress rectangles, turned round
    so that each source finds those that name it. The work grows with rules, never with pairs of pods.
    """

    def __init__(self, compiler: Compiler, egress: Compiled, ingress: Compiled, reading: Reading) -> None:
        self.universe = compiler.universe
        self.present = compiler.side.present
        self.nodes = self._present_nodes(compiler)
        self.egress = Evaluator(compiler, egress, Direction.EGRESS, reading)
        self.ingress = Evaluator(compiler, ingress, Direction.INGRESS, reading)
        self._open = 0
        self._named: dict[int, list[Rectangle]] = {}
        self._common: list[tuple[int, int, int]] = []
        self._rows: dict[object, Row] = {}
        self._turn()

    def _present_nodes(self, compiler: Compiler) -> int:
        found = 0
        for number, node in enumerate(compiler.side.nodes):
            found |= (1 << self.universe.first_node + number) if node else 0
        return found

    def _turn(self) -> None:
        """Turn the ingress rectangles round: for each source, which destinations take which ports."""
        turned: dict[Rectangle, int] = {}
        whole = (self.universe.everyone, self.universe.ports.everything)
        for number in members(self.present):
            for rectangle in self.ingress.allowed(number):
                turned[rectangle] = turned.get(rectangle, 0) | 1 << number
        self._open = turned.pop(whole, 0)
        for (peers, ports), destinations in turned.items():
            if peers.bit_count() > COMMON:
                self._common.append((peers, ports, destinations))
                continue
            for source in members(peers):
                self._named.setdefault(source, []).append((destinations, ports))

    def row(self, source: int) -> Row:
        """Return where one bit of the universe may connect to.

        Destinations outside the cluster, and nodes, take everything: no policy here speaks for them.
        """
        everything = self.universe.ports.everything
        is_pod = source < self.universe.first_node
        sent = self.egress.allowed(source) if is_pod else ((self.present, everything),)
        taken = list(self._named.get(source, ()))
        taken += [(who, ports) for peers, ports, who in self._common if peers >> source & 1]
        key = (sent, tuple(taken))
        if key not in self._rows:
            self._rows[key] = self._cut(sent, taken)
        return self._rows[key]

    def _cut(self, sent: tuple[Rectangle, ...], taken: list[Rectangle]) -> Row:
        beyond = self.universe.external_bits | self.nodes
        everything = self.universe.ports.everything
        row: dict[int, int] = {}
        for peers, ports in sent:
            free = peers & (beyond | self._open)
            if free:
                row[ports] = row.get(ports, 0) | free
            if not peers & self.present:
                continue
            for destinations, taken_ports in taken:
                there = peers & destinations
                if there:
                    both = ports & taken_ports if ports != everything else taken_ports
                    if both:
                        row[both] = row.get(both, 0) | there
        return row

    def exists(self, source: int) -> bool:
        """Tell whether a bit can be a source here: a pod of the other snapshot only can't."""
        return source >= self.universe.first_node or bool(self.present >> source & 1)

    def sources(self) -> Iterator[int]:
        """Yield every bit that can be a source: pods, then nodes, then external addresses."""
        yield from members(self.present | self.nodes | self.universe.address_bits)
