"""A plan as data for programs: camelCase keys, every step with what executes it."""

from typing import Any

from aksnetpol.engines.moves.disturbance import Disturbance
from aksnetpol.engines.moves.duration import Duration
from aksnetpol.engines.moves.networking import ARM_NAMES, UNSET
from aksnetpol.engines.moves.plan import Plan, Refusal, Step
from aksnetpol.engines.moves.search import Reason
from aksnetpol.findings import Finding


def data(found: Plan | Refusal) -> dict[str, Any]:
    """Return a plan or a refusal as JSON data; `possible` tells them apart."""
    return _refusal(found) if isinstance(found, Refusal) else _plan(found)


def _plan(found: Plan) -> dict[str, Any]:
    detour = found.detour
    return {
        "possible": True,
        "cluster": found.cluster,
        "live": found.live.network_profile(),
        "goal": found.goal.network_profile(),
        "reimages": found.reimages,
        "duration": _duration(found.duration),
        "podsChecked": found.pods_checked,
        "detour": detour
        and {"moves": list(detour.moves), "reasons": [_reason(one) for one in detour.reasons]},
        "steps": [_step(step) for step in found.steps],
        "warnings": [_finding(one) for one in found.warnings],
    }


def _refusal(found: Refusal) -> dict[str, Any]:
    wanted = {arm: getattr(found.wanted, name) for name, arm in ARM_NAMES.items()}
    return {
        "possible": False,
        "cluster": found.cluster,
        "live": found.live.network_profile(),
        "wanted": {arm: value for arm, value in wanted.items() if value is not UNSET},
        "reasons": [_reason(one) for one in found.reasons],
        "unmet": list(found.unmet),
        "nearest": _plan(found.nearest),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "move": step.move,
        "title": step.title,
        "networkProfile": dict(step.fields),
        "before": step.before.network_profile(),
        "after": step.after.network_profile(),
        "reimages": step.reimages,
        "irreversible": step.irreversible,
        "requirements": [{"id": one.id, "text": one.text, "source": one.source} for one in step.requirements],
        "enforcement": step.enforcement,
        "disturbances": [_disturbance(one) for one in step.disturbances],
        "leavesBehind": list(step.leaves_behind),
        "notes": list(step.notes),
        "command": step.command,
        "azureCli": step.azure_cli,
        "source": step.source,
    }


def _disturbance(one: Disturbance) -> dict[str, Any]:
    return {
        "id": one.id,
        "effect": one.effect.value,
        "subject": one.subject,
        "message": one.message,
        "remedy": one.remedy,
        "pods": list(one.pods),
        "source": one.source,
    }


def _duration(one: Duration) -> dict[str, Any]:
    return {
        "shortestMinutes": one.shortest,
        "longestMinutes": one.longest,
        "drainTimeoutMinutes": one.drain_timeout,
        "basis": one.basis,
        "source": one.source,
    }


def _reason(one: Reason) -> dict[str, str]:
    return {"id": one.id, "message": one.message, "remedy": one.remedy, "source": one.source}


def _finding(one: Finding) -> dict[str, str]:
    return {
        "id": one.id,
        "key": one.subject,
        "message": one.message,
        "remedy": one.remedy,
        "source": one.source,
    }
