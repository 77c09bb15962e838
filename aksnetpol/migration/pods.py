"""Looks at a cluster's pods: how many run, and what would hold a drain."""

from dataclasses import replace
from pathlib import Path

from aksnetpol import kube
from aksnetpol.engines.moves import LiveCluster, drain_obstacles, is_running

_KINDS = (
    ("v1", "pods", "Pod"),
    ("policy/v1", "poddisruptionbudgets", "PodDisruptionBudget"),
    ("apps/v1", "deployments", "Deployment"),
    ("apps/v1", "statefulsets", "StatefulSet"),
    ("apps/v1", "replicasets", "ReplicaSet"),
    ("admissionregistration.k8s.io/v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration"),
    ("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration"),
)


def with_pods(live: LiveCluster, kubeconfig: Path) -> LiveCluster:
    """Add, by the Kubernetes API, how many pods run and what would hold a drain.

    Raises:
        ApiError: the cluster cannot be read.
    """
    # Imported here: without a kubeconfig nobody needs policies' readers.
    from aksnetpol.policy.load.live import objects

    found = list(objects(kube.Cluster(kubeconfig), _KINDS))
    running = sum(one["kind"] == "Pod" and is_running(one) for one in found)
    return replace(live, obstacles=drain_obstacles(found), running_pods=running)
