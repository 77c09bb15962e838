"""The table of all rules, in the order of the documentation, and the small interpreter that runs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from aksnetpol.findings import Finding, Location
from aksnetpol.policy.engines.dataplane import Profile
from aksnetpol.policy.lint import (
    addresses,
    dead,
    images,
    isolation,
    npm,
    ports,
    retirements,
    selection,
    services,
    sizes,
    support,
    windows,
)
from aksnetpol.policy.lint.context import Context
from aksnetpol.policy.lint.model import Rule
from aksnetpol.policy.model.cluster import Cluster

_FAMILIES = (
    windows,
    npm,
    sizes,
    addresses,
    ports,
    dead,
    selection,
    isolation,
    services,
    images,
    support,
    retirements,
)
RULES: tuple[Rule, ...] = tuple(rule for family in _FAMILIES for rule in family.RULES)


def lint(
    cluster: Cluster,
    profile: Profile,
    today: date,
    *,
    pod_cidrs: Sequence[str] = (),
    node_cidrs: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Return what is wrong or risky in a cluster under an engine, by place.

    Args:
        profile: the engine; without a version its newest is taken, but hazards of older ones are told.
        today: what retirements are held against.
        pod_cidrs: ranges of pods beyond those that the nodes tell, such as "10.244.0.0/16".
        node_cidrs: ranges of nodes.
    """
    context = Context(cluster, profile, today, tuple(pod_cidrs), tuple(node_cidrs))
    return tuple(sorted(_findings(context), key=_place))


def _findings(context: Context) -> Iterator[Finding]:
    planes = {plane.name for plane in context.dataplanes.values()}
    for rule in RULES:
        if rule.engines and not rule.engines & planes:
            continue
        for hit in rule.check(context):
            yield Finding(
                rule.id,
                rule.topic,
                hit.severity or rule.severity,
                hit.message,
                hit.remedy or rule.remedy,
                rule.source,
                hit.origin.location if hit.origin else None,
                hit.subject,
                hit.fix,
            )


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    place = finding.place or Location("")
    return (place.file, place.line, place.column, finding.id, finding.message)
