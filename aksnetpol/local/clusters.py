"""Runs the emulator's clusters: a real control plane and nodes for each."""

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aksnetpol.local.arm.backend import ClusterSpec
from aksnetpol.local.errors import ControlPlaneError
from aksnetpol.local.home import write_private
from aksnetpol.local.kubernetes.certificates import ADMIN, USER
from aksnetpol.local.kubernetes.control_plane import ControlPlane
from aksnetpol.local.kubernetes.kubeconfig import merged, text
from aksnetpol.local.node.agent import Machine, NodeAgent
from aksnetpol.local.node.enforcement import Means, means

Tools = Callable[[], Mapping[str, Path]]


@dataclass(frozen=True)
class Running:
    """A cluster that runs."""

    plane: ControlPlane
    agent: NodeAgent


class ControlPlanes:
    """A ClusterBackend of real control planes.

    Args:
        home: the local session's folder; each cluster has a folder of its own below.
        tools: gives the binaries' paths, making them if need be.
        machine_means: whether processes may stand behind pods; None finds out.
    """

    def __init__(self, home: Path, tools: Tools, machine_means: Means | None = None) -> None:
        self._home, self._tools = home, tools
        self._means = machine_means or means()
        self._running: dict[str, Running] = {}
        self._lock = threading.RLock()

    @property
    def running(self) -> tuple[Running, ...]:
        """The clusters that run."""
        with self._lock:
            return tuple(self._running.values())

    def start(self, cluster: ClusterSpec) -> None:
        """Start a cluster, new or after a restart; returns when its API answers and its nodes are ready."""
        with self._lock:
            if _key(cluster.id) in self._running:
                self.reconcile(cluster)
                return
            plane = ControlPlane(self._folder(cluster.id), cluster, self._tools())
            try:
                plane.start()
                agent = self._agent(plane)
                agent.start()
            except Exception:
                plane.stop()
                raise
            self._running[_key(cluster.id)] = Running(plane, agent)
            self._write_kubeconfig()

    def reconcile(self, cluster: ClusterSpec) -> None:
        """Make the nodes be those of the changed pools."""
        with self._lock:
            found = self._running.get(_key(cluster.id))
            if found is None:
                self.start(cluster)
            else:
                found.agent.follow(cluster)

    def kubeconfig(self, cluster_id: str, *, admin: bool) -> str:
        """Return the kubeconfig of the cluster's user or administrator."""
        with self._lock:
            found = self._running.get(_key(cluster_id))
        if found is None:
            raise ControlPlaneError(f"The control plane of {cluster_id.rpartition('/')[2]} does not run.")
        return text(found.plane.kubeconfig(ADMIN if admin else USER))

    def stop(self, cluster_id: str) -> None:
        """End a cluster and forget it."""
        with self._lock:
            found = self._running.pop(_key(cluster_id), None)
            if found is not None:
                found.agent.stop()
                found.plane.remove()
            self._write_kubeconfig()

    def pause(self) -> None:
        """End every process; the clusters come back with `start`."""
        with self._lock:
            for found in self._running.values():
                found.agent.stop()
                found.plane.stop()
            self._running.clear()

    def _agent(self, plane: ControlPlane) -> NodeAgent:
        machine = Machine(
            plane.folder / "node", self._tools()["agnhost"], self._means, plane.kubelet_port, plane.pki
        )
        return NodeAgent(plane.api(), plane.spec, machine)

    def _folder(self, cluster_id: str) -> Path:
        return self._home / "clusters" / _key(cluster_id)

    def _write_kubeconfig(self) -> None:
        """Keep HOME/kubeconfig, with a context for each cluster, the newest current."""
        documents = [found.plane.kubeconfig(ADMIN) for found in self._running.values()]
        file = self._home / "kubeconfig"
        if documents:
            write_private(file, text(merged(documents)))
        else:
            file.unlink(missing_ok=True)


def _key(cluster_id: str) -> str:
    # Short: a few paths below must fit into what unix sockets and humans can take.
    return hashlib.sha256(cluster_id.lower().encode()).hexdigest()[:10]
