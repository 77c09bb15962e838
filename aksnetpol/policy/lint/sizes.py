"""How large a cluster an engine bears."""

from __future__ import annotations

from collections.abc import Iterator

from aksnetpol.findings import Severity, Topic
from aksnetpol.policy.lint.context import Context
from aksnetpol.policy.lint.model import LEARN, NPM_PLANES, Hit, Rule
from aksnetpol.policy.model.cluster import Cluster, NodeOs

MOST_NODES = 250
MOST_PODS = 20_000


def nodes(context: Context) -> Iterator[Hit]:
    """Find more nodes than NPM bears."""
    linux = [node for node in context.cluster.nodes if node.os is not NodeOs.WINDOWS]
    if len(linux) > MOST_NODES:
        yield Hit(f"the cluster has {len(linux)} Linux nodes; NPM must not grow past {MOST_NODES}")


def pods(context: Context) -> Iterator[Hit]:
    """Find more pods than NPM bears, templates counted by their replicas."""
    count = pod_count(context.cluster)
    if count > MOST_PODS:
        yield Hit(f"the cluster has {count} pods; NPM must not grow past {MOST_PODS}")


def pod_count(cluster: Cluster) -> int:
    """Return the number of pods, those that workloads would make included."""
    replicas = {workload.ref: workload.replicas for workload in cluster.workloads}
    found = 0
    for pod in cluster.pods:
        if pod.potential and pod.workload is not None:
            wanted = replicas.get(pod.workload)
            found += len(cluster.nodes) or 1 if wanted is None else wanted
        elif not pod.finished:
            found += 1
    return found


_REMEDY = "Move to Cilium before growing on: NPM runs out of memory there."
RULES = (
    Rule(
        "npm-nodes",
        Severity.ERROR,
        f"more than {MOST_NODES} Linux nodes on NPM",
        _REMEDY,
        LEARN,
        nodes,
        NPM_PLANES,
        topic=Topic.LIMIT,
    ),
    Rule(
        "npm-pods",
        Severity.ERROR,
        f"more than {MOST_PODS} pods on NPM",
        _REMEDY,
        LEARN,
        pods,
        NPM_PLANES,
        topic=Topic.LIMIT,
    ),
)
