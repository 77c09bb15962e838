"""Asks about one pair on a universe of just those two, so that one question costs milliseconds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from aksnetpol.policy.analysis.compile import CompiledRule
from aksnetpol.policy.analysis.evaluate import AS_IS, Evaluator, Reading, Stance
from aksnetpol.policy.analysis.snapshot import Analysis, Asked, Snapshot
from aksnetpol.policy.ask.doubts import doubts, learns_names
from aksnetpol.policy.ask.verdict import NotInstalled, Reasons, Verdict, runs_on, walk
from aksnetpol.policy.engines.profiles import CILIUM_KINDS
from aksnetpol.policy.model import ports
from aksnetpol.policy.model.cluster import Certainty, Direction, Node, Pod, Protocol
from aksnetpol.policy.model.endpoints import Domain, Endpoint, External
from aksnetpol.policy.model.peers import DomainPeer
from aksnetpol.policy.model.selectors import members

ICMP = "ICMP"
ITSELF = "a pod always reaches itself (Kubernetes docs, Network Policies)"
OWN_NODE = "a pod's own node always reaches it (Kubernetes API reference, NetworkPolicySpec)"
TO_OWN_NODE = "this engine lets a pod reach its own node"


@dataclass(frozen=True, slots=True)
class Question:
    """Source, destination, and the port: None asks about all."""

    source: Endpoint
    destination: Endpoint
    port: int | None
    protocol: str


def ask(snapshot: Snapshot, question: Question) -> Verdict:
    """Return the verdict about one connection."""
    return Pair(snapshot, question).verdict()


def ended_verdict(question: Question, pod: Pod) -> Verdict:
    """Return the verdict about a pod that ended: it has no traffic."""
    return Verdict(
        allowed=False,
        certainty=Certainty.CERTAIN,
        source=question.source,
        destination=question.destination,
        port=question.port,
        protocol=question.protocol,
        ports=ports.PortSet(()),
        notes=(f"{pod} has ended ({pod.phase}): it has no traffic, and its address may be another pod's",),
    )


class Pair:
    """Two endpoints on a universe of their own."""

    def __init__(self, snapshot: Snapshot, question: Question) -> None:
        self.snapshot = snapshot
        self.question = question
        ends = (question.source, question.destination)
        pods = list({(pod.namespace, pod.name): pod for pod in ends if isinstance(pod, Pod)}.values())
        nodes = {end.name for end in ends if isinstance(end, Node)}
        nodes |= {pod.node for pod in pods if pod.host_network and pod.node}
        asked = Asked(
            ports=self._points(),
            addresses=tuple(end.interval for end in ends if isinstance(end, External)),
            domains=tuple(end.name for end in ends if isinstance(end, Domain)),
            own_nodes=frozenset(nodes & {pod.node for pod in pods if pod.node and not pod.host_network}),
        )
        analysis = Analysis([snapshot.about(pods, frozenset(nodes))], asked=asked)
        self.universe = analysis.universe
        self.compiler = analysis.compilers[0]
        self.compiled = analysis.compiled[0]
        self.mask = self._asked_ports()
        self.sources = self._bits(question.source)
        self.destinations = self._bits(question.destination)

    def _points(self) -> tuple[int, ...]:
        question = self.question
        if question.protocol == ICMP:
            return ()
        numbers = (0, ports.STRETCH - 1) if question.port is None else (question.port,)
        return tuple(ports.port_point(Protocol(question.protocol), number) for number in numbers)

    def _asked_ports(self) -> int:
        """Return the asked atoms; without a port, all of the protocol's."""
        question = self.question
        if question.protocol == ICMP:
            return self.universe.ports.everything
        protocol = Protocol(question.protocol)
        if question.port is not None:
            return 1 << self.universe.ports.atom(ports.port_point(protocol, question.port))
        first = ports.port_point(protocol, 0)
        return self.universe.ports.mask((first, first + ports.STRETCH))

    def _bits(self, endpoint: Endpoint) -> list[int]:
        universe = self.universe
        match endpoint:
            case Pod():
                return [universe.class_of[0, endpoint.namespace, endpoint.name]]
            case Node():
                number = universe.node_number(endpoint.name)
                return [] if number is None else [number]
            case External():
                return list(members(universe.address_mask(endpoint.interval)))
            case Domain():
                return [universe.first_domain + universe.domains.index(endpoint.name)]

    def verdict(self) -> Verdict:
        """Return the answer as the profile has it, with the certainty that other readings leave."""
        question = self.question
        egress, ingress = self._reasons(Direction.EGRESS), self._reasons(Direction.INGRESS)
        allowed = self._allowed_ports(AS_IS, egress, ingress)
        yes = self._yes(allowed)
        rules = [side.rule for side in (egress, ingress) if side and side.rule]
        certainty = self._certainty(yes, egress, ingress)
        hangs_on: tuple[str, ...] = ()
        if certainty is Certainty.UNKNOWN:
            hangs_on = self._doubts(egress, ingress)
        elif yes and certainty is Certainty.CERTAIN and (unlearnt := self._unlearnt(egress)):
            certainty, hangs_on = Certainty.UNKNOWN, (unlearnt,)
        return Verdict(
            allowed=yes,
            certainty=certainty,
            source=question.source,
            destination=question.destination,
            port=question.port,
            protocol=question.protocol,
            ports=ports.port_set(self.universe.ports.intervals(allowed)),
            egress=egress,
            ingress=ingress,
            application=tuple(dict.fromkeys(text for rule in rules for text in rule.application)),
            notes=self._notes(egress, ingress),
            doubts=hangs_on,
        )

    def _unlearnt(self, egress: Reasons | None) -> str:
        """Say that Cilium may not know the addresses of a name that a rule allows; empty where it does."""
        step = egress.decided if egress else None
        if step is None or not any(isinstance(peer, DomainPeer) for peer in step.rule.peers or ()):
            return ""
        if step.policy.kind not in CILIUM_KINDS:
            return ""
        if learns_names(self._evaluator(Direction.EGRESS, AS_IS).sections(self.sources[0])):
            return ""
        return (
            f"{step.policy} ({step.location}) allows it by name, and no policy of {self.question.source} in"
            " the input has rules.dns, by which alone Cilium learns the addresses of a name"
        )

    def _doubts(self, egress: Reasons | None, ingress: Reasons | None) -> tuple[str, ...]:
        """Return what the answer hangs on, of the sides that policies are asked about."""
        question = self.question
        found: list[str] = []
        for side, pod, other, bits in (
            (egress, self.sources, question.destination, self.destinations),
            (ingress, self.destinations, question.source, self.sources),
        ):
            if side is None or side.exempt:
                continue
            direction, number = side.direction, pod[0]
            sections = self._evaluator(direction, Reading(Stance.OPTIMISTIC, engines=False)).sections(number)
            for bit in bits:
                covers = partial(self._covers, number=number, peer=bit, direction=direction)
                found += doubts(self.compiler, sections, direction, number, bit, other, covers)
        return tuple(dict.fromkeys(found))

    def _yes(self, allowed: int) -> bool:
        if self.question.protocol == ICMP:
            return allowed == self.mask
        return bool(allowed & self.mask)

    def _allowed_ports(self, reading: Reading, egress: Reasons | None, ingress: Reasons | None) -> int:
        """Return the port atoms that every address of the source may use to every one of the destination."""
        found = self.universe.ports.everything
        for reasons, pods, others in (
            (egress, self.sources, self.destinations),
            (ingress, self.destinations, self.sources),
        ):
            if reasons is None or reasons.exempt:
                continue
            evaluator = self._evaluator(reasons.direction, reading)
            rectangles = [evaluator.allowed(pod) for pod in pods]
            for other in others:
                for parts in rectangles:
                    found &= sum(which for who, which in parts if who >> other & 1)
        return found

    def _evaluator(self, direction: Direction, reading: Reading) -> Evaluator:
        return Evaluator(self.compiler, self.compiled[direction], direction, reading)

    def _certainty(self, yes: bool, egress: Reasons | None, ingress: Reasons | None) -> Certainty:
        """Return certain when every reading says the same (readings: see `evaluate.Reading`)."""
        sides = [side for side in (egress, ingress) if side and not side.exempt]
        stance = Stance.PESSIMISTIC if yes else Stance.OPTIMISTIC
        for engines, certainty in ((False, Certainty.UNKNOWN), (True, Certainty.ENGINE_DEFINED)):
            if self._yes(self._allowed_ports(Reading(stance, engines), egress, ingress)) is not yes:
                return certainty
        isolated = any(side.isolated_by for side in sides)
        if self.question.protocol == ICMP and isolated:
            return Certainty.ENGINE_DEFINED
        if isolated and (self._sctp_is_open() or self._own_node_is_open()):
            return Certainty.ENGINE_DEFINED
        return Certainty.CERTAIN

    def _sctp_is_open(self) -> bool:
        """Tell whether this is SCTP on an engine that supports it in part."""
        if self.question.protocol != Protocol.SCTP:
            return False
        ends = (self.question.source, self.question.destination)
        planes = [self.snapshot.profile.dataplane(end.node_os) for end in ends if isinstance(end, Pod)]
        return any(plane.settings.sctp is None for plane in planes)

    def _own_node_is_open(self) -> bool:
        """Tell whether this is a pod's egress to its own node on an engine that a setting decides for."""
        pod, other = self.question.source, self.question.destination
        if not isinstance(pod, Pod) or not runs_on(pod, other):
            return False
        return self.snapshot.profile.dataplane(pod.node_os).settings.pod_to_own_node is None

    def _exempt(self, direction: Direction, pod: Pod, other: Endpoint) -> str:
        """Return why policies are not asked on this side, or nothing."""
        if pod is other and not pod.potential:
            return ITSELF
        if direction is Direction.INGRESS and runs_on(pod, other):
            return OWN_NODE
        settings = self.snapshot.profile.dataplane(pod.node_os).settings
        if direction is Direction.EGRESS and settings.pod_to_own_node and runs_on(pod, other):
            return TO_OWN_NODE
        return ""

    def _reasons(self, direction: Direction) -> Reasons | None:
        ends = (self.question.source, self.question.destination)
        pod, other = ends if direction is Direction.EGRESS else ends[::-1]
        if not isinstance(pod, Pod):
            return None
        exempt = self._exempt(direction, pod, other)
        if exempt:
            return Reasons(direction, allowed=True, exempt=exempt)
        number = self._bits(pod)[0]
        peers = self.destinations if direction is Direction.EGRESS else self.sources
        sections = self._evaluator(direction, AS_IS).sections(number)
        walks = [
            walk(sections, direction, number, peer, lambda rule: self._covers(rule, number, peer, direction))  # noqa: B023  used at once
            for peer in peers
        ]
        worst = next((found for found in walks if not found.allowed), walks[0] if walks else None)
        if worst is None:
            return Reasons(direction, allowed=True)
        return replace(worst, not_installed=self._not_installed(direction, number))

    def _covers(self, rule: CompiledRule, number: int, peer: int, direction: Direction) -> bool:
        parts = self.compiler.rectangles(rule, 1 << peer, number, direction)
        which = 0
        for _, part in parts:
            which |= part
        return which == self.mask if self.question.protocol == ICMP else bool(which & self.mask)

    def _not_installed(self, direction: Direction, number: int) -> tuple[NotInstalled, ...]:
        return tuple(
            NotInstalled(entry.written, entry.deltas)
            for entry in self.compiler.not_installed(number)
            if entry.written.section(direction)
        )

    def _notes(self, egress: Reasons | None, ingress: Reasons | None) -> tuple[str, ...]:
        found: list[str] = []
        for side in (egress, ingress):
            for left_out in side.not_installed if side else ():
                why = "; ".join(f"{delta.effect} [{delta.id}]" for delta in left_out.deltas)
                found.append(f"{left_out.policy} is not in force: {why}")
        for end in (self.question.source, self.question.destination):
            if isinstance(end, Pod) and end.host_network:
                found.append(f"{end} uses the host's network: it counts as its node, and policies pass it by")
            if isinstance(end, Pod) and end.potential:
                found.append(f"{end} is what a workload's template would make")
        if self.question.protocol == ICMP:
            found.append("NetworkPolicy does not define ICMP (Kubernetes docs, Network Policies)")
        return tuple(dict.fromkeys(found))
