"""Holds one live cluster against retirements, limits and rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from aksnetpol.audit.images import images_in_use
from aksnetpol.audit.model import AuditedCluster, Subscription, of_pools
from aksnetpol.documents import entries
from aksnetpol.engines.addresses import ADDRESSES
from aksnetpol.engines.calendar import OLDEST_VERSION, RETIREMENTS, WARN_DAYS
from aksnetpol.engines.combinations import COMBINATIONS
from aksnetpol.engines.model import Cluster
from aksnetpol.engines.moves import live_cluster
from aksnetpol.engines.moves.status import Status, status
from aksnetpol.engines.pools import POOLS
from aksnetpol.engines.rule import cluster_findings, pool_findings
from aksnetpol.findings import Finding, Severity, Topic, worst_first

NEAR = 0.8  # share of a limit from which on it is a finding
VERSION_WARN_DAYS = 90  # an upgrade takes less planning than a migration: WARN_DAYS
_VERSION = "kubernetes-version"
_LONG_TERM = "AKSLongTermSupport"
# The rest of `check` is about requests to create: names, passwords, bounds. AKS took this cluster.
_CLUSTER_RULES = (*COMBINATIONS, *ADDRESSES)
_POOL_RULES = tuple(
    rule for rule in POOLS if rule.key in ("osSku", "osType", "enableFips") and rule.id != "sku-missing"
)
_ROWS = {row.id: row for row in RETIREMENTS}


@dataclass(frozen=True)
class _Ending:
    id: str
    what: str
    ends: date
    effect: str
    remedy: str
    source: str
    node_pools: tuple[str, ...] = ()


def evaluate(
    document: Mapping[str, Any],
    subscription: Subscription,
    today: date,
    pools: Sequence[Mapping[str, Any]] | None = None,
) -> AuditedCluster:
    """Audit a cluster.

    Args:
        document: an item of a list of managed clusters, or the answer to a GET of one.
        subscription: where it is.
        today: the day to count from.
        pools: the items of a GET of its agentPools, where the document has no agentPoolProfiles.

    Raises:
        LiveDocumentError: a value is not one that the rules know.
    """
    live = live_cluster(document, pools)
    properties = document["properties"]
    long_term = properties.get("supportPlan") == _LONG_TERM
    measured = status(live, today)
    profiles = entries(properties.get("agentPoolProfiles")) if pools is None else map(_flat, pools)
    endings = tuple(_endings(live.cluster, measured, profiles))
    found = [
        *_retirements(endings, today),
        *_versions(live.cluster, measured, long_term=long_term),
        *_limits(measured),
        *_rules(live.cluster),
    ]
    return AuditedCluster(
        str(document["id"]),
        live.cluster.name,
        subscription,
        live.resource_group,
        str(document.get("location", "")),
        live.cluster.kubernetes_version,
        live.networking,
        live.nodes,
        live.provisioning_state,
        worst_first(found),
        _days_left(endings, measured, today, long_term=long_term),
    )


def _flat(pool: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": pool.get("name"), **pool.get("properties", {})}


def _endings(
    cluster: Cluster, measured: Status, profiles: Iterator[Mapping[str, Any]] | Sequence[Mapping[str, Any]]
) -> Iterator[_Ending]:
    """What ends, but the Kubernetes version: by the calendar, and by the images that nodes really run."""
    known = set[str]()
    for one in measured.retirements:
        if one.id != _VERSION:
            known.add(one.id)
            pools = _pools_at_fault(cluster, one.id)
            yield _Ending(one.id, one.what, one.ends, one.effect, one.remedy, one.source, pools)
    for image, names in images_in_use(profiles):
        if image.id not in known:
            yield _Ending(image.id, image.what, image.ends, image.effect, image.remedy, image.source, names)


def _pools_at_fault(cluster: Cluster, retirement: str) -> tuple[str, ...]:
    row = _ROWS[retirement]
    if row.key != "osSku":
        return ()
    return tuple(
        pool.name for pool in cluster.node_pools if row.applies(replace(cluster, node_pools=(pool,)))
    )


def _retirements(endings: Sequence[_Ending], today: date) -> Iterator[Finding]:
    for one in endings:
        days = (one.ends - today).days
        if days > WARN_DAYS:
            continue
        retired = days <= 0
        when = f"ended on {one.ends}" if retired else f"ends on {one.ends}, in {days} days"
        yield Finding(
            f"retired-{one.id}" if retired else f"retires-{one.id}",
            Topic.RETIRED if retired else Topic.RETIREMENT,
            Severity.ERROR if retired else Severity.WARNING,
            f"{one.what} {when}. {one.effect}",
            one.remedy,
            one.source,
            subject=of_pools(one.node_pools),
        )


def _versions(cluster: Cluster, measured: Status, *, long_term: bool) -> Iterator[Finding]:
    """The Kubernetes version; long-term support takes what standard support does not any more."""
    if long_term and (cluster.minor_version or OLDEST_VERSION) >= OLDEST_VERSION:
        return
    for one in measured.warnings:
        yield replace(one, subject="")
    for one in measured.retirements:
        if one.id == _VERSION and 0 <= one.days <= VERSION_WARN_DAYS:
            message = f"Support of {one.what} ends on {one.ends}, in {one.days} days. {one.effect}"
            yield _warning("version-ends", Topic.RETIREMENT, message, one.remedy, one.source)


def _limits(measured: Status) -> Iterator[Finding]:
    """Limits that are near; those that are passed are broken rules."""
    for one in measured.limits:
        if NEAR <= one.share <= 1:
            message = f"Near a limit, counting full nodes: {one.used:,} of {one.most:,} {one.what}."
            remedy = "Plan the change before the cluster grows: aksnetpol engine plan shows the ways."
            yield _warning("limit-near", Topic.LIMIT, message, remedy, one.source)


def _warning(id_: str, topic: Topic, message: str, remedy: str, source: str) -> Finding:
    return Finding(id_, topic, Severity.WARNING, message, remedy, source)


def _rules(cluster: Cluster) -> Iterator[Finding]:
    """Broken rules; who reads an audit knows pools by their names, and has no settings."""
    for one in cluster_findings(_CLUSTER_RULES, cluster):
        yield replace(one, subject="")
    for pool in cluster.node_pools:
        for one in pool_findings(_POOL_RULES, replace(cluster, node_pools=(pool,))):
            yield replace(one, subject=of_pools((pool.name,)))


def _days_left(endings: Sequence[_Ending], measured: Status, today: date, *, long_term: bool) -> int | None:
    days = [(one.ends - today).days for one in endings]
    days += [one.days for one in measured.retirements if one.id == _VERSION and not long_term]
    return min(days, default=None)
