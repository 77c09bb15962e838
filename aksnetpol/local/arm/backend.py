"""What the emulator asks of the machine that runs its clusters."""

import json
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class PoolSpec:
    """One agent pool as its nodes shall look.

    Args:
        name: the pool's name, lower case.
        mode: "System" or "User".
        os_type: "Linux" or "Windows".
        os_sku: for example "Ubuntu" or "Windows2022".
        count: nodes wanted; 0 while the cluster or the pool is stopped.
        vm_size: Azure VM size.
        node_labels: labels the user gave, without those AKS adds itself.
        node_taints: as ARM spells them, "key=value:Effect".
        zones: availability zones, may be empty.
        max_pods: pods per node.
        node_image_version: changes whenever ARM reimages the pool's nodes.
    """

    name: str
    mode: str
    os_type: str
    os_sku: str
    count: int
    vm_size: str
    node_labels: dict[str, str] = field(default_factory=dict[str, str])
    node_taints: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    max_pods: int = 30
    node_image_version: str = ""


@dataclass(frozen=True)
class ClusterSpec:
    """One managed cluster as the control plane and its nodes shall look.

    Args:
        id: the ARM resource id; compare without regard to case.
        name: the cluster's name.
        resource_group: name of its resource group.
        location: Azure region, lower case.
        kubernetes_version: full version, for example "1.35.2".
        network_policy: "none", "azure", "calico" or "cilium".
        pod_cidr: CIDR of the pods; None where pods take addresses of the node subnet.
        service_cidr: CIDR of services.
        dns_service_ip: address of the cluster's DNS service, inside service_cidr.
        pools: all agent pools.
    """

    id: str
    name: str
    resource_group: str
    location: str
    kubernetes_version: str
    network_policy: str
    pod_cidr: str | None
    service_cidr: str
    dns_service_ip: str
    pools: tuple[PoolSpec, ...] = ()


class ClusterBackend(Protocol):
    """Runs real clusters for the emulator; every method may be called again after a crash.

    Methods raise any exception to make the ARM operation end Failed with its text.
    """

    def start(self, cluster: ClusterSpec) -> None:
        """Start the control plane and the nodes; idempotent; return when the API answers."""
        ...

    def reconcile(self, cluster: ClusterSpec) -> None:
        """Make a running cluster follow its spec: pools added, changed, removed, reimaged."""
        ...

    def kubeconfig(self, cluster_id: str, *, admin: bool) -> str:
        """Return a kubeconfig (YAML or JSON text) for the user or the admin."""
        ...

    def stop(self, cluster_id: str) -> None:
        """Stop and remove everything of the cluster; no error when there is nothing."""
        ...


class NoClusters:
    """A backend without clusters: ARM alone, with kubeconfigs that point nowhere."""

    def start(self, cluster: ClusterSpec) -> None:
        """Start nothing."""

    def reconcile(self, cluster: ClusterSpec) -> None:
        """Change nothing."""

    def kubeconfig(self, cluster_id: str, *, admin: bool) -> str:
        """Return a well-formed kubeconfig whose server (RFC 6761 `.invalid`) never answers."""
        name = cluster_id.rsplit("/", 1)[-1]
        user = f"cluster{'Admin' if admin else 'User'}_{name}"
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": name, "cluster": {"server": f"https://{name}.invalid:443"}}],
                "users": [{"name": user, "user": {}}],
                "contexts": [{"name": name, "context": {"cluster": name, "user": user}}],
                "current-context": name,
            }
        )

    def stop(self, cluster_id: str) -> None:
        """Stop nothing."""
