"""Rules on address ranges, and on how many nodes and pods they and the engines hold."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network

from aksnetpol.engines.model import Cluster, NetworkPlugin, NetworkPolicy
from aksnetpol.engines.rule import ClusterRule
from aksnetpol.findings import Severity, Topic

_CNI = "AKS docs, concepts-network-cni-overview"
_OVERLAY = "AKS docs, concepts-network-azure-cni-overlay"
_RESERVED = tuple(
    IPv4Network(cidr) for cidr in ("169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24")
)
_RESERVED_TEXT = ", ".join(map(str, _RESERVED))
NPM_NODES, NPM_PODS = 250, 20_000


def network(cidr: str | None) -> IPv4Network | None:
    """Read an IPv4 range; None where it is absent or not one."""
    try:
        return IPv4Network(cidr) if cidr is not None else None
    except ValueError:
        return None


def _dns(c: Cluster) -> IPv4Address | None:
    try:
        return IPv4Address(c.dns_service_ip)
    except ValueError:
        return None


def _reserved(cidr: Callable[[Cluster], str | None]) -> Callable[[Cluster], bool]:
    def broken(c: Cluster) -> bool:
        found = network(cidr(c))
        return found is not None and any(found.overlaps(taken) for taken in _RESERVED)

    return broken


def _overlap(c: Cluster) -> bool:
    pods, services = network(c.pod_cidr), network(c.service_cidr)
    return pods is not None and services is not None and pods.overlaps(services)


def _dns_outside(c: Cluster) -> bool:
    address, services = _dns(c), network(c.service_cidr)
    return address is not None and services is not None and address not in services


def _dns_taken(c: Cluster) -> bool:
    address, services = _dns(c), network(c.service_cidr)
    if address is None or services is None:
        return False
    first = int(services.network_address)
    return int(address) in (first, first + 1, int(services.broadcast_address))


def _has_pod_range(c: Cluster) -> bool:
    return c.is_overlay or c.network_plugin is NetworkPlugin.KUBENET


def nodes_in_pod_cidr(c: Cluster) -> int | None:
    """How many nodes the pod range holds at a /24 for each; None without a pod range."""
    pods = network(c.pod_cidr)
    if pods is None or not _has_pod_range(c):
        return None
    return 2 ** (24 - pods.prefixlen) if pods.prefixlen <= 24 else 0


def _pod_range_full(c: Cluster) -> bool:
    room = nodes_in_pod_cidr(c)
    return room is not None and c.most_nodes > room


def default_max_pods(c: Cluster) -> int:
    """Pods of a node where the pool does not say: AKS docs, concepts-network-ip-address-planning."""
    if c.is_overlay:
        return 250
    return 110 if c.network_plugin is NetworkPlugin.KUBENET else 30


def most_pods(c: Cluster) -> int:
    """The largest number of pods that the cluster's nodes may hold."""
    return sum(pool.most_nodes * (pool.max_pods or default_max_pods(c)) for pool in c.node_pools)


ADDRESSES = (
    ClusterRule(
        "pod-cidr-format",
        "podCidr",
        lambda c: c.pod_cidr is not None and network(c.pod_cidr) is None,
        "{c.pod_cidr!r} is no IPv4 range.",
        "Write it as 10.244.0.0/16, with no host bits set.",
        "Azure CLI 2.91, acs/managed_cluster_decorator.py",
    ),
    ClusterRule(
        "service-cidr-format",
        "serviceCidr",
        lambda c: network(c.service_cidr) is None,
        "{c.service_cidr!r} is no IPv4 range.",
        "Write it as 10.0.0.0/16, with no host bits set.",
        "Azure CLI 2.91, acs/managed_cluster_decorator.py",
    ),
    ClusterRule(
        "dns-ip-format",
        "dnsServiceIp",
        lambda c: _dns(c) is None,
        "{c.dns_service_ip!r} is no IPv4 address.",
        "Write an address inside serviceCidr, such as 10.0.0.10.",
        "AKS REST API, networkProfile.dnsServiceIP",
    ),
    ClusterRule(
        "pod-cidr-unused",
        "podCidr",
        lambda c: c.pod_cidr is not None and not _has_pod_range(c),
        "podCidr has no use here: pods get addresses of the node subnet.",
        "Remove podCidr, or set networkPluginMode to overlay.",
        "Azure CLI 2.91, acs/_validators.py",
    ),
    ClusterRule(
        "pod-cidr-reserved",
        "podCidr",
        _reserved(lambda c: c.pod_cidr),
        "podCidr {c.pod_cidr} overlaps a range that AKS keeps.",
        f"Avoid {_RESERVED_TEXT}.",
        _CNI,
    ),
    ClusterRule(
        "service-cidr-reserved",
        "serviceCidr",
        _reserved(lambda c: c.service_cidr),
        "serviceCidr {c.service_cidr} overlaps a range that AKS keeps.",
        f"Avoid {_RESERVED_TEXT}.",
        _CNI,
    ),
    ClusterRule(
        "service-cidr-size",
        "serviceCidr",
        lambda c: (found := network(c.service_cidr)) is not None and found.prefixlen <= 12,
        "serviceCidr {c.service_cidr} is too large.",
        "Use a range smaller than a /12, such as a /16.",
        _OVERLAY,
    ),
    ClusterRule(
        "cidr-overlap",
        "serviceCidr",
        _overlap,
        "serviceCidr {c.service_cidr} overlaps podCidr {c.pod_cidr}.",
        "Choose ranges that do not overlap.",
        _OVERLAY,
    ),
    ClusterRule(
        "dns-ip-outside",
        "dnsServiceIp",
        _dns_outside,
        "dnsServiceIp {c.dns_service_ip} is not inside serviceCidr {c.service_cidr}.",
        "Choose an address of serviceCidr; set the two together.",
        _OVERLAY,
    ),
    ClusterRule(
        "dns-ip-taken",
        "dnsServiceIp",
        _dns_taken,
        "dnsServiceIp {c.dns_service_ip} is the first or last address of serviceCidr, which is taken.",
        "Choose another one, such as the tenth.",
        "AKS docs, concepts-network-legacy-cni",
    ),
    ClusterRule(
        "pod-cidr-full",
        "podCidr",
        _pod_range_full,
        "podCidr {c.pod_cidr} has no room for {c.most_nodes} nodes: each takes a /24.",
        "Choose a larger range, or fewer nodes.",
        _OVERLAY,
        topic=Topic.LIMIT,
    ),
    ClusterRule(
        "kubenet-nodes",
        "systemPool.count",
        lambda c: c.network_plugin is NetworkPlugin.KUBENET and c.most_nodes > 400,
        "kubenet holds at most 400 nodes; the pools may reach {c.most_nodes}.",
        "Use fewer nodes, or Azure CNI Overlay.",
        "AKS docs, concepts-network-ip-address-planning",
        topic=Topic.LIMIT,
    ),
    ClusterRule(
        "cluster-nodes",
        "systemPool.count",
        lambda c: c.most_nodes > 5000,
        "A cluster holds at most 5000 nodes; the pools may reach {c.most_nodes}.",
        "Use fewer nodes.",
        "AKS docs, quotas-skus-regions",
        topic=Topic.LIMIT,
    ),
    ClusterRule(
        "npm-nodes",
        "networkPolicy",
        lambda c: c.network_policy is NetworkPolicy.AZURE and c.most_nodes > NPM_NODES,
        "The engine azure (NPM) fails beyond 250 nodes; the pools may reach {c.most_nodes}.",
        "Use fewer nodes, or the engine cilium.",
        "AKS docs, use-network-policies",
        topic=Topic.LIMIT,
    ),
    ClusterRule(
        "npm-pods",
        "networkPolicy",
        lambda c: c.network_policy is NetworkPolicy.AZURE and most_pods(c) > NPM_PODS,
        "The engine azure (NPM) fails beyond 20,000 pods, which the pools may reach.",
        "Keep nodes times maxPods within 20,000, or use the engine cilium.",
        "AKS docs, use-network-policies",
        severity=Severity.WARNING,
        topic=Topic.LIMIT,
    ),
)
