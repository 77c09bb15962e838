"""The clusters behind the documents: makes specs of them and drives the cluster backend."""

import threading
from collections import defaultdict
from concurrent.futures import Future
from contextlib import AbstractContextManager
from functools import partial

from aksnetpol.local.arm.backend import ClusterSpec, PoolSpec
from aksnetpol.local.arm.containerservice.document import section
from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.operations import Operation
from aksnetpol.local.arm.store import Resource, key_of

CLUSTER_TYPE = "Microsoft.ContainerService/ManagedClusters"
POOL_TYPE = "Microsoft.ContainerService/managedClusters/agentPools"


class Machine:
    """Does the work of cluster operations; one piece of work per cluster at a time.

    Args:
        context: the emulator's parts.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        context.workers.register("start-cluster", lambda operation: self._start(_cluster_key(operation)))
        context.workers.register(
            "reconcile-cluster", lambda operation: self._reconcile(_cluster_key(operation))
        )
        context.workers.register("stop-clusters", self._stop)

    def kubeconfig(self, cluster_id: str, *, admin: bool) -> str:
        """Return a kubeconfig; waits while the cluster starts."""
        with self._alone(key_of(cluster_id)):
            return self._context.clusters.kubeconfig(cluster_id, admin=admin)

    def restart(self) -> list[Future[None]]:
        """Start the clusters that ran when the last emulator with this state ended; done when they answer."""
        busy = {_cluster_key(operation) for operation in self._context.operations.unworked()}
        return [
            self._context.workers.background(partial(self._start, cluster.key))
            for cluster in self._context.store.of_type(CLUSTER_TYPE)
            if cluster.key not in busy and cluster.properties["provisioningState"] != "Deleting"
        ]

    def _alone(self, key: str) -> AbstractContextManager[bool]:
        return self._locks[key]

    def _start(self, key: str) -> None:
        with self._alone(key):
            spec = self._spec(key)
            if spec is not None:
                self._context.clusters.start(spec)
                self._context.clusters.reconcile(spec)

    def _reconcile(self, key: str) -> None:
        with self._alone(key):
            spec = self._spec(key)
            if spec is not None:
                self._context.clusters.reconcile(spec)

    def _stop(self, operation: Operation) -> None:
        root = self._context.store.get(operation.root)
        inside = self._context.store.below(operation.root, CLUSTER_TYPE)
        doomed = [root, *inside] if root is not None and root.type == CLUSTER_TYPE else inside
        for cluster in doomed:
            with self._alone(cluster.key):
                self._context.clusters.stop(cluster.id)

    def _spec(self, key: str) -> ClusterSpec | None:
        cluster = self._context.store.get(key)
        return None if cluster is None else spec(cluster, self._context.store.below(key, POOL_TYPE))


def spec(cluster: Resource, pools: list[Resource]) -> ClusterSpec:
    """Return what the backend is to run.

    Args:
        cluster: the managed cluster.
        pools: its agent pools; those being deleted are left out.
    """
    network = section(cluster.properties, "networkProfile")
    running = cluster.properties["powerState"]["code"] == "Running"
    return ClusterSpec(
        id=cluster.id,
        name=cluster.name,
        resource_group=cluster.id.split("/")[4],
        location=cluster.body["location"],
        kubernetes_version=cluster.properties["currentKubernetesVersion"],
        network_policy=network["networkPolicy"],
        pod_cidr=network.get("podCidr"),
        service_cidr=network["serviceCidr"],
        dns_service_ip=network["dnsServiceIP"],
        pools=tuple(
            _pool(pool, running=running)
            for pool in pools
            if pool.properties["provisioningState"] != "Deleting"
        ),
    )


def _pool(pool: Resource, *, running: bool) -> PoolSpec:
    properties = pool.properties
    return PoolSpec(
        name=pool.name,
        mode=properties["mode"],
        os_type=properties["osType"],
        os_sku=properties["osSKU"],
        count=properties["count"] if running else 0,
        vm_size=properties["vmSize"],
        node_labels=properties.get("nodeLabels") or {},
        node_taints=tuple(properties.get("nodeTaints") or ()),
        zones=tuple(properties.get("availabilityZones") or ()),
        max_pods=properties["maxPods"],
        node_image_version=properties["nodeImageVersion"],
    )


def _cluster_key(operation: Operation) -> str:
    return operation.root.partition("/agentpools/")[0]
