"""Why a connection is allowed or not, side by side and tier by tier, and what would change that."""

from __future__ import annotations

from dataclasses import dataclass

from aksnetpol.findings import Location
from aksnetpol.policy.ask.reach import Reachability
from aksnetpol.policy.ask.verdict import Reasons, Step, Verdict
from aksnetpol.policy.model.cluster import Action, Direction, Pod, Tier
from aksnetpol.policy.model.endpoints import Endpoint


@dataclass(frozen=True, slots=True)
class TierAnswer:
    """What one tier says on one side.

    Args:
        action: ALLOW or DENY when the tier decides; PASS when it leaves it to the next.
        steps: the rules asked, in order.
        by_isolation: no rule decided: the pod is isolated, and that denies.
    """

    tier: Tier
    action: Action
    steps: tuple[Step, ...]
    by_isolation: bool = False


@dataclass(frozen=True, slots=True)
class SideAnswer:
    """One side of the walkthrough: egress at the source or ingress at the destination."""

    direction: Direction
    pod: Endpoint
    reasons: Reasons
    tiers: tuple[TierAnswer, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that would turn the answer round; all of an explanation's remedies together do.

    Args:
        text: what to change.
        location: where, when it is an edit of something that exists.
    """

    text: str
    location: Location | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The walkthrough of one connection."""

    verdict: Verdict
    sides: tuple[SideAnswer, ...]
    remedies: tuple[Remedy, ...]


def explain(
    reach: Reachability,
    src: str | Endpoint,
    dst: str | Endpoint,
    port: int | str | None = None,
    protocol: str = "TCP",
) -> Explanation:
    """Return the walkthrough of one connection.

    Args:
        reach: the analysed cluster.
        src, dst, port, protocol: as `Reachability.can` takes them.

    Raises:
        UnknownEndpointError: no such source, destination or port.
    """
    verdict = reach.can(src, dst, port, protocol)
    sides = tuple(
        SideAnswer(reasons.direction, pod, reasons, _tiers(reasons))
        for reasons, pod in ((verdict.egress, verdict.source), (verdict.ingress, verdict.destination))
        if reasons is not None
    )
    return Explanation(verdict, sides, _remedies(verdict))


def _tiers(reasons: Reasons) -> tuple[TierAnswer, ...]:
    by_tier: dict[Tier, list[Step]] = {}
    for step in reasons.steps:
        by_tier.setdefault(step.tier, []).append(step)
    isolating = reasons.isolated_by[0].tier if reasons.isolated_by else None
    if isolating is not None and reasons.decided is None:
        by_tier.setdefault(isolating, [])
    found: list[TierAnswer] = []
    for tier, steps in by_tier.items():
        hit = next((step for step in steps if step.hit), None)
        if hit is not None:
            found.append(TierAnswer(tier, hit.rule.action, tuple(steps)))
        else:
            denied = tier == isolating and not reasons.allowed
            found.append(TierAnswer(tier, Action.DENY if denied else Action.PASS, tuple(steps), denied))
    return tuple(found)


def _remedies(verdict: Verdict) -> tuple[Remedy, ...]:
    sides = [
        (reasons, pod, other)
        for reasons, pod, other in (
            (verdict.egress, verdict.source, verdict.destination),
            (verdict.ingress, verdict.destination, verdict.source),
        )
        if reasons is not None and not reasons.exempt
    ]
    if verdict.doubts:
        return tuple(
            Remedy(f"first make known what the input does not tell: {one}", None) for one in verdict.doubts
        )
    if verdict.allowed:
        return tuple(_closing(reasons, pod) for reasons, pod, _ in sides[-1:])
    what = f"{verdict.protocol} {verdict.port if verdict.port is not None else 'traffic'}"
    return tuple(_opening(r, pod, other, what) for r, pod, other in sides if not r.allowed)


def _opening(reasons: Reasons, pod: Endpoint, other: Endpoint, what: str) -> Remedy:
    way = "to" if reasons.direction is Direction.EGRESS else "from"
    if reasons.decided is not None:
        rule = f"the {reasons.decided.rule.action} rule of {reasons.decided.policy}"
        return Remedy(f"narrow or remove {rule}, which denies {what} {way} {other}", reasons.location)
    names = " or ".join(str(policy) for policy in reasons.isolated_by)
    text = f"add to {names} an {reasons.direction} rule that allows {what} {way} {other}{_meaning(other)}"
    return Remedy(text, reasons.location)


def _meaning(endpoint: Endpoint) -> str:
    """Return the labels that a rule could select the endpoint by."""
    if not isinstance(endpoint, Pod) or not endpoint.labels:
        return ""
    labels = ", ".join(f"{key}={value}" for key, value in sorted(endpoint.labels.items())[:3])
    return f" ({labels} in namespace {endpoint.namespace})"


def _closing(reasons: Reasons, pod: Endpoint) -> Remedy:
    if reasons.decided is not None:
        return Remedy(
            f"narrow or remove the rule of {reasons.decided.policy} that allows it", reasons.location
        )
    return Remedy(f"select {pod} by a policy for {reasons.direction} that does not allow it", None)


__all__ = ["Explanation", "Remedy", "SideAnswer", "TierAnswer", "explain"]
