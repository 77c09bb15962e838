"""The nodes of one cluster: keeps them ready, runs the pods that are scheduled to them, enforces policies.

One thread decides everything, woken by the API's watches and five times a second by itself; a small pool
of threads does what takes time, such as making namespaces. A new pod gets its link only after the rules
that name it are in the kernel.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aksnetpol.local.arm.backend import ClusterSpec
from aksnetpol.local.errors import ApiError, KubernetesError, LocalError
from aksnetpol.local.kubernetes.api import Json, KubernetesApi
from aksnetpol.local.node import network, pods
from aksnetpol.local.node.addresses import AddressPool
from aksnetpol.local.node.clock import micro_timestamp, timestamp
from aksnetpol.local.node.enforcement import Enforcement, Means
from aksnetpol.local.node.enforcer import Enforcer
from aksnetpol.local.node.kubelet import KubeletServer
from aksnetpol.local.node.nodes import SIMULATED, Node, node_document, node_status, nodes_of
from aksnetpol.local.node.pod_run import PodRun
from aksnetpol.local.node.sandbox import Sandbox, Space
from aksnetpol.local.node.store import Store
from aksnetpol.local.node.watch import Watch

_log = logging.getLogger(__name__)
_PAUSE = 0.2  # seconds between looks at the processes
_HEARTBEAT = 10.0  # seconds, as a kubelet's lease
_RETRY = 1.0  # seconds before something that failed is tried again
_THREADS = 4
_KINDS = {
    "pods": "/api/v1/pods",
    "namespaces": "/api/v1/namespaces",
    "policies": "/apis/networking.k8s.io/v1/networkpolicies",
    "services": "/api/v1/services",
    "slices": "/apis/discovery.k8s.io/v1/endpointslices",
}


@dataclass(frozen=True)
class Machine:
    """What a cluster's nodes get from the machine that they are on.

    Args:
        folder: for logs of pods.
        agnhost: the binary.
        means: whether processes may stand behind pods.
        kubelet_port: where the API server looks for the kubelet's endpoints.
        pki: certificates of the cluster.
    """

    folder: Path
    agnhost: Path
    means: Means
    kubelet_port: int
    pki: Path


class NodeAgent:
    """The nodes of one cluster.

    Args:
        api: with the rights of an administrator; closed by `stop`.
        cluster: what nodes there shall be.
        machine: what they get from it.
    """

    def __init__(self, api: KubernetesApi, cluster: ClusterSpec, machine: Machine) -> None:
        self._api, self._cluster, self._machine = api, cluster, machine
        self._nodes: dict[str, Node] = {}
        self._free: dict[str, AddressPool] = {}
        self._runs: dict[str, PodRun] = {}
        self._changed, self._stopping = threading.Event(), threading.Event()
        self._watches = {name: Watch(api, path, Store(self._changed)) for name, path in _KINDS.items()}
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix=f"pods of {cluster.name}")
        self._sandbox: Sandbox | None = None
        self._enforcer: Enforcer | None = None
        self._node_spaces: dict[str, tuple[Space, str]] = {}  # with its address
        self._kubelet = KubeletServer(machine.pki, machine.kubelet_port, self.pod)
        self._lock = threading.Lock()  # of the nodes' spaces and of calls from outside
        self._thread = threading.Thread(target=self._run, name=f"nodes of {cluster.name}", daemon=True)

    def start(self) -> None:
        """Make the nodes, then keep them; returns when all are ready.

        Raises:
            LocalError: the API or the kernel refused.
        """
        if self._machine.means.enforcement is Enforcement.KERNEL:
            self._make_sandbox()
        self._kubelet.start()
        self.follow(self._cluster)
        for watch in self._watches.values():
            watch.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop keeping them, and end every process; the objects stay."""
        self._stopping.set()
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join()
        self._kubelet.stop()
        for watch in self._watches.values():
            watch.stop()
        self._pool.shutdown(cancel_futures=True)
        if self._sandbox is not None:
            self._sandbox.stop()
        self._api.close()

    @property
    def sandbox(self) -> Sandbox | None:
        """Where its pods live; None where they have a status only."""
        return self._sandbox

    def pod(self, namespace: str, name: str) -> PodRun | None:
        """Return a pod that runs here, or ended here."""
        for run in reversed(list(self._runs.values())):
            metadata = run.pod["metadata"]
            if (metadata["namespace"], metadata["name"]) == (namespace, name):
                return run
        return None

    def follow(self, cluster: ClusterSpec) -> None:
        """Make the nodes be those of a changed cluster.

        Raises:
            KubernetesError: the API refused or does not answer.
        """
        listed: list[Json] = self._api.request("GET", "/api/v1/nodes")["items"]
        there = {
            str(item["metadata"]["name"]): str(item["spec"].get("podCIDR", ""))
            for item in listed
            if SIMULATED in (item["metadata"].get("annotations") or {})
        }
        wanted = {node.name: node for node in nodes_of(cluster, there)}
        for name, addresses in there.items():
            if name in wanted and addresses != str(wanted[name].pods):
                self._remove(name)  # of a pod range that the cluster has no more
        for node in wanted.values():
            self._api.apply(node_document(cluster, node))
            self._post_node(cluster, node)
        with self._lock:
            for node in wanted.values():
                free = self._free.get(node.name)
                if free is None or free.network != node.pods:
                    self._free[node.name] = AddressPool(node.pods)
            self._cluster, self._nodes = cluster, wanted
        self._changed.set()
        for name in there.keys() - wanted.keys():
            self._remove(name)

    def _remove(self, name: str) -> None:
        query = {"fieldSelector": f"spec.nodeName={name}"}
        left: list[Json] = self._api.request("GET", "/api/v1/pods", query)["items"]
        for pod in left:
            self._forget(pod)
        with self._lock:
            space, address = self._node_spaces.pop(name, (None, ""))
        if space is not None and self._sandbox is not None:
            network.detach(self._sandbox, address)
            space.close()
        try:
            # Gone at once, since its name may be used again.
            self._api.request("DELETE", f"/api/v1/nodes/{name}", {"propagationPolicy": "Background"})
        except ApiError as error:
            if error.status != 404:
                raise

    def _make_sandbox(self) -> None:
        machine = self._machine
        made = Sandbox(machine.agnhost, machine.folder, machine.means.user_namespace)
        made.start()
        self._node_spaces.clear()
        self._sandbox, self._enforcer = made, Enforcer(made)

    def _run(self) -> None:
        beat = 0.0
        settled = False
        while not self._stopping.is_set():
            if self._changed.wait(_PAUSE) or (self._sandbox is not None and not self._sandbox.alive):
                self._changed.clear()
                settled = False
            if time.monotonic() >= beat:
                self._try(self._heartbeat)
                beat = time.monotonic() + _HEARTBEAT
            if not settled:
                settled = self._try(self._step)
            for run in list(self._runs.values()):
                self._try(partial(self._look_after, run))

    def _try(self, step: Callable[[], None]) -> bool:
        # The API server may be on its way back after a crash; the next round sees.
        try:
            step()
        except (LocalError, OSError) as error:
            _log.warning("%s: %s", self._cluster.name, error)
            return False
        except Exception:  # noqa: BLE001  whatever is wrong with one pod, the others are enforced on
            _log.exception("%s: the node agent goes on after", self._cluster.name)
            return False
        return True

    def _heartbeat(self) -> None:
        for name in list(self._nodes):
            lease = {
                "apiVersion": "coordination.k8s.io/v1",
                "kind": "Lease",
                "metadata": {"name": name, "namespace": "kube-node-lease"},
                "spec": {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": micro_timestamp()},
            }
            self._api.apply(lease)

    def _step(self) -> None:
        if self._sandbox is not None and not self._sandbox.alive and not self._stopping.is_set():
            self._start_over()
        there = {pods.uid_of(pod): pod for pod in self._watches["pods"].store.all()}
        self._end_lost(there)
        waiting = [run for pod in there.values() if (run := self._known(pod)) is not None and not run.started]
        if waiting:
            # A watch may lag behind that of the pods: what isolates a pod is read before the pod starts.
            self._watches["policies"].refresh()
            self._watches["namespaces"].refresh()
        self._enforce()
        for run in waiting:
            self._submit(run, self._start)

    def _start_over(self) -> None:
        """Begin with nothing, as after a crash of the machine: the API knows which pods there shall be."""
        _log.warning("%s: the pods' namespaces are gone; making them again", self._cluster.name)
        self._pool.shutdown(cancel_futures=True)
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix=f"pods of {self._cluster.name}")
        self._runs.clear()
        self._free = {node.name: AddressPool(node.pods) for node in self._nodes.values()}
        self._make_sandbox()

    def _known(self, pod: Json) -> PodRun | None:
        """Return a scheduled pod's run, made when new; None where there is nothing to run."""
        node = self._nodes.get(pod["spec"].get("nodeName", ""))
        run = self._runs.get(pods.uid_of(pod))
        if run is not None:
            run.pod = pod
            if pods.is_leaving(pod):
                self._submit(run, self._end)
        elif node is not None and pods.is_leaving(pod):
            self._forget(pod)
        elif node is not None and not pods.is_finished(pod):
            address = self._address(pod, node)
            if address is not None:
                folder = self._machine.folder / "pods" / pods.uid_of(pod)
                run = PodRun(pod, node, address, folder, self._machine.means.enforcement)
                self._runs[pods.uid_of(pod)] = run
        return run

    def _address(self, pod: Json, node: Node) -> str | None:
        if pods.uses_host_network(pod):
            return node.address
        free, before = self._free[node.name], pod["status"].get("podIP")
        return before if before and free.keep(before) else free.take()

    def _end_lost(self, there: dict[str, Json]) -> None:
        """End the pods that are gone from the API, or whose node is."""
        for uid, run in list(self._runs.items()):
            if uid not in there or run.node.name not in self._nodes:
                self._submit(run, self._end)

    def _enforce(self) -> None:
        if self._enforcer is None:
            return
        store = {name: watch.store.all() for name, watch in self._watches.items()}
        runs = [run for run in self._runs.values() if not run.ended]
        self._enforcer.enforce(self._cluster, list(self._nodes.values()), runs, store)

    def _look_after(self, run: PodRun) -> None:
        if not run.started or run.busy or run.ended:
            return
        changed = run.poll()
        if run.finished:
            self._submit(run, self._end)
        elif changed or not run.posted:
            run.posted = False
            self._submit(run, self._post)

    def _submit(self, run: PodRun, work: Callable[[PodRun], None]) -> None:
        """Let the pool do something for a pod, one thing at a time."""
        if run.busy or self._stopping.is_set():
            return
        run.busy = True

        def task() -> None:
            try:
                if not self._try(lambda: work(run)):
                    self._stopping.wait(_RETRY)
            finally:
                run.busy = False
                self._changed.set()  # something else may have been asked for meanwhile

        self._pool.submit(task)

    def _start(self, run: PodRun) -> None:
        if run.started or run.ended:  # since it was asked for
            return
        run.start(self._sandbox, self._node_space)
        self._post(run)

    def _post(self, run: PodRun) -> None:
        run.posted = True
        try:
            self._patch(f"{pods.path_of(run.pod)}/status", run.status())
        except KubernetesError as error:
            if not isinstance(error, ApiError) or error.status != 404:  # gone meanwhile
                run.posted = False
                raise

    def _end(self, run: PodRun) -> None:
        """End a pod: deleted, gone, or finished by itself."""
        leaving = pods.is_leaving(run.pod)
        if not run.ended:
            finished = run.finished
            run.end(float(run.pod["metadata"].get("deletionGracePeriodSeconds") or 0) if leaving else 0)
            if finished:
                self._post(run)
            if not pods.uses_host_network(run.pod):
                self._free[run.node.name].release(run.address)
        uid = pods.uid_of(run.pod)
        still = uid in {pods.uid_of(pod) for pod in self._watches["pods"].store.all()}
        if leaving or run.node.name not in self._nodes:
            self._forget(run.pod)
            still = False
        if not still:
            self._runs.pop(uid, None)
            shutil.rmtree(run.folder, ignore_errors=True)

    def _node_space(self, node: Node) -> Space:
        """Return the network of a node itself, made when first asked for."""
        with self._lock:
            if node.name not in self._node_spaces:
                if self._sandbox is None:
                    raise AssertionError("asked only where there is a sandbox")
                made = self._sandbox.open(node.name)
                network.attach(self._sandbox, made, node.address)
                self._node_spaces[node.name] = made, node.address
            return self._node_spaces[node.name][0]

    def _post_node(self, cluster: ClusterSpec, node: Node) -> None:
        machine = self._machine
        status = node_status(cluster, node, timestamp(), machine.means, machine.kubelet_port)
        self._patch(f"/api/v1/nodes/{node.name}/status", status)

    def _patch(self, path: str, status: Json) -> None:
        self._api.request("PATCH", path, None, {"status": status}, "application/merge-patch+json")

    def _forget(self, pod: Json) -> None:
        """Tell the API that nothing runs of a pod any more."""
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": pods.uid_of(pod)}}
        try:
            self._api.request("DELETE", pods.path_of(pod), None, options)
        except ApiError as error:
            if error.status not in (404, 409):  # gone, or another pod of the same name
                raise
