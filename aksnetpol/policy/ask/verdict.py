"""One question about one pair: allowed or not, how surely, and which rule made it so on each side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aksnetpol.findings import Location
from aksnetpol.policy.analysis.compile import CompiledRule, CompiledSection, by_tier
from aksnetpol.policy.engines.dataplane import Delta
from aksnetpol.policy.model.cluster import Action, Certainty, Direction, Node, Pod, Policy, Rule, Tier
from aksnetpol.policy.model.endpoints import Endpoint
from aksnetpol.policy.model.ports import PortSet


@dataclass(frozen=True, slots=True)
class Step:
    """One rule that was asked, in order.

    Args:
        hit: the rule matches the connection and takes effect.
        miss: why it does not: "peer", "port", "subject", or "unknown" whether it does; empty when it does.
    """

    tier: Tier
    policy: Policy
    rule: Rule
    hit: bool
    miss: str = ""

    @property
    def location(self) -> Location | None:
        """Where the rule was read, else its policy."""
        return self.rule.origin.location if self.rule.origin else self.policy.location


@dataclass(frozen=True, slots=True)
class NotInstalled:
    """A policy that selects the pod but that the engine does not have, and why."""

    policy: Policy
    deltas: tuple[Delta, ...]


@dataclass(frozen=True, slots=True)
class Reasons:
    """One side of a connection: egress at the source, or ingress at the destination.

    Args:
        allowed: what this side says.
        isolated_by: policies whose section denies what no rule of the tier matches.
        steps: rules asked, in order, up to the one that decided.
        not_installed: policies that would apply but for the engine.
        exempt: why no policy was asked: the pod's own traffic, its own node; empty otherwise.
    """

    direction: Direction
    allowed: bool
    isolated_by: tuple[Policy, ...] = ()
    steps: tuple[Step, ...] = ()
    not_installed: tuple[NotInstalled, ...] = ()
    exempt: str = ""

    @property
    def decided(self) -> Step | None:
        """The rule that decided; None when isolation or openness did."""
        last = self.steps[-1] if self.steps else None
        return last if last and last.hit and last.rule.action is not Action.PASS else None

    @property
    def policy(self) -> Policy | None:
        """The policy that decided: of the deciding rule, else the first that isolates."""
        if self.decided:
            return self.decided.policy
        return None if self.allowed or not self.isolated_by else self.isolated_by[0]

    @property
    def rule(self) -> Rule | None:
        """The rule that decided."""
        return self.decided.rule if self.decided else None

    @property
    def location(self) -> Location | None:
        """Where the decision was read."""
        if self.decided:
            return self.decided.location
        return self.policy.location if self.policy else None

    @property
    def text(self) -> str:
        """The reason in a sentence."""
        if self.exempt:
            return self.exempt
        if self.decided:
            verb = "allowed" if self.allowed else "denied"
            return f"{verb} by {self.decided.policy} ({self.decided.location or 'engine'})"
        if not self.allowed and self.isolated_by:
            names = ", ".join(str(policy) for policy in self.isolated_by)
            unknown = any(step.miss == "unknown" for step in self.steps)
            return f"isolated by {names}; {'a rule may allow this' if unknown else 'no rule allows this'}"
        return "no policy applies" if not self.steps else "no rule decides; open by default"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer about one connection.

    Args:
        port: None when every port was asked about: then allowed means that some port is.
        protocol: TCP, UDP, SCTP or ICMP.
        ports: every port that is allowed between the two.
        egress: None when the source is no pod.
        ingress: None when the destination is no pod.
        application: what deciding rules ask above layer 4.
        notes: what qualifies the answer, a sentence each.
        doubts: what it hangs on that the input does not tell; some where it is unknown.
        asked: the connection in the user's words, where these are not the two endpoints.
        parts: the answers by group of endpoints that are meant, where these differ; then `allowed` is that
            all of them are, and the rest of this is of one that is not.
    """

    allowed: bool
    certainty: Certainty
    source: Endpoint
    destination: Endpoint
    port: int | None
    protocol: str
    ports: PortSet
    egress: Reasons | None = None
    ingress: Reasons | None = None
    application: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    asked: str = ""
    parts: tuple[Verdict, ...] = ()

    def __bool__(self) -> bool:
        return self.allowed


Covers = Callable[[CompiledRule], bool]


def walk(
    sections: Sequence[CompiledSection], direction: Direction, number: int, peer: int, covers: Covers
) -> Reasons:
    """Return the reasons of one side, asking rule by rule.

    Args:
        sections: that apply to the class, in order.
        number: the class of the pod whose side it is.
        peer: the bit of the other one.
        covers: tells whether a rule has the asked port for this pair.
    """
    steps: list[Step] = []
    for tier, entries, rules in by_tier(sections):
        isolating = tuple(entry.policy for entry in entries if entry.section.isolates)
        for entry, rule in rules:
            miss = _miss(rule, number, peer, covers)
            steps.append(Step(tier, entry.policy, rule.rule, not miss, miss))
            if miss:
                continue
            if rule.rule.action is Action.PASS:
                break
            return Reasons(direction, rule.rule.action is Action.ALLOW, isolating, tuple(steps))
        else:
            if isolating:
                return Reasons(direction, False, isolating, tuple(steps))
    return Reasons(direction, True, (), tuple(steps))


def _miss(rule: CompiledRule, number: int, peer: int, covers: Covers) -> str:
    if rule.subject is not None and not rule.subject.bits >> number & 1:
        return "subject"
    if not rule.peers.bits >> peer & 1:
        return "unknown" if rule.peers.unknown >> peer & 1 and covers(rule) else "peer"
    return "" if covers(rule) else "port"


def runs_on(pod: Pod, other: Endpoint) -> bool:
    """Tell whether the other one is the node of the pod, or a hostNetwork pod there."""
    if isinstance(other, Node):
        return pod.node == other.name
    return isinstance(other, Pod) and other.host_network and other.node is not None and other.node == pod.node
