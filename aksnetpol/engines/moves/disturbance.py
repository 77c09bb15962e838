"""What a move disturbs while all nodes are drained and reimaged."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from aksnetpol.engines.model import NetworkPolicy, PoolMode
from aksnetpol.engines.moves.live import LiveCluster, LiveNodePool, Obstacle, ObstacleKind
from aksnetpol.engines.moves.move import Situation
from aksnetpol.words import counted

_ALL_FAMILIES = "cores"  # Azure's name of the quota on all vCPUs of a region
_ROLLING = "AKS docs, upgrade-aks-node-pools-rolling"
_DRAIN = "AKS troubleshooting, PodDrainFailure"


class Effect(StrEnum):
    """What a disturbance does to the operation or to a workload."""

    BLOCKS = "blocks"
    INTERRUPTS = "interrupts"
    NOTE = "note"


@dataclass(frozen=True)
class Disturbance:
    """One thing that a reimage of all nodes meets.

    Args:
        subject: what it is about, such as a pool or a Kubernetes object.
        pods: the very pods, as namespace/name.
        remedy: what to do before the move; "" where there is nothing to do.
    """

    id: str
    effect: Effect
    subject: str
    message: str
    remedy: str
    source: str
    pods: tuple[str, ...] = ()


@dataclass(frozen=True)
class _ObstacleText:
    effect: Effect
    message: str
    remedy: str
    source: str


_OBSTACLES = {
    ObstacleKind.BUDGET: _ObstacleText(
        Effect.BLOCKS,
        "It allows no disruption now, so its pods cannot be evicted and the drain times out.",
        "Add replicas, or relax minAvailable or maxUnavailable until the move is done.",
        f"{_DRAIN}; Azure/azure-container-networking#4417",
    ),
    ObstacleKind.TYPHA: _ObstacleText(
        Effect.BLOCKS,
        "calico-typha cannot be evicted now.",
        "Go through no engine; if that drain stops too, relax the budget calico-typha for its time.",
        "hashicorp/terraform-provider-azurerm#32827",
    ),
    ObstacleKind.WEBHOOK: _ObstacleText(
        Effect.BLOCKS,
        "It judges evictions and may deny them; a denied eviction blocks the drain.",
        "Let it pass evictions, or take it out, until the move is done.",
        "Azure/AKS#4720",
    ),
    ObstacleKind.SINGLE_REPLICA: _ObstacleText(
        Effect.INTERRUPTS,
        "It runs one replica, which is gone from its eviction until another one is ready.",
        "Run two replicas during the move.",
        "Kubernetes docs, safely-drain-node",
    ),
    ObstacleKind.BARE_POD: _ObstacleText(
        Effect.INTERRUPTS,
        "Nothing makes them again after their eviction.",
        "Let Deployments or StatefulSets run them, or make them again afterwards.",
        "Kubernetes docs, safely-drain-node",
    ),
}


def disturbances(situation: Situation) -> tuple[Disturbance, ...]:
    """Return what one move disturbs; what blocks it comes first.

    Source: AKS docs, use-network-policies: all pools are reimaged at once.
    """
    live = situation.live
    # calico-typha is gone when Calico is.
    calico = situation.before.network_policy is NetworkPolicy.CALICO
    obstacles = (
        _obstacle(one) for one in live.obstacles or () if calico or one.kind is not ObstacleKind.TYPHA
    )
    found = [
        _reimage(live),
        *_operation(live),
        *_single_nodes(live),
        *_quota(live),
        *_addresses(situation),
        *obstacles,
    ]
    order = list(Effect)
    return tuple(sorted(found, key=lambda one: order.index(one.effect)))


def _reimage(live: LiveCluster) -> Disturbance:
    surge = sum(pool.surge_nodes for pool in live.pools)
    message = (
        f"All nodes ({live.nodes} in {counted(len(live.pools), 'pool')}) are drained and "
        f"reimaged, every pool at the same time; AKS adds {counted(surge, 'surge node')} meanwhile."
    )
    return Disturbance(
        "reimage",
        Effect.NOTE,
        "all pools",
        message,
        "",
        "AKS docs, use-network-policies and update-azure-cni",
    )


def _operation(live: LiveCluster) -> Iterator[Disturbance]:
    """Say that the last operation has not ended, or not well."""
    state = live.provisioning_state
    if state in ("Failed", "Canceled"):
        message = (
            f"The last operation ended as {state}; the first step also goes on with a reimage that stopped."
        )
        yield Disturbance("last-operation", Effect.NOTE, "cluster", message, "", _ROLLING)
    elif state != "Succeeded":
        message = f"An operation is in progress ({state}); Azure refuses another one until it ends."
        remedy = "Wait for it, or stop it: az aks operation-abort."
        yield Disturbance(
            "operation-in-progress",
            Effect.BLOCKS,
            "cluster",
            message,
            remedy,
            "AKS error OperationNotAllowed",
        )


def _single_nodes(live: LiveCluster) -> Iterator[Disturbance]:
    system = [one for one in live.pools if one.pool.mode is PoolMode.SYSTEM]
    for one in live.pools:
        if one.pool.count != 1:
            continue
        if len(system) == 1 and one is system[0]:
            yield Disturbance(
                "single-system-node",
                Effect.BLOCKS,
                f"pool {one.pool.name}",
                "It is the only system pool and has one node: the budgets of coredns and konnectivity-agent "
                "can block its drain.",
                "Scale it to 2 nodes or more for the move: az aks nodepool scale.",
                "Azure/azure-container-networking#4417",
            )
        else:
            yield Disturbance(
                "single-node",
                Effect.INTERRUPTS,
                f"pool {one.pool.name}",
                "It has one node: its pods have only the surge node to go to.",
                "Scale it to 2 nodes or more for the move: az aks nodepool scale.",
                _ROLLING,
            )


def _quota(live: LiveCluster) -> Iterator[Disturbance]:
    needed: Counter[str] = Counter()
    for one in live.pools:
        if one.vm_family is not None and one.vcpus is not None:
            needed[one.vm_family] += one.surge_nodes * one.vcpus
            needed[_ALL_FAMILIES] += one.surge_nodes * one.vcpus
    yield from _shortages(
        "surge-quota", needed, live.free_vcpus, "quota {}", "The surge nodes need {} vCPUs; {} are left."
    )


def _addresses(situation: Situation) -> Iterator[Disturbance]:
    live = situation.live

    def per_node(one: LiveNodePool) -> int:
        return max(live.addresses_per_node(one, now) for now in (situation.before, situation.after))

    needed: Counter[str] = Counter()
    for one in live.pools:
        if one.vnet_subnet_id is not None:
            needed[one.vnet_subnet_id] += one.surge_nodes * per_node(one)
    yield from _shortages(
        "surge-addresses",
        needed,
        live.free_addresses,
        "subnet {}",
        "The surge nodes need {} addresses; {} are free.",
    )


def _shortages(
    row: str, needed: Mapping[str, int], free: Mapping[str, int], subject: str, message: str
) -> Iterator[Disturbance]:
    """Say where what surge nodes need is more than what is left; unknown supplies say nothing."""
    for name, amount in needed.items():
        left = free.get(name)
        if left is not None and amount > left:
            yield Disturbance(
                row,
                Effect.BLOCKS,
                subject.format(name.rsplit("/", 1)[-1]),
                message.format(amount, left),
                "Ask for more, or lower maxSurge: az aks nodepool update --max-surge. "
                "From Kubernetes 1.35 on AKS falls back to one surge node for a pool.",
                _ROLLING,
            )


def _obstacle(one: Obstacle) -> Disturbance:
    text = _OBSTACLES[one.kind]
    return Disturbance(one.kind, text.effect, one.subject, text.message, text.remedy, text.source, one.pods)
