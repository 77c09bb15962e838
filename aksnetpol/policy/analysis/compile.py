"""Policies on a universe: for every class of pods, the rules that apply to it, in the order asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from aksnetpol.policy.analysis.selection import Match, Selection
from aksnetpol.policy.analysis.universe import Universe
from aksnetpol.policy.engines.dataplane import Dataplane, Delta, Profile
from aksnetpol.policy.model.cluster import (
    Action,
    Cluster,
    Direction,
    NamedPort,
    NodeOs,
    Policy,
    PolicyKind,
    Port,
    Rule,
    Section,
    Tier,
)
from aksnetpol.policy.model.ports import in_protocol, port_intervals
from aksnetpol.policy.model.selectors import bits, members


@dataclass(frozen=True, slots=True)
class Installed:
    """A policy as a dataplane has it.

    Args:
        written: as in the input; the engine may have made something else of it (`policy`).
        policy: None when the engine installs nothing.
        node_os: the pods that this is about, by their nodes; None is all.
    """

    written: Policy
    policy: Policy | None
    node_os: NodeOs | None
    deltas: tuple[Delta, ...]


def install(cluster: Cluster, profile: Profile) -> list[Installed]:
    """Return what the engine makes of the cluster's policies, in the order that it asks them."""
    found: list[Installed] = []
    same = profile.linux is profile.windows
    planes = (
        [(None, profile.linux)]
        if same
        else [(NodeOs.LINUX, profile.linux), (NodeOs.WINDOWS, profile.windows)]
    )
    for node_os, plane in planes:
        for written in cluster.policies:
            policy, deltas = plane.install(written)
            found.append(Installed(written, policy, node_os, deltas))
        for delta in plane.active:
            added = delta.adds(cluster) if delta.adds else ()
            found += [Installed(policy, policy, node_os, (delta,)) for policy in added]
    found.sort(key=_order)
    return found


def reads_differently(installed: Installed, kinds: Collection[PolicyKind]) -> bool:
    """Tell whether an engine has a policy otherwise than written: its rank counts only beside other kinds.

    Args:
        kinds: of the policies that the engine has.
    """
    policy, written = installed.policy, installed.written
    if (
        by_version(installed)
        or policy is None
        or replace(policy, tier=written.tier, order=written.order) != written
    ):
        return True
    return any(kind is not written.kind for kind in kinds)


def by_version(installed: Installed) -> bool:
    """Tell whether an engine has a policy in some versions only, and which one it is was not asked."""
    return any(delta.reads for delta in installed.deltas)


def _order(installed: Installed) -> tuple[float, str, float, str, str]:
    policy = installed.policy or installed.written
    return (policy.tier.order, policy.tier.name, policy.order, policy.namespace or "", policy.name)


@dataclass(frozen=True, slots=True)
class Ports:
    """What a rule's ports mean: fixed atoms, and names that the destination resolves.

    Args:
        out: atoms that are taken out of both.
        out_names: names that are taken out where the destination has them.
        doubtful: classes whose names the engine may resolve to another pod's number.
    """

    mask: int
    names: tuple[NamedPort, ...] = ()
    out: int = 0
    out_names: tuple[NamedPort, ...] = ()
    doubtful: int = 0


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule on the universe; `subject` narrows the policy's pods, None is all of them."""

    rule: Rule
    peers: Match
    ports: Ports
    subject: Match | None

    @property
    def doubtful(self) -> bool:
        """Whether anything about it could be otherwise."""
        narrowed = self.subject is not None and self.subject.doubtful
        return narrowed or self.peers.doubtful or bool(self.ports.doubtful)


@dataclass(frozen=True, slots=True)
class CompiledSection:
    """One policy's section in one direction; `rules` in the order asked within the policy."""

    installed: Installed
    policy: Policy
    section: Section
    subject: Match
    rules: tuple[CompiledRule, ...]


@dataclass(slots=True)
class Compiled:
    """All sections of one direction, and which of them apply to each class.

    Args:
        applied: by class number, sections that select it.
        disputed: by class number, sections that select it only perhaps (hostNetwork, unknown labels).
    """

    sections: list[CompiledSection] = field(default_factory=list[CompiledSection])
    applied: dict[int, list[CompiledSection]] = field(default_factory=dict[int, list[CompiledSection]])
    disputed: dict[int, list[CompiledSection]] = field(default_factory=dict[int, list[CompiledSection]])
    doubtful: bool = False


class Compiler:
    """Puts one snapshot's policies on the universe.

    Args:
        universe: whose bits to use.
        snapshot: the number of the snapshot.
        profile: the engine.
        installed: what the engine made of the policies.
        ambiguous: port names that stand for different numbers on different pods.
    """

    def __init__(
        self,
        universe: Universe,
        snapshot: int,
        profile: Profile,
        installed: Sequence[Installed],
        ambiguous: frozenset[str],
    ) -> None:
        self.universe = universe
        self.ambiguous = ambiguous
        self.side = universe.sides[snapshot]
        self.profile = profile
        self.installed = installed
        self._selections: dict[str, Selection] = {}
        self._ports: dict[tuple[object, ...], Ports] = {}
        self.by_name = self._resolve_names()
        self._os_bits = self._bits_by_os()

    def compile(self, direction: Direction) -> Compiled:
        """Return the sections of a direction with the classes that they apply to."""
        compiled = Compiled()
        for installed in self.installed:
            policy = installed.policy
            section = policy.section(direction) if policy else None
            if policy is None or section is None:
                continue
            selection = self.selection(installed)
            subject = self.subject(installed, policy)
            if not subject.bits and not subject.doubtful:
                continue
            rules = tuple(self._rule(rule, selection, direction) for rule in section.rules)
            entry = CompiledSection(installed, policy, section, subject, rules)
            compiled.sections.append(entry)
            for number in members(subject.perhaps()):
                if subject.bits >> number & 1:
                    compiled.applied.setdefault(number, []).append(entry)
                if (subject.engine | subject.unknown) >> number & 1:
                    compiled.disputed.setdefault(number, []).append(entry)
            compiled.doubtful = compiled.doubtful or subject.doubtful or any(rule.doubtful for rule in rules)
        return compiled

    def not_installed(self, number: int) -> Iterator[Installed]:
        """Yield the policies that select a class as written, but that the engine does not have for it."""
        for installed in self.installed:
            if installed.policy is not None or not installed.deltas:
                continue
            if self.subject(installed, installed.written).bits >> number & 1:
                yield installed

    def subject(self, installed: Installed, policy: Policy) -> Match:
        """Return the pods of a policy, as it is written or as the dataplane has it, on that dataplane."""
        subject = self.selection(installed).match(policy.subject)
        if by_version(installed):
            subject = Match(subject.bits, subject.bits | subject.engine, subject.unknown)
        if installed.node_os is None:
            return subject
        here = self._os_bits[installed.node_os]
        return Match(subject.bits & here, subject.engine & here, subject.unknown & here)

    def plane(self, installed: Installed) -> Dataplane:
        """Return the dataplane that installed it."""
        return self.profile.windows if installed.node_os is NodeOs.WINDOWS else self.profile.linux

    def selection(self, installed: Installed) -> Selection:
        """Return what finds the peers of its rules."""
        plane = self.plane(installed)
        if plane.name not in self._selections:
            self._selections[plane.name] = Selection(self.side, plane.settings)
        return self._selections[plane.name]

    def _rule(self, rule: Rule, selection: Selection, direction: Direction) -> CompiledRule:
        subject = selection.match(rule.subject) if rule.subject else None
        return CompiledRule(
            rule,
            selection.anyone(rule.peers),
            self._rule_ports(rule, selection, direction),
            subject,
        )

    def _rule_ports(self, rule: Rule, selection: Selection, direction: Direction) -> Ports:
        key = (rule.ports, rule.not_ports, direction, selection.settings.same_named_port)
        if key not in self._ports:
            mask, names = self._masks(rule.ports)
            out, out_names = self._masks(rule.not_ports)
            doubtful = 0
            if selection.settings.same_named_port is None and direction is Direction.EGRESS:
                doubtful = self._ambiguous(names)
            self._ports[key] = Ports(mask, names, out, out_names, doubtful)
        return self._ports[key]

    def _masks(self, ports: tuple[Port, ...] | None) -> tuple[int, tuple[NamedPort, ...]]:
        if ports is None:
            return self.universe.ports.everything, ()
        mask = 0
        names: list[NamedPort] = []
        for port in ports:
            if isinstance(port, NamedPort):
                names.append(port)
            else:
                for interval in port_intervals(port):
                    mask |= self.universe.ports.mask(interval)
        return mask, tuple(names)

    def _ambiguous(self, names: tuple[NamedPort, ...]) -> int:
        """Return the classes that have a port name which means another number elsewhere."""
        found = 0
        for name in names:
            for classes in self.resolved(name).values() if name.name in self.ambiguous else ():
                found |= classes
        return found

    def _resolve_names(self) -> dict[str, dict[int, int]]:
        """Return, per port name and point on the port line, the classes that have it."""
        looked_at = self.profile.linux.settings.named_ports  # an engine has one agent on both systems
        numbers: dict[str, dict[int, list[int]]] = {}
        for number, pod in enumerate(self.side.samples):
            for name, point, kind in self.universe.named_ports(pod) if pod else ():
                if kind in looked_at:
                    numbers.setdefault(name, {}).setdefault(point, []).append(number)
        return {n: {point: bits(found) for point, found in by.items()} for n, by in numbers.items()}

    def resolved(self, port: NamedPort) -> dict[int, int]:
        """Return the points that a name stands for in its protocol, with the classes that have each."""
        known = self.by_name.get(port.name, {})
        if port.protocol is None:
            return known
        return {point: who for point, who in known.items() if in_protocol(point, port.protocol)}

    def _bits_by_os(self) -> dict[NodeOs, int]:
        numbers: dict[NodeOs, list[int]] = {NodeOs.LINUX: [], NodeOs.WINDOWS: []}
        for number, pod in enumerate(self.side.samples):
            if pod is not None:
                numbers[pod.node_os or self.profile.default_os].append(number)
        return {node_os: bits(found) for node_os, found in numbers.items()}

    def rectangles(
        self, rule: CompiledRule, peers: int, number: int, direction: Direction
    ) -> Iterator[tuple[int, int]]:
        """Yield the parts of a rule for one class that it applies to: sets of peers and of port atoms."""
        parts = self._with_names(rule, peers, number, direction)
        for name in rule.ports.out_names:
            for point, classes in self.resolved(name).items():
                if direction is Direction.INGRESS:
                    classes = self.universe.everyone if classes >> number & 1 else 0
                atom = 1 << self.universe.ports.atom(point)
                parts = [piece for part in parts for piece in _carved(part, classes, atom)]
        return iter(parts)

    def _with_names(
        self, rule: CompiledRule, peers: int, number: int, direction: Direction
    ) -> Iterable[tuple[int, int]]:
        """Yield the parts of a rule for one class, before names are taken out."""
        ports = rule.ports
        mask = ports.mask & ~ports.out
        if direction is Direction.INGRESS:
            for name in ports.names:
                for point, classes in self.resolved(name).items():
                    if classes >> number & 1:
                        mask |= (1 << self.universe.ports.atom(point)) & ~ports.out
        if peers and mask:
            yield peers, mask
        if direction is Direction.EGRESS:
            for name in ports.names:
                for point, classes in self.resolved(name).items():
                    there, atom = peers & classes, (1 << self.universe.ports.atom(point)) & ~ports.out
                    if there and atom:
                        yield there, atom


def _carved(part: tuple[int, int], classes: int, ports: int) -> Iterator[tuple[int, int]]:
    """Yield what is left of a part when some classes lose some ports."""
    peers, which = part
    for who, left in ((peers & ~classes, which), (peers & classes, which & ~ports)):
        if who and left:
            yield who, left


def by_tier(
    sections: Sequence[CompiledSection],
) -> Iterator[tuple[Tier, list[CompiledSection], list[tuple[CompiledSection, CompiledRule]]]]:
    """Yield each tier with its sections and their rules in the order that they are asked."""
    for tier, group in groupby(sections, key=lambda entry: entry.policy.tier):
        entries = list(group)
        rules = [(entry, rule) for entry in entries for rule in entry.rules]
        if tier.deny_first:
            rules.sort(key=lambda pair: pair[1].rule.action is not Action.DENY)
        yield tier, entries, rules
