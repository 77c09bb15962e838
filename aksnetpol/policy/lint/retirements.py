"""Engines that are none, or that end."""

from __future__ import annotations

from collections.abc import Iterator

from aksnetpol.engines.calendar import RETIREMENTS, WARN_DAYS
from aksnetpol.engines.rule import Retirement
from aksnetpol.findings import Severity, Topic
from aksnetpol.policy.lint.context import Context
from aksnetpol.policy.lint.model import LEARN, Hit, Rule
from aksnetpol.policy.model.cluster import NodeOs


def no_engine(context: Context) -> Iterator[Hit]:
    """Find policies without an engine."""
    if all(plane.settings.unenforced for plane in context.dataplanes.values()):
        count = len(context.cluster.policies)
        yield Hit(f"the engine is none: none of the {count} policies of the input is enforced")


def retired(context: Context) -> Iterator[Hit]:
    """Find engines that have ended."""
    for row in _used(context):
        if row.ends <= context.today:
            yield Hit(f"{row.what} ended on {row.ends}. {row.effect}", remedy=row.remedy)


def retires(context: Context) -> Iterator[Hit]:
    """Find engines that end within the time that a move takes."""
    for row in _used(context):
        days = (row.ends - context.today).days
        if 0 < days <= WARN_DAYS:
            yield Hit(f"{row.what} ends on {row.ends}, in {days} days. {row.effect}", remedy=row.remedy)


def _used(context: Context) -> Iterator[Retirement]:
    windows = context.profile.default_os is NodeOs.WINDOWS or any(
        found.os is NodeOs.WINDOWS for found in context.cluster.nodes
    )
    windows = windows or any(pod.node_os is NodeOs.WINDOWS for pod in context.pods)
    names = {plane.name for os, plane in context.dataplanes.items() if os is NodeOs.LINUX or windows}
    return (row for row in RETIREMENTS if row.id in names)


_CALENDAR = "AKS docs, azure-network-policy-manager-windows-retirement and -linux-retirement"
RULES = (
    Rule(
        "engine-none",
        Severity.ERROR,
        "an engine of none: no policy is enforced",
        "Choose an engine for the cluster; cilium is recommended.",
        LEARN,
        no_engine,
    ),
    Rule(
        "engine-retired",
        Severity.ERROR,
        "an engine that has ended",
        "Move to cilium.",
        _CALENDAR,
        retired,
        topic=Topic.RETIRED,
    ),
    Rule(
        "engine-retires",
        Severity.WARNING,
        f"an engine that ends within {WARN_DAYS} days",
        "Plan the move to cilium.",
        _CALENDAR,
        retires,
        topic=Topic.RETIREMENT,
    ),
)
