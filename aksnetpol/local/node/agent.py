"""Keeps a cluster's nodes ready and its pods' status true; one thread per cluster.

First slice: nodes and pods are simulated, and say so. Real processes and packets come with the node
agent of the walkthrough.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from aksnetpol.local.arm.backend import ClusterSpec
from aksnetpol.local.errors import ApiError, KubernetesError
from aksnetpol.local.kubernetes.api import Json, KubernetesApi
from aksnetpol.local.node.nodes import SIMULATED, Node, node_document, node_status, nodes_of
from aksnetpol.local.node.pods import free_address, running_status

_log = logging.getLogger(__name__)
_PAUSE = 0.2  # seconds between looks at the pods
_HEARTBEAT = 10.0  # seconds, as a kubelet's lease
_LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"


class NodeAgent:
    """The nodes of one cluster.

    Args:
        api: with the rights of an administrator; closed by `stop`.
        cluster: what nodes there shall be.
    """

    def __init__(self, api: KubernetesApi, cluster: ClusterSpec) -> None:
        self._api, self._cluster = api, cluster
        self._nodes = {node.name: node for node in nodes_of(cluster)}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"nodes of {cluster.name}", daemon=True)

    def start(self) -> None:
        """Make the nodes, then keep them; returns when all are ready."""
        self.follow(self._cluster)
        self._thread.start()

    def stop(self) -> None:
        """Stop keeping them; the objects stay."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._api.close()

    def follow(self, cluster: ClusterSpec) -> None:
        """Make the nodes be those of a changed cluster.

        Raises:
            KubernetesError: the API refused or does not answer.
        """
        wanted = {node.name: node for node in nodes_of(cluster)}
        there: list[Json] = self._api.request("GET", "/api/v1/nodes")["items"]
        for document in there:
            metadata: Json = document["metadata"]
            if metadata["name"] not in wanted and SIMULATED in (metadata.get("annotations") or {}):
                self._remove(str(metadata["name"]))
        for node in wanted.values():
            self._api.apply(node_document(cluster, node))
            self._post_status(cluster, node)
        self._cluster, self._nodes = cluster, wanted

    def _remove(self, name: str) -> None:
        query = {"fieldSelector": f"spec.nodeName={name}"}
        pods: list[Json] = self._api.request("GET", "/api/v1/pods", query)["items"]
        for pod in pods:
            self._end(pod)
        self._api.delete(f"/api/v1/nodes/{name}")

    def _run(self) -> None:
        beat = 0.0
        while not self._stopping.wait(_PAUSE):
            if time.monotonic() >= beat:
                self._try(self._heartbeat)
                beat = time.monotonic() + _HEARTBEAT
            self._try(self._look_at_pods)

    def _try(self, step: Callable[[], None]) -> None:
        # The API server may be on its way back after a crash; the next round sees.
        try:
            step()
        except KubernetesError as error:
            _log.warning("%s: %s", self._cluster.name, error)

    def _heartbeat(self) -> None:
        now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        for name in list(self._nodes):
            lease = {
                "apiVersion": "coordination.k8s.io/v1",
                "kind": "Lease",
                "metadata": {"name": name, "namespace": "kube-node-lease"},
                "spec": {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": now},
            }
            self._api.apply(lease)

    def _look_at_pods(self) -> None:
        pods: list[Json] = self._api.request("GET", "/api/v1/pods")["items"]
        ours = [pod for pod in pods if pod["spec"].get("nodeName") in self._nodes]
        taken = {pod["status"]["podIP"] for pod in pods if pod["status"].get("podIP")}
        for pod in ours:
            if pod["metadata"].get("deletionTimestamp"):
                self._end(pod)
            elif pod["status"].get("phase") == "Pending":
                node = self._nodes[pod["spec"]["nodeName"]]
                address = free_address(node, taken)
                if address is not None:
                    taken.add(address)
                    self._say_running(pod, node, address)

    def _say_running(self, pod: Json, node: Node, address: str) -> None:
        path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}/status"
        self._patch(path, running_status(pod, node, address, _now()))

    def _post_status(self, cluster: ClusterSpec, node: Node) -> None:
        self._patch(f"/api/v1/nodes/{node.name}/status", node_status(cluster, node, _now()))

    def _patch(self, path: str, status: Json) -> None:
        self._api.request("PATCH", path, None, {"status": status}, "application/merge-patch+json")

    def _end(self, pod: Json) -> None:
        path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": pod["metadata"]["uid"]}}
        try:
            self._api.request("DELETE", path, None, options)
        except ApiError as error:
            if error.status not in (404, 409):  # gone, or another pod of the same name
                raise


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
