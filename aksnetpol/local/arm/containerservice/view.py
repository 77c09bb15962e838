"""Clusters and pools as the rules see them: typed, read once from the documents."""

from dataclasses import dataclass

from aksnetpol.local.arm.containerservice.document import number, section, text
from aksnetpol.local.arm.containerservice.versions import Minor, minor
from aksnetpol.local.arm.store import Json


@dataclass(frozen=True)
class Pool:
    """An agent pool.

    Args:
        name .. vm_size: as in ARM; "" where absent.
        count: nodes wanted.
        version: (major, minor) of its Kubernetes version.
        minimum, maximum: bounds of the autoscaler, None where absent.
        subnet, pod_subnet: ids of subnets, "" where AKS makes its own network.
    """

    name: str
    mode: str
    os_type: str
    os_sku: str
    vm_size: str
    count: int
    max_pods: int
    version: Minor
    autoscaled: bool
    minimum: int | None
    maximum: int | None
    fips: bool
    subnet: str
    pod_subnet: str

    @property
    def windows(self) -> bool:
        """Whether its nodes run Windows."""
        return self.os_type == "Windows"

    @property
    def most_nodes(self) -> int:
        """The largest number of nodes that it can have."""
        return max(self.count, self.maximum or 0) if self.autoscaled else self.count


@dataclass(frozen=True)
class Cluster:
    """A managed cluster.

    Args:
        plugin, mode, policy, dataplane, pod_cidr, service_cidr, dns_service_ip, outbound: networkProfile,
            after defaults; "" where absent.
        version: (major, minor).
        kubernetes_version: as the user gave it.
        windows_user: adminUsername, "" where there is no windowsProfile.
        provisioning: mode of node auto-provisioning.
        pools: all its pools.
    """

    name: str
    plugin: str
    mode: str
    policy: str
    dataplane: str
    pod_cidr: str
    service_cidr: str
    dns_service_ip: str
    outbound: str
    version: Minor
    kubernetes_version: str
    windows_profile: bool
    windows_user: str
    provisioning: str
    pools: tuple[Pool, ...]

    @property
    def own_pod_range(self) -> bool:
        """Whether pods have a range of their own; else they take addresses of a subnet."""
        return self.mode == "overlay" or self.plugin == "kubenet"


def pool_view(name: str, properties: Json) -> Pool:
    """Read a pool from its properties."""
    path = "properties."
    return Pool(
        name=name,
        mode=text(properties, "mode", path),
        os_type=text(properties, "osType", path),
        os_sku=text(properties, "osSKU", path),
        vm_size=text(properties, "vmSize", path),
        count=number(properties, "count", path) or 0,
        max_pods=number(properties, "maxPods", path) or 0,
        version=minor(text(properties, "orchestratorVersion", path)),
        autoscaled=properties.get("enableAutoScaling") is True,
        minimum=number(properties, "minCount", path),
        maximum=number(properties, "maxCount", path),
        fips=properties.get("enableFIPS") is True,
        subnet=text(properties, "vnetSubnetID", path),
        pod_subnet=text(properties, "podSubnetID", path),
    )


def cluster_view(name: str, properties: Json, pools: tuple[Pool, ...]) -> Cluster:
    """Read a cluster from its properties and its pools."""
    network = section(properties, "networkProfile")
    windows = section(properties, "windowsProfile")
    version = text(properties, "kubernetesVersion", "properties.")
    path = "networkProfile."
    return Cluster(
        name=name,
        plugin=text(network, "networkPlugin", path),
        mode=text(network, "networkPluginMode", path),
        policy=text(network, "networkPolicy", path),
        dataplane=text(network, "networkDataplane", path) or "azure",
        pod_cidr=text(network, "podCidr", path),
        service_cidr=text(network, "serviceCidr", path),
        dns_service_ip=text(network, "dnsServiceIP", path),
        outbound=text(network, "outboundType", path),
        version=minor(version),
        kubernetes_version=version,
        windows_profile="windowsProfile" in properties,
        windows_user=text(windows, "adminUsername", "windowsProfile."),
        provisioning=text(section(properties, "nodeProvisioningProfile"), "mode", "nodeProvisioningProfile."),
        pools=pools,
    )
