"""What of a live cluster matters to policies. The only module of this package that speaks to a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from aksnetpol import kube

KINDS: tuple[tuple[str, str, str], ...] = (
    ("v1", "namespaces", "Namespace"),
    ("v1", "pods", "Pod"),
    ("v1", "nodes", "Node"),
    ("v1", "services", "Service"),
    ("v1", "replicationcontrollers", "ReplicationController"),
    ("apps/v1", "deployments", "Deployment"),
    ("apps/v1", "statefulsets", "StatefulSet"),
    ("apps/v1", "daemonsets", "DaemonSet"),
    ("apps/v1", "replicasets", "ReplicaSet"),
    ("batch/v1", "jobs", "Job"),
    ("batch/v1", "cronjobs", "CronJob"),
    ("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy"),
    ("policy.networking.k8s.io/v1alpha2", "clusternetworkpolicies", "ClusterNetworkPolicy"),
    ("policy.networking.k8s.io/v1alpha1", "adminnetworkpolicies", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io/v1alpha1", "baselineadminnetworkpolicies", "BaselineAdminNetworkPolicy"),
    ("cilium.io/v2", "ciliumnetworkpolicies", "CiliumNetworkPolicy"),
    ("cilium.io/v2", "ciliumclusterwidenetworkpolicies", "CiliumClusterwideNetworkPolicy"),
    ("crd.projectcalico.org/v1", "networkpolicies", "NetworkPolicy"),
    ("crd.projectcalico.org/v1", "globalnetworkpolicies", "GlobalNetworkPolicy"),
    ("crd.projectcalico.org/v1", "tiers", "Tier"),
    ("crd.projectcalico.org/v1", "networksets", "NetworkSet"),
    ("crd.projectcalico.org/v1", "globalnetworksets", "GlobalNetworkSet"),
)


class Listing(Protocol):
    """What this module asks of a cluster."""

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield the objects of a kind, by the path that lists them; none where it is not installed."""
        ...


def objects(cluster: Listing, kinds: Sequence[tuple[str, str, str]] = KINDS) -> Iterator[dict[str, Any]]:
    """Yield every object of some kinds; kinds that are not installed are skipped.

    Args:
        kinds: apiVersion, plural and kind; by default all that matters to policies.

    Raises:
        ApiError: the cluster does not answer, or refuses.
    """
    for version, plural, kind in kinds:
        for item in cluster.pages(kube.path(version, plural)):
            yield {"apiVersion": version, "kind": kind, **item}
