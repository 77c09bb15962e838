"""What one class of pods may send or take: tiers asked in order, as sets of peers and ports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from aksnetpol.policy.analysis.compile import Compiled, CompiledRule, CompiledSection, Compiler, by_tier
from aksnetpol.policy.analysis.selection import Match
from aksnetpol.policy.model.cluster import Action, Direction

Rectangle = tuple[int, int]  # a set of peers, and a set of port atoms that each of them has


class Stance(StrEnum):
    """How doubts are taken: as the profile says, all against the connection, or all for it."""

    AS_IS = "as is"
    PESSIMISTIC = "pessimistic"
    OPTIMISTIC = "optimistic"


@dataclass(frozen=True, slots=True)
class Reading:
    """A stance, and whether the doubts that engines leave count or only those of the input."""

    stance: Stance = Stance.AS_IS
    engines: bool = True


AS_IS = Reading()


class Evaluator:
    """Evaluates one direction of one snapshot under one reading; equal sections are evaluated once."""

    def __init__(
        self, compiler: Compiler, compiled: Compiled, direction: Direction, reading: Reading
    ) -> None:
        self.compiler = compiler
        self.compiled = compiled
        self.direction = direction
        self.reading = reading if compiled.doubtful else AS_IS
        self._known: dict[object, tuple[Rectangle, ...]] = {}
        self._whole = (compiler.universe.everyone, compiler.universe.ports.everything)

    def allowed(self, number: int) -> tuple[Rectangle, ...]:
        """Return who may connect to the class (or whom it may connect to), as rectangles that never
        share a peer."""
        sections = self.sections(number)
        if not sections:
            return (self._whole,)
        key = self._key(number, sections)
        if key not in self._known:
            self._known[key] = self._decide(number, sections)
        return self._known[key]

    def sections(self, number: int) -> list[CompiledSection]:
        """Return the sections that apply to a class, or may apply under this reading."""
        applied = self.compiled.applied.get(number, [])
        disputed = self.compiled.disputed.get(number, [])
        if not disputed or self.reading.stance is Stance.AS_IS:
            return applied
        either = {id(section) for section in (*applied, *disputed)}
        return [s for s in self.compiled.sections if id(s) in either and self._perhaps(s.subject, number)]

    def _perhaps(self, match: Match, number: int) -> bool:
        return bool(match.perhaps(engines=self.reading.engines) >> number & 1)

    def _surely(self, match: Match, number: int) -> bool:
        return bool(match.surely(engines=self.reading.engines) >> number & 1)

    def _key(self, number: int, sections: Iterable[CompiledSection]) -> object:
        """Classes with equal keys have equal answers: named ports and narrowed rules depend on the class."""
        ids = tuple([id(section) for section in sections])
        own: object = None
        names = self.compiler.universe.mentions.port_names
        if names and self.direction is Direction.INGRESS:
            sample = self.compiler.side.samples[number]
            own = self.compiler.universe.named_ports(sample) if sample else None
        subjects = [section.subject for section in sections if section.subject.doubtful]
        narrowed = [rule.subject for section in sections for rule in section.rules]
        standing = tuple(
            [
                (match.bits >> number & 1, match.engine >> number & 1, match.unknown >> number & 1)
                for match in (*subjects, *narrowed)
                if match is not None
            ]
        )
        return ids, own, standing

    def _decide(self, number: int, sections: list[CompiledSection]) -> tuple[Rectangle, ...]:
        undecided = [self._whole]
        decided: dict[Action, list[Rectangle]] = {action: [] for action in Action}
        both_ways = False
        for _, entries, rules in by_tier(sections):
            passed = decided[Action.PASS] = []
            for entry, rule in rules:
                sink = decided[rule.rule.action]
                hit, perhaps = self.peers(entry, rule, number)
                for part in self.compiler.rectangles(rule, hit, number, self.direction):
                    undecided = take(undecided, part, sink)
                for part in self.compiler.rectangles(rule, perhaps, number, self.direction):
                    take(undecided, part, sink)  # passed on, and asked further in this tier too
                    both_ways = True
            if self._isolated(entries, number):
                decided[Action.DENY] += undecided
                undecided = passed
            else:
                undecided = undecided + passed
        if both_ways and self.reading.stance is Stance.PESSIMISTIC:
            undecided = [self._whole]
            for part in decided[Action.DENY]:  # on any of the ways
                undecided = take(undecided, part, None)
            return disjoint(undecided)
        return disjoint([*decided[Action.ALLOW], *undecided])

    def _isolated(self, entries: Iterable[CompiledSection], number: int) -> bool:
        sure = self.reading.stance is Stance.OPTIMISTIC
        return any(e.section.isolates and (not sure or self._surely(e.subject, number)) for e in entries)

    def peers(self, entry: CompiledSection, rule: CompiledRule, number: int) -> tuple[int, int]:
        """Return whom a rule is about under this reading, and about whom both ways must be followed.

        A doubt about a Pass can turn the answer either way, so no stance decides it.
        """
        if self.reading.stance is Stance.AS_IS:
            here = rule.subject is None or rule.subject.bits >> number & 1
            return (rule.peers.bits if here else 0), 0
        if rule.subject is not None and not self._perhaps(rule.subject, number):
            return 0, 0
        sure = not entry.subject.doubtful or self._surely(entry.subject, number)
        sure = sure and (rule.subject is None or self._surely(rule.subject, number))
        engines = self.reading.engines
        perhaps = rule.peers.perhaps(engines=engines)
        ports = rule.ports.doubtful if engines else 0
        surely = rule.peers.surely(engines=engines) & ~ports if sure else 0
        if rule.rule.action is Action.PASS:
            return surely, perhaps & ~surely
        against = (self.reading.stance is Stance.PESSIMISTIC) == (rule.rule.action is Action.ALLOW)
        return (surely if against else perhaps), 0


def take(undecided: list[Rectangle], part: Rectangle, sink: list[Rectangle] | None) -> list[Rectangle]:
    """Return what stays undecided when a rule decides a rectangle; what it decides goes into the sink."""
    peers, ports = part
    rest: list[Rectangle] = []
    for who, which in undecided:
        hit, hit_ports = who & peers, which & ports
        if not hit or not hit_ports:
            rest.append((who, which))
            continue
        if sink is not None:
            sink.append((hit, hit_ports))
        if who != hit:
            rest.append((who & ~peers, which))
        if which != hit_ports:
            rest.append((hit, which & ~ports))
    return rest


def disjoint(rectangles: Iterable[Rectangle]) -> tuple[Rectangle, ...]:
    """Return the same set as rectangles that share no peer, one per distinct set of ports."""
    by_ports: dict[int, int] = {}
    for peers, ports in rectangles:
        by_ports[ports] = by_ports.get(ports, 0) | peers
    apart: list[Rectangle] = []
    for ports, peers in by_ports.items():
        split: list[Rectangle] = []
        left = peers
        for who, which in apart:
            hit = who & left
            if hit:
                split.append((hit, which | ports))
                left &= ~hit
            if who != hit:
                split.append((who & ~hit, which))
        if left:
            split.append((left, ports))
        apart = split
    merged: dict[int, int] = {}
    for peers, ports in apart:
        merged[ports] = merged.get(ports, 0) | peers
    return tuple(sorted((peers, ports) for ports, peers in merged.items()))
