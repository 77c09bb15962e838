"""Makes the report model of two revisions of a stack. Pure."""

from collections.abc import Iterable
from datetime import date

from aksnetpol.engines.moves import WantedNetworking, plan
from aksnetpol.findings import Finding
from aksnetpol.policy import Policy, Reachability, analyze, diff, profile
from aksnetpol.policy.lint import lint
from aksnetpol.review.model import Compared, EngineChange, ResourceChange, Revision, StackReview


def build(
    stack: str, base: Revision, head: Revision, resources: tuple[ResourceChange, ...], today: date
) -> StackReview:
    """Return what a change does to a stack.

    Args:
        base, head: the stack before and after.
        resources: what happens to them, from `compare`, or by the engine's word.
        today: the day to measure retirements from.
    """
    old, new = _reach(base), _reach(head)
    findings = [_findings(revision, today) for revision in (base, head)]
    lint_findings, retirements = (
        _compared(*([one for one in found if one.topic.ends is wanted] for found in findings))
        for wanted in (False, True)
    )
    return StackReview(
        stack,
        resources=resources,
        engine=_engine(base, head, today),
        difference=diff(old, new),
        reach=(old, new),
        policies=_policies(base.loaded.cluster.policies, head.loaded.cluster.policies),
        lint=lint_findings,
        retirements=retirements,
        secrets=_secrets(base, head),
        plain_secrets=tuple(key for key in head.plain_secrets if key not in base.plain_secrets),
        partial=base.loaded.partial or head.loaded.partial,
    )


def _reach(revision: Revision) -> Reachability:
    return analyze(revision.loaded.cluster, revision.engine)


def _engine(base: Revision, head: Revision, today: date) -> EngineChange | None:
    if base.live is None or head.live is None:
        return None
    wanted = WantedNetworking.exactly(head.live.networking)
    if wanted.met_by(base.live.networking):
        return None
    return EngineChange(base.live.networking, head.live.networking, plan(base.live, wanted, today))


def _findings(revision: Revision, today: date) -> list[Finding]:
    """Return what the linter finds, what reading found, and what the settings warn of."""
    live = revision.live
    pods = [live.cluster.pod_cidr] if live and live.cluster.pod_cidr else []
    found = lint(revision.loaded.cluster, profile(revision.engine), today, pod_cidrs=pods)
    # The settings tell of the same retirements, with their line.
    told = [one for one in found if live is None or not one.topic.ends]
    return [*revision.loaded.findings, *told, *revision.findings]


def _compared(old: list[Finding], new: list[Finding]) -> Compared:
    before, after = {_identity(one) for one in old}, {_identity(one) for one in new}
    return Compared(
        new=tuple(one for one in new if _identity(one) not in before),
        fixed=tuple(one for one in old if _identity(one) not in after),
        kept=tuple(one for one in new if _identity(one) in before),
    )


def _identity(finding: Finding) -> tuple[str, str, str]:
    """What a finding is known by when lines have moved."""
    return finding.id, finding.subject, finding.message


def _policies(old: Iterable[Policy], new: Iterable[Policy]) -> tuple[str, ...]:
    before, after = ({one.key: one for one in policies} for policies in (old, new))
    keys = sorted(before.keys() | after.keys())
    return tuple(str(after.get(key) or before[key]) for key in keys if before.get(key) != after.get(key))


def _secrets(base: Revision, head: Revision) -> tuple[str, ...]:
    keys = sorted(base.secrets.keys() | head.secrets.keys())
    changed = (key for key in keys if base.secrets.get(key) != head.secrets.get(key))
    return tuple(key for key in changed if key not in head.plain_secrets)
