"""One real control plane: etcd, kube-apiserver, kube-controller-manager, kube-scheduler."""

import json
import shutil
import socket
import time
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from pathlib import Path

from aksnetpol.local.arm.backend import ClusterSpec
from aksnetpol.local.errors import ControlPlaneError, KubernetesError
from aksnetpol.local.kubernetes import certificates
from aksnetpol.local.kubernetes.api import Json, KubernetesApi
from aksnetpol.local.kubernetes.kubeconfig import kubeconfig, text, write_private
from aksnetpol.local.processes import Child

_READY_WITHIN = 90.0  # seconds; 2.5 on an idle machine
_PORTS = ("etcd", "etcd-peer", "api", "controller-manager", "scheduler")


class ControlPlane:
    """The control plane of one cluster, all its data in one folder.

    Args:
        folder: data, keys and logs.
        spec: the cluster.
        tools: paths of the binaries, by name.
    """

    def __init__(self, folder: Path, spec: ClusterSpec, tools: Mapping[str, Path]) -> None:
        self.folder, self.spec, self._tools = folder, spec, tools
        self._pki = folder / "pki"
        self._children: list[Child] = []

    @property
    def children(self) -> tuple[Child, ...]:
        """Its processes."""
        return tuple(self._children)

    def start(self) -> None:
        """Start all four, and return when the API answers.

        Raises:
            ControlPlaneError: it does not answer in time.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        first = str(IPv4Network(self.spec.service_cidr)[1])
        certificates.write_all(self._pki, certificates.identities(first))
        ports = self._ports()
        for identity in ("kube-controller-manager", "kube-scheduler"):
            write_private(self._config(identity), text(self.kubeconfig(identity)))
        self._children = list(self._commands(ports))
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
        server = f"https://127.0.0.1:{self._ports()['api']}"
        return kubeconfig(self._pki, identity, server, self.spec.name)

    def api(self) -> KubernetesApi:
        """A client with the administrator's rights."""
        return KubernetesApi(text(self.kubeconfig("clusterAdmin")))

    def _wait(self) -> None:
        ends, api = time.monotonic() + _READY_WITHIN, self.api()
        try:
            while True:
                try:
                    api.request("GET", "/readyz")
                    # Namespaces exist a moment after /readyz answers; pods need `default`.
                    if api.read("/api/v1/namespaces/default") is not None:
                        return
                except KubernetesError as error:
                    if time.monotonic() > ends:
                        raise ControlPlaneError(
                            f"The control plane of {self.spec.name} did not start: {error}. "
                            f"Its logs are in {self.folder}."
                        ) from error
                time.sleep(0.1)
        finally:
            api.close()

    def _ports(self) -> dict[str, int]:
        """The cluster's ports: chosen once, so that kubeconfigs stay valid."""
        file = self.folder / "ports.json"
        if not file.exists():
            file.write_text(json.dumps(_free_ports(_PORTS)))
        return json.loads(file.read_text())

    def _config(self, identity: str) -> Path:
        return self.folder / f"{identity}.kubeconfig"

    def _commands(self, ports: Mapping[str, int]) -> Iterator[Child]:
        yield self._child("etcd", self._etcd(ports))
        yield self._child("kube-apiserver", self._apiserver(ports))
        yield self._child("kube-controller-manager", self._controller_manager(ports))
        scheduler = self._config("kube-scheduler")
        yield self._child(
            "kube-scheduler",
            {
                "kubeconfig": scheduler,
                "authentication-kubeconfig": scheduler,
                "authorization-kubeconfig": scheduler,
                "bind-address": "127.0.0.1",
                "secure-port": ports["scheduler"],
                "leader-elect": "false",
            },
        )

    def _etcd(self, ports: Mapping[str, int]) -> Mapping[str, object]:
        client, peer = f"https://127.0.0.1:{ports['etcd']}", f"https://127.0.0.1:{ports['etcd-peer']}"
        own = {"cert-file": self._pki / "etcd.crt", "key-file": self._pki / "etcd.key"}
        authority = {"trusted-ca-file": self._pki / "ca.crt", "client-cert-auth": "true"}
        return {
            "name": "local",
            "data-dir": self.folder / "etcd",
            "listen-client-urls": client,
            "advertise-client-urls": client,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"local={peer}",
            # A crash of the machine may lose the last writes; commits are many times faster.
            "unsafe-no-fsync": "true",
            **own,
            **authority,
            **{f"peer-{key}": value for key, value in {**own, **authority}.items()},
        }

    def _apiserver(self, ports: Mapping[str, int]) -> Mapping[str, object]:
        return {
            "etcd-servers": f"https://127.0.0.1:{ports['etcd']}",
            "etcd-cafile": self._pki / "ca.crt",
            "etcd-certfile": self._pki / "kube-apiserver.crt",
            "etcd-keyfile": self._pki / "kube-apiserver.key",
            "bind-address": "127.0.0.1",
            "secure-port": ports["api"],
            "tls-cert-file": self._pki / "kube-apiserver.crt",
            "tls-private-key-file": self._pki / "kube-apiserver.key",
            "client-ca-file": self._pki / "ca.crt",
            "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
            "service-account-key-file": self._pki / "service-account.key",
            "service-account-signing-key-file": self._pki / "service-account.key",
            "service-cluster-ip-range": self.spec.service_cidr,
            "authorization-mode": "Node,RBAC",
            "allow-privileged": "true",
            # Loopback can be nobody's endpoint.
            "endpoint-reconciler-type": "none",
        }

    def _controller_manager(self, ports: Mapping[str, int]) -> Mapping[str, object]:
        config = self._config("kube-controller-manager")
        return {
            "kubeconfig": config,
            "authentication-kubeconfig": config,
            "authorization-kubeconfig": config,
            "bind-address": "127.0.0.1",
            "secure-port": ports["controller-manager"],
            "leader-elect": "false",
            "root-ca-file": self._pki / "ca.crt",
            "service-account-private-key-file": self._pki / "service-account.key",
            "use-service-account-credentials": "true",
        }

    def _child(self, name: str, flags: Mapping[str, object]) -> Child:
        arguments = [str(self._tools[name]), *(f"--{flag}={value}" for flag, value in flags.items())]
        return Child(name, arguments, self.folder)


def _free_ports(names: tuple[str, ...]) -> dict[str, int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    try:
        return {name: one.getsockname()[1] for name, one in zip(names, held, strict=True)}
    finally:
        for one in held:
            one.close()
