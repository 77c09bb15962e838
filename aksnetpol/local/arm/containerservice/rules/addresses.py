"""Which address ranges AKS takes (aks-facts, section 3, "CIDR rules")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from aksnetpol.local.arm.containerservice.rules.rule import Rule, modelled
from aksnetpol.local.arm.containerservice.view import Cluster, Pool
from aksnetpol.local.arm.store import key_of

_RESERVED = tuple(
    IPv4Network(item) for item in ("169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24")
)
_SERVICE = "networkProfile.serviceCidr"
_POD = "networkProfile.podCIDR"
_DNS = "networkProfile.dnsServiceIP"
_SUBNET = "agentPoolProfiles.vnetSubnetID"
# Azure keeps five addresses of every subnet (Microsoft Learn, virtual-networks-faq).
_AZURE_RESERVED = 5


@dataclass(frozen=True)
class Addresses:
    """A cluster's ranges beside those of the virtual networks that it joins.

    Args:
        cluster: the cluster, with all its pools.
        subnets: first IPv4 prefix by key of subnet; only subnets that exist.
        spaces: address spaces of their virtual networks.
    """

    cluster: Cluster
    subnets: Mapping[str, IPv4Network]
    spaces: tuple[IPv4Network, ...]

    @property
    def service(self) -> IPv4Network | None:
        """The service range, None where it does not parse."""
        return network(self.cluster.service_cidr)

    @property
    def pod(self) -> IPv4Network | None:
        """The pod range, None where there is none of its own."""
        return network(self.cluster.pod_cidr) if self.cluster.own_pod_range else None

    def capacity_broken(self) -> Pool | None:
        """Return the first pool whose subnet cannot hold its nodes, and pods where they live there."""
        wanted: dict[str, int] = {}
        for pool in self.cluster.pools:
            here = self.subnets.get(key_of(pool.subnet)) if pool.subnet else None
            if here is None:
                continue
            shared = self.cluster.plugin == "azure" and not self.cluster.own_pod_range and not pool.pod_subnet
            each = 1 + pool.max_pods if shared else 1
            key = key_of(pool.subnet)
            wanted[key] = wanted.get(key, 0) + pool.count * each
            if wanted[key] > here.num_addresses - _AZURE_RESERVED:
                return pool
        return None


def network(cidr: str) -> IPv4Network | None:
    """Return the IPv4 network of a CIDR, None where it is none."""
    try:
        return IPv4Network(cidr)
    except ValueError:
        return None


def _address(text: str) -> IPv4Address | None:
    try:
        return IPv4Address(text)
    except ValueError:
        return None


def _overlap(one: IPv4Network | None, other: IPv4Network | None) -> bool:
    return one is not None and other is not None and one.overlaps(other)


def _any_overlap(one: IPv4Network | None, others: tuple[IPv4Network, ...]) -> IPv4Network | None:
    return next((other for other in others if _overlap(one, other)), None)


def _dns(check: Callable[[IPv4Address, IPv4Network], bool]) -> Callable[[Addresses], bool]:
    def broken(subject: Addresses) -> bool:
        address, service = _address(subject.cluster.dns_service_ip), subject.service
        return address is not None and service is not None and check(address, service)

    return broken


def _too_small(subject: Addresses) -> str:
    pool = subject.capacity_broken()
    if pool is None:
        return ""
    name, prefix = pool.subnet.rsplit("/", 1)[-1], subject.subnets[key_of(pool.subnet)]
    return (
        f"Subnet {name} with address prefix {prefix} does not have enough capacity for "
        f"{pool.count * (1 + pool.max_pods)} IP addresses."
    )


def _overlay_nodes(subject: Addresses) -> bool:
    pod = subject.pod
    if pod is None or subject.cluster.mode != "overlay":
        return False
    return pod.prefixlen > 24 or sum(item.count for item in subject.cluster.pools) > 2 ** (24 - pod.prefixlen)


RULES: tuple[Rule[Addresses], ...] = (
    modelled(
        "service-cidr-malformed",
        lambda s: s.service is None,
        lambda s: f"serviceCidr '{s.cluster.service_cidr}' is not a valid IPv4 CIDR.",
        "azure-cli, managed_cluster_decorator.py: CIDR expression",
        _SERVICE,
    ),
    modelled(
        "pod-cidr-malformed",
        lambda s: s.cluster.own_pod_range and s.pod is None,
        lambda s: f"podCidr '{s.cluster.pod_cidr}' is not a valid IPv4 CIDR.",
        "azure-cli, managed_cluster_decorator.py: CIDR expression",
        _POD,
    ),
    modelled(
        "dns-service-ip-malformed",
        lambda s: _address(s.cluster.dns_service_ip) is None,
        lambda s: f"dnsServiceIP '{s.cluster.dns_service_ip}' is not a valid IPv4 address.",
        "AKS docs, concepts-network-legacy-cni",
        _DNS,
    ),
    modelled(
        "service-cidr-too-large",
        lambda s: s.service is not None and s.service.prefixlen <= 12,
        lambda s: f"serviceCidr '{s.cluster.service_cidr}' must be smaller than /12.",
        "AKS docs, concepts-network-azure-cni-overlay",
        _SERVICE,
    ),
    modelled(
        "dns-service-ip-outside",
        _dns(lambda address, service: address not in service),
        lambda s: (
            f"dnsServiceIP {s.cluster.dns_service_ip} is not inside serviceCidr {s.cluster.service_cidr}."
        ),
        "AKS docs, concepts-network-azure-cni-overlay",
        _DNS,
    ),
    modelled(
        "dns-service-ip-network",
        _dns(lambda address, service: address == service.network_address),
        lambda s: f"dnsServiceIP {s.cluster.dns_service_ip} is the network address of serviceCidr.",
        "Azure/AKS#2579",
        _DNS,
    ),
    modelled(
        "dns-service-ip-first",
        _dns(lambda address, service: int(address) == int(service.network_address) + 1),
        lambda s: (
            f"dnsServiceIP {s.cluster.dns_service_ip} is the first address, which kubernetes.default takes."
        ),
        "AKS docs, concepts-network-azure-cni-overlay",
        _DNS,
    ),
    modelled(
        "reserved-service-cidr",
        lambda s: _any_overlap(s.service, _RESERVED) is not None,
        lambda s: f"serviceCidr overlaps the reserved range {_any_overlap(s.service, _RESERVED)}.",
        "AKS docs, concepts-network-cni-overview",
        _SERVICE,
    ),
    modelled(
        "reserved-pod-cidr",
        lambda s: _any_overlap(s.pod, _RESERVED) is not None,
        lambda s: f"podCidr overlaps the reserved range {_any_overlap(s.pod, _RESERVED)}.",
        "AKS CHANGELOG 2026-05-29",
        _POD,
    ),
    modelled(
        "service-cidr-overlaps-pod-cidr",
        lambda s: _overlap(s.service, s.pod),
        lambda s: f"serviceCidr {s.service} overlaps podCidr {s.pod}.",
        "AKS docs, concepts-network-azure-cni-overlay",
        _SERVICE,
    ),
    Rule(
        "service-cidr-overlaps-subnet",
        lambda s: _any_overlap(s.service, tuple(s.subnets.values())) is not None,
        "ServiceCidrOverlapExistingSubnetsCidr",
        lambda s: (
            f"The specified service CIDR {s.service} is conflicted with an existing subnet CIDR "
            f"{_any_overlap(s.service, tuple(s.subnets.values()))}"
        ),
        "Azure/AKS#1117",
        _SERVICE,
    ),
    Rule(
        "pod-cidr-overlaps-vnet",
        lambda s: _any_overlap(s.pod, s.spaces) is not None,
        "NetworkProfileCIDROverlapVNET",
        lambda s: (
            f"NetworkProfile CIDR {s.pod} overlaps with reserved VNET CIDR {_any_overlap(s.pod, s.spaces)}"
        ),
        "Azure/AKS-Construction#403",
        _POD,
    ),
    modelled(
        "subnet-missing",
        lambda s: any(
            key_of(item) not in s.subnets
            for pool in s.cluster.pools
            for item in (pool.subnet, pool.pod_subnet)
            if item
        ),
        "A subnet that an agent pool names does not exist.",
        "AKS docs, configure-azure-cni",
        _SUBNET,
    ),
    modelled(
        "subnet-too-small",
        lambda s: s.capacity_broken() is not None,
        _too_small,
        "message: Azure/AKS-Construction#403",
        _SUBNET,
    ),
    modelled(
        "overlay-pod-cidr-too-small",
        _overlay_nodes,
        lambda s: f"podCidr {s.pod} holds fewer /24 ranges than there are nodes.",
        "AKS docs, concepts-network-azure-cni-overlay: each node takes a /24",
        _POD,
    ),
)
