"""Where a live cluster stands: what of it ends when, and how much of its limits is in use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from aksnetpol.engines.addresses import NPM_NODES, NPM_PODS, nodes_in_pod_cidr
from aksnetpol.engines.calendar import RETIREMENTS, VERSION_ENDS, version_findings
from aksnetpol.engines.model import Cluster, NetworkPlugin, NetworkPolicy
from aksnetpol.engines.moves.live import LiveCluster
from aksnetpol.findings import Finding


@dataclass(frozen=True)
class LimitUse:
    """A limit that holds for the cluster.

    Nodes are those of the pools now; pods are those that run, or that the nodes may hold where nobody looked.
    """

    what: str
    used: int
    most: int
    source: str

    @property
    def share(self) -> float:
        """The part in use."""
        return self.used / self.most


@dataclass(frozen=True)
class Ending:
    """A retirement that applies.

    Args:
        days: until it ends; negative when it has ended.
    """

    id: str
    what: str
    ends: date
    days: int
    effect: str
    remedy: str
    source: str


@dataclass(frozen=True)
class Status:
    """Limits in use; what ends, the soonest first; what is wrong with the Kubernetes version."""

    limits: tuple[LimitUse, ...]
    retirements: tuple[Ending, ...]
    warnings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Limit:
    what: str
    applies: Callable[[Cluster], bool]
    used: Callable[[LiveCluster], int]
    most: Callable[[Cluster], int | None]
    source: str


def _nodes(live: LiveCluster) -> int:
    return live.nodes


def _npm(cluster: Cluster) -> bool:
    return cluster.network_policy is NetworkPolicy.AZURE


_LIMITS = (
    _Limit(
        "nodes that Azure NPM stands", _npm, _nodes, lambda _: NPM_NODES, "AKS docs, use-network-policies"
    ),
    _Limit(
        "pods that Azure NPM stands",
        _npm,
        lambda live: live.pods,
        lambda _: NPM_PODS,
        "AKS docs, use-network-policies",
    ),
    _Limit(
        "nodes on kubenet",
        lambda cluster: cluster.network_plugin is NetworkPlugin.KUBENET,
        _nodes,
        lambda _: 400,
        "AKS docs, concepts-network-ip-address-planning",
    ),
    _Limit(
        "nodes that podCidr holds",
        lambda cluster: cluster.is_overlay or cluster.network_plugin is NetworkPlugin.KUBENET,
        _nodes,
        nodes_in_pod_cidr,
        "AKS docs, concepts-network-azure-cni-overlay",
    ),
    _Limit("nodes of a cluster", lambda _: True, _nodes, lambda _: 5000, "AKS docs, quotas-skus-regions"),
)


def status(live: LiveCluster, today: date) -> Status:
    """Measure a live cluster.

    Args:
        today: the day to count from.
    """
    endings = sorted(_endings(live.cluster, today), key=lambda one: one.ends)
    return Status(tuple(_limits(live)), tuple(endings), tuple(version_findings(live.cluster, today)))


def _limits(live: LiveCluster) -> Iterator[LimitUse]:
    for row in _LIMITS:
        most = row.most(live.cluster) if row.applies(live.cluster) else None
        if most:
            yield LimitUse(row.what, row.used(live), most, row.source)


def _endings(cluster: Cluster, today: date) -> Iterator[Ending]:
    for row in RETIREMENTS:
        if row.applies(cluster):
            days = (row.ends - today).days
            yield Ending(row.id, row.what, row.ends, days, row.effect, row.remedy, row.source)
    ends = VERSION_ENDS.get(cluster.minor_version or (0, 0))
    if ends is not None:
        newest = ".".join(map(str, max(VERSION_ENDS)))
        yield Ending(
            "kubernetes-version",
            f"Kubernetes {cluster.kubernetes_version}",
            ends,
            (ends - today).days,
            "From then on AKS has it with long-term support only.",
            f"Upgrade; the newest is {newest}.",
            "AKS docs, supported-kubernetes-versions",
        )


def data(live: LiveCluster, found: Status) -> dict[str, Any]:
    """Return a cluster and its status for programs."""
    return {
        "cluster": live.cluster.name,
        "resourceGroup": live.resource_group,
        "provisioningState": live.provisioning_state,
        "kubernetesVersion": live.cluster.kubernetes_version,
        "networkProfile": live.networking.network_profile(),
        "pools": [
            {
                "name": pool.name,
                "mode": pool.mode.value,
                "osType": pool.os_type.value,
                "osSku": pool.os_sku.value if pool.os_sku else None,
                "count": pool.count,
                "maxPods": pool.max_pods,
            }
            for pool in live.cluster.node_pools
        ],
        "limits": [
            {"what": one.what, "used": one.used, "most": one.most, "source": one.source}
            for one in found.limits
        ],
        "retirements": [
            {
                "id": one.id,
                "what": one.what,
                "ends": one.ends.isoformat(),
                "daysLeft": one.days,
                "effect": one.effect,
                "remedy": one.remedy,
                "source": one.source,
            }
            for one in found.retirements
        ],
        "warnings": [{"id": one.id, "message": one.message, "remedy": one.remedy} for one in found.warnings],
    }
