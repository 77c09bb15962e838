"""Every ordered pair of valid networkings has its way or its reason, and no shorter way exists."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from aksnetpol.engines import (
    Cluster,
    NetworkPluginMode,
    NetworkPolicy,
    NodePool,
    OsSku,
    OsType,
    PoolMode,
    check,
)
from aksnetpol.engines.combinations import COMBINATIONS
from aksnetpol.engines.moves import (
    UNSET,
    LiveCluster,
    LiveNodePool,
    Networking,
    Obstacle,
    ObstacleKind,
    Plan,
    Refusal,
    WantedNetworking,
    plan,
    valid_networkings,
)
from aksnetpol.engines.moves.search import Search, cost
from aksnetpol.engines.moves.table import MOVES
from aksnetpol.engines.rule import cluster_findings
from aksnetpol.local.arm.containerservice import view
from aksnetpol.local.arm.containerservice.rules import changes, network

from .conftest import MakeLive, with_pods

TODAY = date(2026, 11, 23)
STATES = valid_networkings()
PAIRS = list(product(STATES, STATES))
MOST_MOVES = 4
FIELDS = ["network_plugin", "network_plugin_mode", "network_policy", "network_dataplane"]


def decide(live: LiveCluster, goal: Networking) -> Plan | Refusal:
    return plan(live, WantedNetworking.exactly(goal), TODAY)


def summary(found: Plan | Refusal) -> str:
    """One line for the snapshot."""
    if isinstance(found, Plan):
        return " + ".join(step.move for step in found.steps) or "nothing to do"
    near = " + ".join(step.move for step in found.nearest.steps) or "stay"
    return f"refused: {', '.join(one.id for one in found.reasons)}; nearest: {found.nearest.goal} ({near})"


def test_the_states_are_those_of_the_matrix() -> None:
    assert [str(state) for state in STATES] == [
        "Azure CNI node subnet, no engine",
        "Azure CNI node subnet, azure",
        "Azure CNI node subnet, calico",
        "Azure CNI node subnet, cilium",
        "Azure CNI Overlay, no engine",
        "Azure CNI Overlay, azure",
        "Azure CNI Overlay, calico",
        "Azure CNI Overlay, cilium",
        "kubenet, no engine",
        "kubenet, calico",
        "no network plugin, no engine",
    ]


def test_every_pair(live: MakeLive, snapshot: SnapshotAssertion) -> None:
    assert {f"{a} -> {b}": summary(decide(live(a), b)) for a, b in PAIRS} == snapshot


@pytest.mark.parametrize(("start", "goal"), PAIRS, ids=[f"{a} to {b}" for a, b in PAIRS])
def test_the_moves_lead_from_live_to_wanted_over_valid_networkings(
    live: MakeLive, start: Networking, goal: Networking
) -> None:
    found = decide(live(start), goal)
    steps = found.steps if isinstance(found, Plan) else found.nearest.steps
    now = with_pods(start)
    for step in steps:
        assert step.before == now
        now = now.with_fields(step.fields)
        assert step.after == now
        assert not list(cluster_findings(COMBINATIONS, now.on(Cluster("aks", ()))))
    if isinstance(found, Plan):
        assert WantedNetworking.exactly(goal).met_by(now)
        assert found.goal == now
    else:
        assert found.unmet == WantedNetworking.exactly(goal).unmet(now) != ()


# An oracle that no one wrote for the planner: the emulator's rules on changes, taken from Azure's answers.
def emulated(networking: Networking) -> view.Cluster:
    pool = view.Pool(
        "nodepool1", "System", "Linux", "Ubuntu", "", 3, 30, (1, 35), False, None, None, False, "", ""
    )
    mode = networking.network_plugin_mode
    return view.Cluster(
        name="aks",
        plugin=networking.network_plugin,
        mode=mode.value if mode else "",
        policy=networking.network_policy,
        dataplane=networking.network_dataplane,
        pod_cidr=networking.pod_cidr or "",
        service_cidr="10.0.0.0/16",
        dns_service_ip="10.0.0.10",
        outbound="loadBalancer",
        version=(1, 35),
        kubernetes_version="1.35.2",
        windows_profile=False,
        windows_user="",
        provisioning="Manual",
        pools=(pool,),
    )


def refusals(before: Networking, after: Networking) -> list[str]:
    """Ids of the emulator's rules that a change breaks."""
    change = changes.Change(emulated(before), emulated(after))
    broken = [row.id for row in changes.RULES if row.broken(change)]
    return broken + [row.id for row in network.RULES if row.broken(change.wanted)]


def emulator_reaches(start: Networking) -> set[Networking]:
    found, waiting = {start}, [start]
    while waiting:
        before = waiting.pop()
        for after in map(with_pods, STATES):
            if after not in found and not refusals(before, after):
                found.add(after)
                waiting.append(after)
    return found


@pytest.mark.parametrize("start", STATES, ids=str)
def test_the_emulator_takes_every_step_and_reaches_nothing_else(live: MakeLive, start: Networking) -> None:
    reached: set[Networking] = set()
    for goal in STATES:
        found = decide(live(start), goal)
        if isinstance(found, Plan):
            assert [refusals(step.before, step.after) for step in found.steps] == [[]] * len(found.steps)
            reached.add(found.goal)
    assert reached == emulator_reaches(with_pods(start))


@st.composite
def live_clusters(draw: st.DrawFn) -> LiveCluster:
    """Clusters with all that preconditions look at."""
    networking = with_pods(draw(st.sampled_from(STATES)))
    system = LiveNodePool(
        NodePool("nodepool1", count=draw(st.integers(1, 260))),
        vnet_subnet_id=draw(st.sampled_from([None, "/subnets/nodes"])),
        pod_subnet_id=draw(st.sampled_from([None, "/subnets/pods"])),
    )
    skus = st.sampled_from([OsSku.WINDOWS_2019, OsSku.WINDOWS_2022, OsSku.WINDOWS_2025])
    windows = [
        LiveNodePool(NodePool("npwin", OsType.WINDOWS, sku, PoolMode.USER, 2))
        for sku in draw(st.lists(skus, max_size=1))
    ]
    pools = (system, *windows)
    typha = draw(st.sampled_from([None, (), (Obstacle(ObstacleKind.TYPHA, "Deployment calico-typha"),)]))
    plain = Cluster(
        "aks",
        tuple(one.pool for one in pools),
        kubernetes_version=draw(st.sampled_from(["1.26.6", "1.29.9", "1.30.1", "1.36.0"])),
        windows_admin_username="azureuser",
        accept_retired=draw(st.booleans()),
    )
    return LiveCluster(
        networking.on(plain),
        pools,
        "shop",
        node_auto_provisioning=draw(st.booleans()),
        identity_type=draw(st.sampled_from(["SystemAssigned", "UserAssigned"])),
        obstacles=typha,
    )


def walks(search: Search, start: Networking, length: int) -> Iterator[Networking]:
    """Where every walk of exactly that many free moves ends; it remembers nothing, unlike the search."""
    if length == 0:
        yield start
        return
    for transition in search.transitions(start):
        if not transition.reasons:
            yield from walks(search, transition.situation.after, length - 1)


@given(live_clusters(), st.sampled_from(STATES))
def test_no_shorter_way_exists(cluster: LiveCluster, goal: Networking) -> None:
    wanted = WantedNetworking.exactly(goal)
    search, found = Search(cluster, wanted, TODAY), decide(cluster, goal)
    shorter = range(len(found.steps) if isinstance(found, Plan) else MOST_MOVES + 1)
    assert not any(
        wanted.met_by(end) for length in shorter for end in walks(search, cluster.networking, length)
    )


@given(live_clusters(), st.sampled_from(STATES), st.sets(st.sampled_from(FIELDS)))
def test_open_fields_are_kept_where_a_way_keeps_them(
    cluster: LiveCluster, goal: Networking, open_fields: set[str]
) -> None:
    wanted = replace(WantedNetworking.exactly(goal), **dict.fromkeys(open_fields, UNSET))
    search, found = Search(cluster, wanted, TODAY), plan(cluster, wanted, TODAY)
    ways = [
        (*cost(cluster.networking, end), length)
        for length in range(MOST_MOVES + 1)
        for end in walks(search, cluster.networking, length)
        if wanted.met_by(end)
    ]
    if isinstance(found, Plan):
        assert wanted.met_by(found.goal)
        assert (*cost(cluster.networking, found.goal), len(found.steps)) == min(ways)
    else:
        assert ways == []
        assert found.unmet == wanted.unmet(found.nearest.goal) != ()


@given(live_clusters(), st.sampled_from(STATES))
def test_no_step_breaks_a_rule_that_held_before_it(cluster: LiveCluster, goal: Networking) -> None:
    found = decide(cluster, goal)
    steps = found.steps if isinstance(found, Plan) else found.nearest.steps

    def broken(networking: Networking) -> set[str]:
        return {one.id for one in check(networking.on(cluster.cluster), TODAY) if one.severity == "error"}

    for step in steps:
        assert broken(step.after) <= broken(step.before)


@settings(max_examples=400)
@given(live_clusters(), st.sampled_from(STATES))
def test_a_plan_goes_on_from_every_step(cluster: LiveCluster, goal: Networking) -> None:
    found = decide(cluster, goal)
    if isinstance(found, Refusal):
        assert found.reasons
        return
    for done, step in enumerate(found.steps, 1):
        rest = decide(replace(cluster, cluster=step.after.on(cluster.cluster)), goal)
        assert isinstance(rest, Plan)
        assert [one.move for one in rest.steps] == [one.move for one in found.steps[done:]]


def test_every_move_is_used_and_says_where_it_is_from(live: MakeLive) -> None:
    larger = WantedNetworking(pod_cidr="10.240.0.0/12")
    plans = [decide(live(a), b) for a, b in PAIRS]
    plans += [plan(live(state), larger, TODAY) for state in STATES if state.is_overlay]
    used = {step.move for found in plans if isinstance(found, Plan) for step in found.steps}
    assert used == {move.id for move in MOVES}
    assert all(move.source and all(row.source for row in move.preconditions) for move in MOVES)


def test_overlay_alone_does_not_lose_the_engine(live: MakeLive) -> None:
    wanted = WantedNetworking(network_plugin_mode=NetworkPluginMode.OVERLAY)
    found = plan(live(STATES[1]), wanted, TODAY)
    assert summary(found) == "uninstall-azure + node-subnet-to-overlay + install-azure"


def test_an_open_wish_takes_the_shortest_way(live: MakeLive) -> None:
    found = plan(live(STATES[9]), WantedNetworking(network_policy=NetworkPolicy.CILIUM), TODAY)
    assert summary(found) == "uninstall-calico + kubenet-to-overlay + none-to-cilium"
