"""The command lines of a control plane's four processes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aksnetpol.local.kubernetes import certificates

PORTS = ("etcd", "etcd-peer", "api", "controller-manager", "scheduler", "kubelet")
_HOST = "127.0.0.1"

Flags = Mapping[str, object]


@dataclass(frozen=True)
class Layout:
    """Where a control plane keeps and serves what.

    Args:
        folder: data and kubeconfigs.
        pki: certificates and keys.
        ports: by the names of PORTS.
        service_cidr: addresses of services.
    """

    folder: Path
    pki: Path
    ports: Mapping[str, int]
    service_cidr: str

    def config(self, identity: str) -> Path:
        """The kubeconfig file of a component."""
        return self.folder / f"{identity}.kubeconfig"

    def pair(self, certificate: str, key: str, identity: str) -> Flags:
        """The two flags that name an identity's certificate and key."""
        return {certificate: self.pki / f"{identity}.crt", key: self.pki / f"{identity}.key"}

    def url(self, name: str) -> str:
        """The URL of what listens on a port of PORTS."""
        return f"https://{_HOST}:{self.ports[name]}"


def commands(layout: Layout) -> Iterator[tuple[str, Flags]]:
    """Return each process's name and flags, in the order of starting."""
    yield "etcd", _etcd(layout)
    yield "kube-apiserver", _apiserver(layout)
    yield "kube-controller-manager", _controller_manager(layout)
    yield "kube-scheduler", _client(layout, "kube-scheduler", "scheduler")


def _etcd(layout: Layout) -> Flags:
    client, peer = layout.url("etcd"), layout.url("etcd-peer")
    own = layout.pair("cert-file", "key-file", "etcd")
    authority = {"trusted-ca-file": layout.pki / "ca.crt", "client-cert-auth": "true"}
    return {
        "name": "local",
        "data-dir": layout.folder / "etcd",
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


def _apiserver(layout: Layout) -> Flags:
    return {
        "etcd-servers": layout.url("etcd"),
        "etcd-cafile": layout.pki / "ca.crt",
        **layout.pair("etcd-certfile", "etcd-keyfile", "kube-apiserver"),
        "bind-address": _HOST,
        "secure-port": layout.ports["api"],
        **layout.pair("tls-cert-file", "tls-private-key-file", "kube-apiserver"),
        "client-ca-file": layout.pki / "ca.crt",
        "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
        "service-account-key-file": layout.pki / "service-account.key",
        "service-account-signing-key-file": layout.pki / "service-account.key",
        "service-cluster-ip-range": layout.service_cidr,
        "authorization-mode": "Node,RBAC",
        "allow-privileged": "true",
        # Loopback can be nobody's endpoint.
        "endpoint-reconciler-type": "none",
        **layout.pair("kubelet-client-certificate", "kubelet-client-key", certificates.KUBELET_CLIENT),
        "kubelet-certificate-authority": layout.pki / "ca.crt",
        # Nodes' addresses lead nowhere on this machine; the node agent listens on its own loopback.
        "kubelet-preferred-address-types": "InternalDNS",
        "requestheader-client-ca-file": layout.pki / f"{certificates.FRONT_PROXY}.crt",
        "requestheader-allowed-names": "front-proxy-client",
        "requestheader-username-headers": "X-Remote-User",
        "requestheader-group-headers": "X-Remote-Group",
        "requestheader-extra-headers-prefix": "X-Remote-Extra-",
        **layout.pair("proxy-client-cert-file", "proxy-client-key-file", "front-proxy-client"),
        "profiling": "false",
    }


def _controller_manager(layout: Layout) -> Flags:
    return {
        **_client(layout, "kube-controller-manager", "controller-manager"),
        "root-ca-file": layout.pki / "ca.crt",
        "service-account-private-key-file": layout.pki / "service-account.key",
        "use-service-account-credentials": "true",
    }


def _client(layout: Layout, identity: str, port: str) -> Flags:
    config = layout.config(identity)
    return {
        "kubeconfig": config,
        "authentication-kubeconfig": config,
        "authorization-kubeconfig": config,
        "bind-address": _HOST,
        "secure-port": layout.ports[port],
        "leader-elect": "false",
        "profiling": "false",
    }
