"""One verdict: in a line for people, as data for programs."""

from __future__ import annotations

from typing import Any

from aksnetpol.policy import Certainty, Policy, Verdict
from aksnetpol.policy.ask.verdict import Reasons
from aksnetpol.policy.model.cluster import Action, Direction, Rule
from aksnetpol.report.connections.json_data import location, ports


def line(verdict: Verdict) -> str:
    """Return yes or no and why, in one line."""
    if verdict.parts:
        each = "; ".join(f"{_ends(one)} {_answer(one)}" for one in verdict.parts)
        return f"no, not for all: {connection(verdict)}: {each}"
    why = "; ".join(verdict.doubts or (f"{side.direction} {reason(side)}" for side in decisive(verdict)))
    asks = f"; only {', '.join(verdict.application)}" if verdict.application and verdict.allowed else ""
    if not why:
        unknown = verdict.certainty is Certainty.UNKNOWN
        why = "nobody knows from this input" if unknown else "no policy of a pod is involved"
    return f"{_answer(verdict)}: {connection(verdict)}: {why}{asks}"


def _answer(verdict: Verdict) -> str:
    answer = "yes" if verdict.allowed else "no"
    return answer if verdict.certainty is Certainty.CERTAIN else f"{answer} ({verdict.certainty})"


def _ends(verdict: Verdict) -> str:
    port = f" on {verdict.port}" if verdict.port is not None else ""
    return f"{verdict.source} -> {verdict.destination}{port}:"


def decisive(verdict: Verdict) -> list[Reasons]:
    """Return the sides that make the answer: both for a yes, those that deny for a no."""
    sides = [side for side in (verdict.egress, verdict.ingress) if side is not None]
    if verdict.allowed:
        return sides
    return [side for side in sides if not side.allowed] or sides


def connection(verdict: Verdict) -> str:
    """Return what was asked: source, destination and port."""
    if verdict.asked:
        return verdict.asked
    if verdict.port is not None:
        port = f"{verdict.port}/{verdict.protocol}"
    elif verdict.protocol == "ICMP":
        port = "ICMP"
    elif verdict.allowed:
        port = str(verdict.ports)
    else:
        port = f"any {verdict.protocol} port"
    return f"{verdict.source} -> {verdict.destination} on {port}"


def reason(side: Reasons) -> str:
    """Return why one side says what it says: policy, rule, place."""
    step = side.decided
    if step is None:
        skipped = ", ".join(f"{one.policy}" for one in side.not_installed)
        return f"{side.text} (not enforced here: {skipped})" if skipped else _with_places(side)
    verb = "allowed" if side.allowed else "denied"
    return f"{verb} by {rule_name(step.policy, side.direction, step.rule)} ({step.location or 'engine'})"


def _with_places(side: Reasons) -> str:
    places = [str(policy.location) for policy in side.isolated_by if policy.location]
    return f"{side.text} ({', '.join(places)})" if places and not side.allowed else side.text


def rule_name(policy: Policy, direction: Direction, rule: Rule) -> str:
    """Return a rule by its policy and its number, counted from 1 among those of its direction."""
    section = policy.section(direction)
    for number, one in enumerate(section.rules if section else (), 1):
        if one is rule or (one == rule and one.origin == rule.origin):
            called = f" ({rule.name!r})" if rule.name else ""
            return f"{policy} {direction} rule {number}{called}"
    return f"{policy} {direction} rule"


def data(verdict: Verdict, *, engine: str, view: str, partial: bool) -> dict[str, Any]:
    """Return the verdict as JSON data; docs/commands/can.md documents the shape."""
    return {
        "allowed": verdict.allowed,
        "certainty": verdict.certainty,
        "engine": engine,
        "view": view,
        "partial": partial,
        "source": str(verdict.source),
        "destination": str(verdict.destination),
        "port": verdict.port,
        "protocol": verdict.protocol,
        "ports": ports(verdict.ports),
        "egress": side_data(verdict.egress),
        "ingress": side_data(verdict.ingress),
        "application": list(verdict.application),
        "notes": list(verdict.notes),
        "doubts": list(verdict.doubts),
        "asked": connection(verdict),
        "parts": [
            {
                "allowed": one.allowed,
                "certainty": one.certainty,
                "source": str(one.source),
                "destination": str(one.destination),
                "port": one.port,
            }
            for one in verdict.parts
        ],
    }


def side_data(side: Reasons | None) -> dict[str, Any] | None:
    """Return one side; null when the endpoint is no pod."""
    if side is None:
        return None
    return {
        "allowed": side.allowed,
        "reason": reason(side),
        "policy": str(side.policy) if side.policy else None,
        "location": location(side.location),
        "isolatedBy": [str(policy) for policy in side.isolated_by],
        "notEnforced": [
            {"policy": str(one.policy), "effects": [f"{d.effect} [{d.id}]" for d in one.deltas]}
            for one in side.not_installed
        ],
    }


VERBS = {Action.ALLOW: "allows", Action.DENY: "denies", Action.PASS: "passes on"}
