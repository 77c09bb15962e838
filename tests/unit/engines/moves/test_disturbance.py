"""What a reimage of all nodes meets is told from the live cluster, and its length is reckoned."""

from dataclasses import replace
from datetime import date

import pytest

from aksnetpol.engines import NetworkPluginMode, NetworkPolicy, NodePool, PoolMode
from aksnetpol.engines.moves import (
    Disturbance,
    Effect,
    LiveCluster,
    LiveNodePool,
    Networking,
    Obstacle,
    ObstacleKind,
    Plan,
    WantedNetworking,
    plan,
)

from .conftest import MakeLive

TODAY = date(2026, 11, 23)
SYSTEM = LiveNodePool(
    NodePool("nodepool1", count=3), vnet_subnet_id="/subnets/nodes", vcpus=4, vm_family="Dv5"
)
WORK = replace(SYSTEM, pool=NodePool("work", mode=PoolMode.USER, count=20), max_surge="33%")


def first_step(cluster: LiveCluster) -> tuple[Plan, tuple[Disturbance, ...]]:
    found = plan(cluster, WantedNetworking(network_policy=NetworkPolicy.CALICO), TODAY)
    assert isinstance(found, Plan)
    return found, found.steps[0].disturbances


@pytest.mark.parametrize(
    ("count", "surge", "unavailable", "surge_nodes", "at_once", "rounds"),
    [
        pytest.param(20, "10%", "0", 2, 2, 10, id="share"),
        pytest.param(3, "10%", "0", 1, 1, 3, id="share-rounded-up"),
        pytest.param(20, "5", "0", 5, 5, 4, id="number"),
        pytest.param(3, "5", "0", 3, 3, 1, id="no-more-than-there-are"),
        pytest.param(9, "0", "3", 0, 3, 3, id="in-place"),
        pytest.param(9, "0", "0", 0, 1, 9, id="neither"),
        pytest.param(0, "10%", "0", 0, 1, 0, id="empty-pool"),
        pytest.param(7, "half", "0", 1, 1, 7, id="unreadable-is-one"),
    ],
)
def test_surge(count: int, surge: str, unavailable: str, surge_nodes: int, at_once: int, rounds: int) -> None:
    pool = LiveNodePool(NodePool("p", count=count), max_surge=surge, max_unavailable=unavailable)
    assert (pool.surge_nodes, pool.nodes_at_once, pool.rounds) == (surge_nodes, at_once, rounds)


def test_all_pools_at_once(live: MakeLive) -> None:
    _, found = first_step(live(Networking(), pools=(SYSTEM, WORK)))
    assert [one.id for one in found] == ["reimage"]
    assert "All nodes (23 in 2 pools) are drained" in found[0].message
    assert "8 surge nodes" in found[0].message


@pytest.mark.parametrize(
    ("free", "said"),
    [
        pytest.param({}, [], id="unknown"),
        pytest.param({"Dv5": 32}, [], id="enough"),
        pytest.param({"Dv5": 31}, ["The surge nodes need 32 vCPUs; 31 are left."], id="one-short"),
        pytest.param({"Ev5": 0}, [], id="another-family"),
        pytest.param(
            {"Dv5": 99, "cores": 5}, ["The surge nodes need 32 vCPUs; 5 are left."], id="all-families"
        ),
    ],
)
def test_quota(live: MakeLive, free: dict[str, int], said: list[str]) -> None:
    _, found = first_step(live(Networking(), pools=(SYSTEM, WORK), free_vcpus=free))
    assert [one.message for one in found if one.id == "surge-quota"] == said


@pytest.mark.parametrize(
    ("pools", "free", "said"),
    [
        pytest.param((SYSTEM, WORK), 8 * 31, [], id="node-subnet-enough"),
        pytest.param(
            (SYSTEM, WORK), 247, ["The surge nodes need 248 addresses; 247 are free."], id="node-subnet-short"
        ),
        pytest.param(
            tuple(replace(one, pod_subnet_id="/subnets/pods") for one in (SYSTEM, WORK)),
            8,
            [],
            id="pod-subnet",
        ),
    ],
)
def test_addresses(live: MakeLive, pools: tuple[LiveNodePool, ...], free: int, said: list[str]) -> None:
    _, found = first_step(live(Networking(), pools=pools, free_addresses={"/subnets/nodes": free}))
    assert [one.message for one in found if one.id == "surge-addresses"] == said


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param((1,), ["single-system-node"], id="only-system-pool"),
        pytest.param((1, 5), ["single-system-node"], id="only-system-pool-of-two"),
        pytest.param((3, 1), ["single-node"], id="user-pool"),
        pytest.param((2, 2), [], id="two-each"),
    ],
)
def test_single_nodes(live: MakeLive, counts: tuple[int, ...], expected: list[str]) -> None:
    modes = (PoolMode.SYSTEM, PoolMode.USER)
    pools = tuple(
        LiveNodePool(NodePool(f"p{number}", mode=modes[number], count=count))
        for number, count in enumerate(counts)
    )
    _, found = first_step(live(Networking(), pools=pools))
    assert [one.id for one in found if one.id != "reimage"] == expected


def test_a_second_system_pool_takes_the_pods_of_the_first(live: MakeLive) -> None:
    pools = tuple(LiveNodePool(NodePool(name, count=1)) for name in ("one", "two"))
    _, found = first_step(live(Networking(), pools=pools))
    assert [one.id for one in found if one.effect is not Effect.NOTE] == ["single-node", "single-node"]


@pytest.mark.parametrize("kind", [kind for kind in ObstacleKind if kind is not ObstacleKind.TYPHA])
def test_every_obstacle_is_told_with_its_pods(live: MakeLive, kind: ObstacleKind) -> None:
    seen = Obstacle(kind, "PodDisruptionBudget shop/web", ("shop/web-1", "shop/web-2"))
    found, step = first_step(live(Networking(), obstacles=(seen,)))
    told = next(one for one in step if one.id == kind)
    assert (told.subject, told.pods) == (seen.subject, seen.pods)
    assert told.remedy
    assert found.pods_checked


def test_typha_holds_a_drain_only_while_calico_is_there(live: MakeLive) -> None:
    typha = Obstacle(ObstacleKind.TYPHA, "PodDisruptionBudget calico-system/calico-typha")
    cluster = live(replace(Networking(), network_policy=NetworkPolicy.CALICO), obstacles=(typha,))
    found = plan(cluster, WantedNetworking(network_policy=NetworkPolicy.CILIUM), TODAY)
    assert isinstance(found, Plan)
    assert [[one.id for one in step.disturbances] for step in found.steps] == [
        ["typha", "reimage"],
        ["reimage"],
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        pytest.param("Succeeded", {}, id="idle"),
        pytest.param("Updating", {"operation-in-progress": Effect.BLOCKS}, id="busy"),
        pytest.param("Failed", {"last-operation": Effect.NOTE}, id="failed"),
        pytest.param("Canceled", {"last-operation": Effect.NOTE}, id="aborted"),
    ],
)
def test_the_last_operation(live: MakeLive, state: str, said: dict[str, Effect]) -> None:
    _, found = first_step(live(Networking(), provisioning_state=state))
    assert {one.id: one.effect for one in found if one.subject == "cluster"} == said


def test_what_blocks_comes_first(live: MakeLive) -> None:
    seen = [Obstacle(kind, "x") for kind in (ObstacleKind.BARE_POD, ObstacleKind.BUDGET)]
    _, step = first_step(live(Networking(), obstacles=tuple(seen)))
    assert [one.id for one in step] == ["budget", "bare-pod", "reimage"]


def test_what_every_step_disturbs_is_told_once(live: MakeLive) -> None:
    # On node subnet a surge node takes 31 addresses, on overlay one.
    pools = (replace(SYSTEM, pool=replace(SYSTEM.pool, count=10)),)
    cluster = live(Networking(), pools=pools, free_addresses={"/subnets/nodes": 30})
    wanted = WantedNetworking(
        network_plugin_mode=NetworkPluginMode.OVERLAY, network_policy=NetworkPolicy.CILIUM
    )
    found = plan(cluster, wanted, TODAY)
    assert isinstance(found, Plan)
    assert [[one.id for one in step.disturbances] for step in found.steps] == [
        ["surge-addresses", "reimage"],
        ["reimage"],
    ]
    assert [one.id for one in found.common_disturbances] == ["reimage"]


def test_the_slowest_pool_sets_the_time(live: MakeLive) -> None:
    soaking = replace(WORK, soak=2, drain_timeout=60)
    found, _ = first_step(
        live(replace(Networking(), network_policy=NetworkPolicy.AZURE), pools=(SYSTEM, soaking))
    )
    each = found.reimage
    assert (each.shortest, each.longest, each.drain_timeout) == (18, 36, 60)
    assert each.basis == "pool work: 20 nodes, 7 at a time, 4 to 10 minutes and 2 to soak each time"
    assert str(found.duration) == "36 to 72 minutes"
    assert found.duration.basis == each.basis


def test_nobody_looked_at_the_pods(live: MakeLive) -> None:
    found, _ = first_step(live(Networking()))
    assert not found.pods_checked
