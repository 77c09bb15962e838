"""What the rules look at: a cluster and its node pools as Azure names them."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

_MINOR = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})(?:\.|\Z)")


class NetworkPolicy(StrEnum):
    """`networkProfile.networkPolicy`: the network policy engine."""

    NONE = "none"
    AZURE = "azure"
    CALICO = "calico"
    CILIUM = "cilium"


class NetworkPlugin(StrEnum):
    """`networkProfile.networkPlugin`."""

    AZURE = "azure"
    KUBENET = "kubenet"
    NONE = "none"


class NetworkPluginMode(StrEnum):
    """`networkProfile.networkPluginMode`; absent means node subnet."""

    OVERLAY = "overlay"


class NetworkDataplane(StrEnum):
    """`networkProfile.networkDataplane`."""

    AZURE = "azure"
    CILIUM = "cilium"


class OsType(StrEnum):
    """`osType` of a node pool."""

    LINUX = "Linux"
    WINDOWS = "Windows"


class OsSku(StrEnum):
    """`osSKU` of a node pool."""

    UBUNTU = "Ubuntu"
    UBUNTU_2204 = "Ubuntu2204"
    UBUNTU_2404 = "Ubuntu2404"
    AZURE_LINUX = "AzureLinux"
    AZURE_LINUX_3 = "AzureLinux3"
    WINDOWS_2019 = "Windows2019"
    WINDOWS_2022 = "Windows2022"
    WINDOWS_2025 = "Windows2025"

    @property
    def os_type(self) -> OsType:
        """The operating system that this image is of."""
        return OsType.WINDOWS if self.value.startswith("Windows") else OsType.LINUX


class PoolMode(StrEnum):
    """`mode` of a node pool."""

    SYSTEM = "System"
    USER = "User"


@dataclass(frozen=True)
class NodePool:
    """A node pool as the rules see it; counts are nodes."""

    name: str
    os_type: OsType = OsType.LINUX
    os_sku: OsSku | None = OsSku.UBUNTU
    mode: PoolMode = PoolMode.SYSTEM
    count: int = 1
    enable_auto_scaling: bool = False
    min_count: int | None = None
    max_count: int | None = None
    max_pods: int | None = None
    enable_fips: bool = False
    vnet_subnet_id: str | None = None
    node_labels: tuple[tuple[str, str], ...] = ()
    node_taints: tuple[str, ...] = ()
    availability_zones: tuple[str, ...] = ()

    @property
    def most_nodes(self) -> int:
        """The largest number of nodes that the pool may have."""
        return max(self.count, self.max_count or 0) if self.enable_auto_scaling else self.count


@dataclass(frozen=True)
class Cluster:
    """A cluster as the rules see it; passwords are looked at, never kept in a message.

    Args:
        kubernetes_version: "1.35" or "1.35.2"; None is Azure's default.
        pod_cidr: only kubenet and overlay have one.
        node_pools: the first is the system pool that the cluster is created with.
        accept_retired: turns errors about retired engines and images into warnings.
        node_os_upgrade_channel: None is Azure's default.
    """

    name: str
    node_pools: tuple[NodePool, ...]
    network_plugin: NetworkPlugin = NetworkPlugin.AZURE
    network_plugin_mode: NetworkPluginMode | None = None
    network_policy: NetworkPolicy = NetworkPolicy.NONE
    network_dataplane: NetworkDataplane = NetworkDataplane.AZURE
    kubernetes_version: str | None = None
    pod_cidr: str | None = None
    service_cidr: str = "10.0.0.0/16"
    dns_service_ip: str = "10.0.0.10"
    dns_prefix: str | None = None
    outbound_type: str = "loadBalancer"
    windows_admin_username: str | None = None
    windows_admin_password: str | None = field(default=None, repr=False)
    accept_retired: bool = False
    authorized_ip_ranges: tuple[str, ...] = ()
    private_cluster: bool = False
    node_os_upgrade_channel: str | None = None

    @property
    def has_windows(self) -> bool:
        """Whether any pool runs Windows."""
        return any(pool.os_type is OsType.WINDOWS for pool in self.node_pools)

    @property
    def is_overlay(self) -> bool:
        """Whether pods have addresses of an overlay network."""
        return self.network_plugin_mode is NetworkPluginMode.OVERLAY

    @property
    def most_nodes(self) -> int:
        """The largest number of nodes that all pools together may have."""
        return sum(pool.most_nodes for pool in self.node_pools)

    @property
    def minor_version(self) -> tuple[int, int] | None:
        """The Kubernetes version as (1, 35); None where Azure picks it."""
        found = _MINOR.match(self.kubernetes_version or "")
        return (int(found[1]), int(found[2])) if found else None
