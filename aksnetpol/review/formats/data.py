"""A report as data for programs; docs/commands/review.md documents the shape."""

from typing import Any

from aksnetpol.engines.moves.data import data as plan_data
from aksnetpol.findings import Finding
from aksnetpol.policy.lint import data as lint_data
from aksnetpol.report.changes import change_data
from aksnetpol.review.headline import headline, overall
from aksnetpol.review.model import Compared, EngineChange, Folders, ResourceChange, Review, StackReview

VERSION = 1


def data(review: Review) -> dict[str, Any]:
    """Return a report as JSON data."""
    return {
        "version": VERSION,
        "base": review.base,
        "head": review.head,
        "risk": overall(review).name.lower(),
        "stacks": [_stack(one) for one in review.stacks],
    }


def _stack(review: StackReview) -> dict[str, Any]:
    said, problem = headline(review), review.problem
    changes = review.difference.changes if review.difference else ()
    return {
        "stack": review.stack,
        "risk": said.risk.name.lower(),
        "headline": said.text,
        "reasons": list(said.reasons),
        "problem": problem and {"revision": problem.revision, "message": problem.message},
        "partial": review.partial,
        "engine": review.engine and _engine(review.engine),
        "connections": [change_data(one) for one in changes],
        "policies": list(review.policies),
        "resources": [_resource(one) for one in review.resources],
        "lint": _compared(review.lint),
        "retirements": _compared(review.retirements),
        "secrets": list(review.secrets),
        "plainSecrets": list(review.plain_secrets),
        **(_manifests(review.folders) if review.folders else {}),
    }


def _manifests(found: Folders) -> dict[str, Any]:
    return {"manifests": {"paths": list(found.paths), "engine": found.engine}}


def _engine(change: EngineChange) -> dict[str, Any]:
    return {
        "old": change.old.network_profile(),
        "new": change.new.network_profile(),
        "plan": plan_data(change.plan),
    }


def _resource(one: ResourceChange) -> dict[str, Any]:
    return {
        "operation": one.operation,
        "type": one.resource.type,
        "name": one.resource.name,
        "urn": one.resource.urn,
        "follows": one.follows,
        "changes": [
            {"path": change.path, "old": change.old, "new": change.new, "replaces": change.replaces}
            for change in one.changes
        ],
    }


def _compared(found: Compared) -> dict[str, Any]:
    return {"new": _findings(found.new), "fixed": _findings(found.fixed), "kept": _findings(found.kept)}


def _findings(found: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return lint_data(found)["findings"]
