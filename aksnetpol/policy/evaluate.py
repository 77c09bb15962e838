"""What one class of pods may send or take: tiers asked in order, as sets of peers and ports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from aksnetpol.policy.compile import Compiled, CompiledRule, CompiledSection, Compiler, by_tier
from aksnetpol.policy.model import Action, Direction

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
        """Return the sections that apply to a class under this reading."""
        applied = self.compiled.applied.get(number, [])
        disputed = self.compiled.disputed.get(number, [])
        if not disputed or self.reading.stance is Stance.AS_IS:
            return applied
        matches = {
            Stance.PESSIMISTIC: lambda s: s.subject.perhaps(engines=self.reading.engines),
            Stance.OPTIMISTIC: lambda s: s.subject.surely(engines=self.reading.engines),
        }[self.reading.stance]
        either = [s for s in self.compiled.sections if s in applied or s in disputed]
        return [s for s in either if matches(s) >> number & 1]

    def _key(self, number: int, sections: Iterable[CompiledSection]) -> object:
        """Classes with equal keys have equal answers: named ports and narrowed rules depend on the class."""
        ids = tuple([id(section) for section in sections])
        own: object = None
        names = self.compiler.universe.mentions.port_names
        if names and self.direction is Direction.INGRESS:
            sample = self.compiler.side.samples[number]
            own = self.compiler.universe.named_ports(sample) if sample else None
        narrowed = tuple(
            [
                rule.subject >> number & 1
                for section in sections
                for rule in section.rules
                if rule.subject is not None
            ]
        )
        return ids, own, narrowed

    def _decide(self, number: int, sections: list[CompiledSection]) -> tuple[Rectangle, ...]:
        undecided = [self._whole]
        allowed: list[Rectangle] = []
        for _, entries, rules in by_tier(sections):
            passed: list[Rectangle] = []
            for _, rule in rules:
                peers = self.peers(rule)
                sink = {Action.ALLOW: allowed, Action.PASS: passed}.get(rule.rule.action)
                for part in self.compiler.rectangles(rule, peers, number, self.direction):
                    undecided = take(undecided, part, sink)
            isolated = any(entry.section.isolates for entry in entries)
            undecided = passed if isolated else undecided + passed
        return disjoint([*allowed, *undecided])

    def peers(self, rule: CompiledRule) -> int:
        """Return a rule's peers under this reading."""
        match, doubtful = rule.peers, rule.ports.doubtful
        stance, action = self.reading.stance, rule.rule.action
        if not (match.doubtful or doubtful) or stance is Stance.AS_IS or action is Action.PASS:
            return match.bits
        if (stance is Stance.PESSIMISTIC) == (action is Action.ALLOW):
            return match.surely(engines=self.reading.engines) & ~(doubtful if self.reading.engines else 0)
        return match.perhaps(engines=self.reading.engines)


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
