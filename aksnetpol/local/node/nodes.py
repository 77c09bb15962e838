"""Node objects as AKS makes them from agent pools: names, labels, taints, capacity."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import islice

from aksnetpol.local.arm.backend import ClusterSpec, PoolSpec
from aksnetpol.local.kubernetes.api import Json
from aksnetpol.local.node.enforcement import Enforcement, Means
from aksnetpol.policy import Profile, profile

# Pods take addresses of the node subnet where the cluster has no pod range; AKS's own default for it.
_NODE_SUBNET = "10.224.0.0/12"
_NODE_RANGES = 256  # of its /24 ranges, kept for the nodes' own addresses
# vCPUs and GiB of common sizes: Azure docs, virtual machine sizes. Others count as the first.
_SIZES = {
    "Standard_D4s_v5": (4, 16),
    "Standard_D2s_v5": (2, 8),
    "Standard_D8s_v5": (8, 32),
    "Standard_DS2_v2": (2, 7),
    "Standard_D2s_v3": (2, 8),
    "Standard_D4s_v3": (4, 16),
    "Standard_B4ms": (4, 16),
}
SIMULATED = "aksnetpol.local/simulated"
_ENFORCED = "NetworkPolicyEnforced"


@dataclass(frozen=True)
class Node:
    """A node to be.

    Args:
        pods: the addresses that its pods take.
        address: its own.
    """

    name: str
    pool: PoolSpec
    pods: IPv4Network
    address: str

    @property
    def is_windows(self) -> bool:
        """Whether it runs Windows."""
        return self.pool.os_type == "Windows"


def nodes_of(cluster: ClusterSpec, ranges: Mapping[str, str] | None = None) -> Iterator[Node]:
    """Return the nodes that a cluster's pools ask for, in the order of the pools.

    Args:
        ranges: by name, the pods' addresses of nodes that are there: a node keeps them for life
            (Kubernetes API reference, NodeSpec.podCIDR).
    """
    ordinals = {network: number for number, network in enumerate(_ranges(cluster))}
    kept = {name: IPv4Network(text) for name, text in (ranges or {}).items()}
    free = (network for network in ordinals if network not in kept.values())
    suffix = int(hashlib.sha256(cluster.id.lower().encode()).hexdigest(), 16) % 10**8
    for pool in cluster.pools:
        for index in range(pool.count):
            linux = f"aks-{pool.name}-{suffix:08}-vmss{_base36(index)}"
            name = f"aks{pool.name}{_base36(index)}" if pool.os_type == "Windows" else linux
            network = kept[name] if kept.get(name) in ordinals else next(free)
            ordinal = (
                ordinals[network] + 4
            )  # 10.224.0.4 is the first address that Azure gives away in a subnet
            yield Node(name, pool, network, f"10.224.{ordinal // 256}.{ordinal % 256}")


def _ranges(cluster: ClusterSpec) -> Iterator[IPv4Network]:
    whole = IPv4Network(cluster.pod_cidr or _NODE_SUBNET)
    ranges = whole.subnets(new_prefix=max(24, whole.prefixlen))
    return ranges if cluster.pod_cidr else islice(ranges, _NODE_RANGES, None)


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    for _ in range(6):
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text


def node_document(cluster: ClusterSpec, node: Node) -> Json:
    """The Node object, without its status."""
    pool = node.pool
    zone = pool.zones[0] if pool.zones else "0"
    labels = {
        "agentpool": pool.name,
        "kubernetes.azure.com/agentpool": pool.name,
        "kubernetes.azure.com/cluster": f"MC_{cluster.resource_group}_{cluster.name}_{cluster.location}",
        "kubernetes.azure.com/mode": pool.mode.lower(),
        "kubernetes.azure.com/os-sku": pool.os_sku,
        "kubernetes.azure.com/node-image-version": pool.node_image_version,
        "kubernetes.azure.com/role": "agent",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": pool.os_type.lower(),
        "node.kubernetes.io/instance-type": pool.vm_size,
        "topology.kubernetes.io/region": cluster.location,
        "topology.kubernetes.io/zone": f"{cluster.location}-{zone}" if pool.zones else zone,
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": node.name,
            "labels": {key: value for key, value in {**labels, **pool.node_labels}.items() if value},
            "annotations": {SIMULATED: "true"},
        },
        "spec": {
            "podCIDR": str(node.pods),
            "podCIDRs": [str(node.pods)],
            "providerID": f"azure://{cluster.id}/nodes/{node.name}",
            "taints": [_taint(text) for text in pool.node_taints],
        },
    }


def node_status(cluster: ClusterSpec, node: Node, now: str, means: Means, port: int) -> Json:
    """The Node object's status; says that no machine stands behind it.

    Args:
        means: whether processes stand behind its pods.
        port: of the kubelet's endpoints on this machine.
    """
    cores, memory = _SIZES.get(node.pool.vm_size, (4, 16))
    resources = {"cpu": str(cores), "memory": f"{memory}Gi", "pods": str(node.pool.max_pods)}
    return {
        "addresses": [
            {"type": "InternalIP", "address": node.address},
            {"type": "Hostname", "address": node.name},
            # Where the API server finds the kubelet's endpoints: see kubelet-preferred-address-types.
            {"type": "InternalDNS", "address": "localhost"},
        ],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
        # The API server hands WebSockets on unchanged (KEP-4006), instead of speaking SPDY to the node.
        "declaredFeatures": ["ExtendWebSocketsToKubelet"],
        "capacity": resources,
        "allocatable": resources,
        "conditions": list(_conditions(cluster, node, now, means)),
        "nodeInfo": {
            **dict.fromkeys(("machineID", "systemUUID", "bootID", "kernelVersion", "kubeProxyVersion"), ""),
            "osImage": node.pool.os_sku,
            "containerRuntimeVersion": f"{means.enforcement}://local",
            "kubeletVersion": f"v{cluster.kubernetes_version}",
            "operatingSystem": node.pool.os_type.lower(),
            "architecture": "amd64",
        },
    }


def _conditions(cluster: ClusterSpec, node: Node, now: str, means: Means) -> Iterator[Json]:
    rows = (
        ("Ready", "True", "KubeletReady", "the node agent of local mode posts this status"),
        ("Simulated", "True", "LocalMode", _simulation(node, means)),
        _enforcement(cluster, node, means),
    )
    times = {"lastHeartbeatTime": now, "lastTransitionTime": now}
    for kind, status, reason, message in rows:
        yield {"type": kind, "status": status, "reason": reason, "message": message, **times}


def _simulation(node: Node, means: Means) -> str:
    if means.enforcement is Enforcement.MODEL:
        what = f"its pods have a status, no process: {means.remark}"
    else:
        what = "its pods of the agnhost image run as processes in network namespaces of this machine"
    windows = "; Windows is simulated: pods run as Linux processes" if node.is_windows else ""
    return f"local mode of aksnetpol: no machine stands behind this node; {what}{windows}"


def _enforcement(cluster: ClusterSpec, node: Node, means: Means) -> tuple[str, str, str, str]:
    """The condition that tells who enforces NetworkPolicies, and how."""
    engine = engine_profile(cluster.network_policy)
    plane = engine.windows if node.is_windows else engine.linux
    if plane.settings.unenforced:
        return _ENFORCED, "False", "NoEngine", "no engine enforces NetworkPolicies on this node"
    if means.enforcement is Enforcement.MODEL:
        text = f"enforcement: model; verdicts come from the profile {plane.name}; {means.remark}"
        return _ENFORCED, "False", "Model", text
    return _ENFORCED, "True", "Kernel", f"enforcement: kernel; nftables rules from the profile {plane.name}"


def engine_profile(network_policy: str) -> Profile:
    """Return what stands for AKS's engine of a name.

    Args:
        network_policy: azure, calico, cilium or none.
    """
    return profile({"azure": "npm"}.get(network_policy, network_policy))


def _taint(text: str) -> Json:
    key_value, _, effect = text.rpartition(":")
    key, _, value = key_value.partition("=")
    return {"key": key, "effect": effect, **({"value": value} if value else {})}
