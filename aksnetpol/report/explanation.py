"""The walkthrough of one connection: a summary, both sides tier by tier, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aksnetpol.policy import Direction, Explanation
from aksnetpol.policy.ask.explain import SideAnswer, TierAnswer
from aksnetpol.policy.ask.verdict import Step
from aksnetpol.policy.model.cluster import Action, Tier
from aksnetpol.report.connections.json_data import location
from aksnetpol.report.connections.table import grid
from aksnetpol.report.connections.wording import wrap
from aksnetpol.report.verdict import VERBS, line, rule_name

_MISSES = {
    "peer": "no match: another peer",
    "port": "no match: another port",
    "subject": "no match: another pod of the policy",
    "unknown": "may match, or not",
}


def render(explanation: Explanation, heading: str, width: int) -> str:
    """Return the walkthrough as plain text of at most `width` columns.

    Args:
        heading: engine, pods, and whether the answer is partial.
    """
    verdict = explanation.verdict
    parts = [wrap(heading, width), wrap(line(verdict), width, "  ")]
    if explanation.sides:
        columns = [f"{_title(side)}" for side in explanation.sides]
        parts.append("\n" + grid(columns, _rows(explanation), width).rstrip("\n"))
    if explanation.remedies:
        change = "To deny it:" if verdict.allowed else "To allow it:"
        parts.append(f"\n{change}")
        for remedy in explanation.remedies:
            where = f" ({remedy.location})" if remedy.location else ""
            parts.append(wrap(f"- {remedy.text}{where}", width, "  "))
    parts += [wrap(f"Note: {note}", width, "  ") for note in verdict.notes]
    return "\n".join(parts) + "\n"


def _title(side: SideAnswer) -> str:
    way = "EGRESS of" if side.direction is Direction.EGRESS else "INGRESS of"
    return f"{way} {side.pod}"


def _rows(explanation: Explanation) -> Iterator[list[str]]:
    """Yield a row per tier that either side was asked in, then the result of each side."""
    tiers: dict[Tier, None] = {}
    for side in explanation.sides:
        tiers.update(dict.fromkeys(answer.tier for answer in side.tiers))
    for tier in sorted(tiers, key=lambda one: one.order):
        yield [_tier(side, tier) for side in explanation.sides]
    yield [_result(side) for side in explanation.sides]


def _tier(side: SideAnswer, tier: Tier) -> str:
    answer = next((one for one in side.tiers if one.tier == tier), None)
    if answer is None:
        decided = any(one.action is not Action.PASS and one.tier.order < tier.order for one in side.tiers)
        return f"tier {tier.name}: {'not asked' if decided else 'no policy'}"
    lines = [f"tier {tier.name}: {_action(answer)}"]
    lines += [f"- {_step(step, side.direction)}" for step in answer.steps]
    if answer.by_isolation:
        lines += [f"- {policy} isolates ({policy.location})" for policy in side.reasons.isolated_by]
    return "\n".join(lines)


def _action(answer: TierAnswer) -> str:
    if answer.by_isolation:
        unknown = any(step.miss == "unknown" for step in answer.steps)
        return "denied, unless a rule matches that may" if unknown else "denied, no rule allows it"
    if answer.action is Action.PASS:
        return "passed on" if any(step.hit for step in answer.steps) else "no rule matches"
    return "allowed" if answer.action is Action.ALLOW else "denied"


def _step(step: Step, direction: Direction) -> str:
    name = rule_name(step.policy, direction, step.rule)
    what = VERBS[step.rule.action] if step.hit else _MISSES.get(step.miss, step.miss)
    return f"{name} {what} ({step.location or 'engine'})"


def _result(side: SideAnswer) -> str:
    reasons = side.reasons
    lines = [f"=> {'ALLOWED' if reasons.allowed else 'DENIED'}: {reasons.text}"]
    for one in reasons.not_installed:
        effects = "; ".join(f"{delta.effect} [{delta.id}]" for delta in one.deltas)
        lines.append(f"! {one.policy} is not enforced here: {effects}")
    return "\n".join(lines)


def data(explanation: Explanation, verdict: dict[str, Any]) -> dict[str, Any]:
    """Return the walkthrough as JSON data; docs/commands/explain.md documents the shape."""
    return {
        "verdict": verdict,
        "sides": [
            {
                "direction": side.direction,
                "pod": str(side.pod),
                "allowed": side.reasons.allowed,
                "tiers": [_tier_data(answer, side.direction) for answer in side.tiers],
            }
            for side in explanation.sides
        ],
        "remedies": [{"text": one.text, "location": location(one.location)} for one in explanation.remedies],
    }


def _tier_data(answer: TierAnswer, direction: Direction) -> dict[str, Any]:
    return {
        "tier": answer.tier.name,
        "action": answer.action,
        "byIsolation": answer.by_isolation,
        "rules": [
            {
                "rule": rule_name(step.policy, direction, step.rule),
                "action": step.rule.action,
                "matches": step.hit,
                "miss": step.miss or None,
                "location": location(step.location),
            }
            for step in answer.steps
        ],
    }
