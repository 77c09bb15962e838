"""A rule is a row: an id, a key, when it is broken, what to say, where it is written down."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from aksnetpol.engines.model import Cluster, NodePool
from aksnetpol.findings import Finding, Severity, Topic


@dataclass(frozen=True)
class ClusterRule:
    """A rule on the whole cluster.

    Args:
        message, remedy: templates; `{c}` is the cluster, `{c.network_policy}` one of its fields.
    """

    id: str
    key: str
    broken: Callable[[Cluster], bool]
    message: str
    remedy: str
    source: str
    severity: Severity = Severity.ERROR
    topic: Topic = Topic.RULE


@dataclass(frozen=True)
class PoolRule:
    """A rule on one node pool; the templates also know `{p}`, the pool."""

    id: str
    key: str
    broken: Callable[[Cluster, NodePool], bool]
    message: str
    remedy: str
    source: str
    severity: Severity = Severity.ERROR
    topic: Topic = Topic.RULE


@dataclass(frozen=True)
class Retirement:
    """Something that ends on a date.

    Args:
        applies: whether the cluster uses it.
        key: the setting to change; "nodePools" points at the first pool that uses it.
    """

    id: str
    what: str
    ends: date
    effect: str
    remedy: str
    source: str
    key: str
    applies: Callable[[Cluster], bool]


def pool_key(index: int, key: str) -> str:
    """The settings path of a pool's key; the first pool is `cluster.systemPool`."""
    return f"cluster.systemPool.{key}" if index == 0 else f"cluster.nodePools[{index - 1}].{key}"


def cluster_key(key: str) -> str:
    """The settings path of a cluster's key; the password is a secret of its own beside `cluster`."""
    return key if key == "windowsAdminPassword" else f"cluster.{key}"


def cluster_findings(rules: Sequence[ClusterRule], cluster: Cluster) -> Iterator[Finding]:
    """Apply rules to the cluster."""
    for rule in rules:
        if rule.broken(cluster):
            yield Finding(
                rule.id,
                rule.topic,
                rule.severity,
                rule.message.format(c=cluster),
                rule.remedy.format(c=cluster),
                rule.source,
                subject=cluster_key(rule.key),
            )


def pool_findings(rules: Sequence[PoolRule], cluster: Cluster) -> Iterator[Finding]:
    """Apply rules to each of the cluster's node pools."""
    for index, pool in enumerate(cluster.node_pools):
        for rule in rules:
            if rule.broken(cluster, pool):
                yield Finding(
                    rule.id,
                    rule.topic,
                    rule.severity,
                    rule.message.format(c=cluster, p=pool),
                    rule.remedy.format(c=cluster, p=pool),
                    rule.source,
                    subject=pool_key(index, rule.key),
                )
