"""One real control plane: etcd, kube-apiserver, kube-controller-manager, kube-scheduler."""

import shutil
import time
from collections.abc import Mapping
from ipaddress import IPv4Network
from pathlib import Path

from aksnetpol.local.arm.backend import ClusterSpec
from aksnetpol.local.errors import ControlPlaneError, KubernetesError
from aksnetpol.local.home import write_private
from aksnetpol.local.kubernetes import certificates
from aksnetpol.local.kubernetes.api import Json, KubernetesApi
from aksnetpol.local.kubernetes.commands import PORTS, Flags, Layout, commands
from aksnetpol.local.kubernetes.kubeconfig import kubeconfig, text
from aksnetpol.local.kubernetes.ports import kept_ports
from aksnetpol.local.processes import Child

_READY_WITHIN = 90.0  # seconds; 2.5 on an idle machine
_PAUSE = 0.05
# Clusters are small and many: memory is worth more than the collector's processor time.
_ENVIRONMENT = {"GOGC": "50"}
_USER_BINDING: Json = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "aksnetpol-local-cluster-user"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
    "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": certificates.USER}],
}


class ControlPlane:
    """The control plane of one cluster, all its data in one folder.

    Args:
        folder: data, keys and logs.
        spec: the cluster.
        tools: paths of the binaries, by name.
    """

    def __init__(self, folder: Path, spec: ClusterSpec, tools: Mapping[str, Path]) -> None:
        self.folder, self.spec, self._tools = folder, spec, tools
        self._ports: Mapping[str, int] = {}
        self._children: list[Child] = []

    @property
    def children(self) -> tuple[Child, ...]:
        """Its processes."""
        return tuple(self._children)

    @property
    def pki(self) -> Path:
        """Its certificates and keys."""
        return self.folder / "pki"

    @property
    def kubelet_port(self) -> int:
        """Where the API server looks for the node agent, once started."""
        return self._ports["kubelet"]

    def start(self) -> None:
        """Start all four, and return when the API answers.

        Raises:
            ControlPlaneError: it does not answer in time.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._ports = kept_ports(self.folder / "ports.json", PORTS)
        first = str(IPv4Network(self.spec.service_cidr)[1])
        certificates.write_all(self.pki, certificates.identities(first))
        layout = Layout(self.folder, self.pki, self._ports, self.spec.service_cidr)
        for identity in ("kube-controller-manager", "kube-scheduler"):
            write_private(layout.config(identity), text(self.kubeconfig(identity)))
        self._children = [self._child(name, flags) for name, flags in commands(layout)]
        for child in self._children:
            child.start()
        self._wait()

    def stop(self) -> None:
        """End all four; data stays."""
        # Last started, first ended: nothing logs that what it depends on is gone.
        while self._children:
            self._children.pop().stop()

    def remove(self) -> None:
        """End all four and forget everything."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kubeconfig(self, identity: str) -> Json:
        """The kubeconfig of an identity, by its file name."""
        return kubeconfig(self.pki, identity, f"https://127.0.0.1:{self._ports['api']}", self.spec.name)

    def api(self) -> KubernetesApi:
        """A client with the administrator's rights."""
        return KubernetesApi(text(self.kubeconfig(certificates.ADMIN)))

    def _wait(self) -> None:
        ends, api = time.monotonic() + _READY_WITHIN, self.api()
        user = KubernetesApi(text(self.kubeconfig(certificates.USER)))
        try:
            while True:
                try:
                    api.request("GET", "/readyz")
                    # Namespaces exist a moment after /readyz answers; pods need `default`.
                    api.request("GET", "/api/v1/namespaces/default")
                    api.apply(_USER_BINDING)
                    # The authorizer learns of bindings a moment after they can be read.
                    user.request("GET", "/api/v1/namespaces/default")
                    return
                except KubernetesError as error:
                    if time.monotonic() > ends:
                        raise ControlPlaneError(
                            f"The control plane of {self.spec.name} did not start: {error}. "
                            f"Its logs are in {self.folder}."
                        ) from error
                time.sleep(_PAUSE)
        finally:
            api.close()
            user.close()

    def _child(self, name: str, flags: Flags) -> Child:
        arguments = [str(self._tools[name]), *(f"--{flag}={value}" for flag, value in flags.items())]
        return Child(name, arguments, self.folder, _ENVIRONMENT)
