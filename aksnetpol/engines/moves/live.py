"""What the planner is told of a live cluster: its networking, its pools, and what a drain would meet."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from aksnetpol.engines.addresses import default_max_pods
from aksnetpol.engines.model import Cluster, NodePool
from aksnetpol.engines.moves.networking import Networking

_DRAIN_TIMEOUT = 30  # minutes; AKS docs, upgrade-aks-node-pools-rolling


@dataclass(frozen=True)
class LiveNodePool:
    """A node pool with what its upgrades follow.

    Args:
        max_surge, max_unavailable: nodes, or a share such as "10%".
        drain_timeout, soak: minutes for each node.
        vcpus: of one node, None where not known.
        vm_family: the quota that its nodes count against, None where not known.
    """

    pool: NodePool
    vm_size: str = ""
    vnet_subnet_id: str | None = None
    pod_subnet_id: str | None = None
    max_surge: str = "10%"
    max_unavailable: str = "0"
    drain_timeout: int = _DRAIN_TIMEOUT
    soak: int = 0
    vcpus: int | None = None
    vm_family: str | None = None

    @property
    def surge_nodes(self) -> int:
        """Nodes that are added while the pool is reimaged."""
        return _share(self.max_surge, self.pool.count)

    @property
    def nodes_at_once(self) -> int:
        """Nodes that are drained together, at least one."""
        return max(1, self.surge_nodes or _share(self.max_unavailable, self.pool.count))

    @property
    def rounds(self) -> int:
        """How often nodes are drained and reimaged until all have been."""
        return math.ceil(self.pool.count / self.nodes_at_once)


def _share(amount: str, of: int) -> int:
    """Nodes of "5" or "50%", a fraction rounded up, never more than there are."""
    match = re.fullmatch(r"(\d+)(%?)", amount.strip())
    if match is None:
        return min(1, of)
    number = int(match[1])
    return min(of, math.ceil(of * number / 100) if match[2] else number)


class ObstacleKind(StrEnum):
    """What a drain may meet."""

    BUDGET = "budget"
    TYPHA = "typha"
    WEBHOOK = "webhook"
    SINGLE_REPLICA = "single-replica"
    BARE_POD = "bare-pod"


@dataclass(frozen=True)
class Obstacle:
    """A live object that blocks a drain, or that a drain interrupts.

    Args:
        subject: the object, such as "PodDisruptionBudget shop/web".
        pods: the very pods, as namespace/name.
    """

    kind: ObstacleKind
    subject: str
    pods: tuple[str, ...] = ()


@dataclass(frozen=True)
class LiveCluster:
    """A live cluster.

    Args:
        cluster: as the rules see it.
        pools: in the order of `cluster.node_pools`.
        subscription_id: written into commands where it is given.
        node_auto_provisioning: whether AKS makes nodes on its own.
        identity_type: "SystemAssigned" or "UserAssigned".
        virtual_network_prefixes: ranges of the pools' virtual networks, () where not known.
        free_vcpus: by VM family, what is left of the quota; empty where not known.
        free_addresses: by subnet id, empty where not known.
        obstacles, running_pods: from the Kubernetes API; None where nobody looked.
        provisioning_state: as ARM says it.
    """

    cluster: Cluster
    pools: tuple[LiveNodePool, ...]
    resource_group: str
    subscription_id: str | None = None
    node_auto_provisioning: bool = False
    identity_type: str = "SystemAssigned"
    virtual_network_prefixes: tuple[str, ...] = ()
    free_vcpus: Mapping[str, int] = field(default_factory=dict[str, int])
    free_addresses: Mapping[str, int] = field(default_factory=dict[str, int])
    obstacles: tuple[Obstacle, ...] | None = None
    running_pods: int | None = None
    provisioning_state: str = "Succeeded"

    @property
    def networking(self) -> Networking:
        """The live networking."""
        return Networking.of(self.cluster)

    @property
    def nodes(self) -> int:
        """Nodes wanted in all pools."""
        return sum(live.pool.count for live in self.pools)

    @property
    def pods(self) -> int:
        """Pods that run; where nobody looked, as many as the nodes may hold."""
        if self.running_pods is not None:
            return self.running_pods
        default = default_max_pods(self.cluster)
        return sum(live.pool.count * (live.pool.max_pods or default) for live in self.pools)

    def has_obstacle(self, kind: ObstacleKind) -> bool:
        """Tell whether somebody looked and found an obstacle of a kind."""
        return any(one.kind is kind for one in self.obstacles or ())

    def addresses_per_node(self, live: LiveNodePool, networking: Networking) -> int:
        """Addresses of the pool's node subnet that one node takes: its own, and its pods' where they share.

        Source: AKS docs, concepts-network-ip-address-planning.
        """
        if networking.has_pod_range or live.pod_subnet_id:
            return 1
        return 1 + (live.pool.max_pods or default_max_pods(networking.on(self.cluster)))
