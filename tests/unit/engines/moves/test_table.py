"""Each precondition stops its moves where it does not hold, and says what to do."""

from dataclasses import replace
from datetime import date

import pytest

from aksnetpol.engines import (
    NetworkPlugin,
    NetworkPluginMode,
    NetworkPolicy,
    NodePool,
    OsSku,
    OsType,
    PoolMode,
)
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
)

from .conftest import MakeLive

TODAY = date(2026, 11, 23)
NONE, NPM, CALICO, CILIUM = (
    NetworkPolicy.NONE,
    NetworkPolicy.AZURE,
    NetworkPolicy.CALICO,
    NetworkPolicy.CILIUM,
)
NODE_SUBNET = Networking()
OVERLAY = Networking(network_plugin_mode=NetworkPluginMode.OVERLAY)
KUBENET = Networking(NetworkPlugin.KUBENET)
SYSTEM = LiveNodePool(NodePool("nodepool1", count=3))
TO_OVERLAY = WantedNetworking(network_plugin_mode=NetworkPluginMode.OVERLAY)


def windows(sku: OsSku = OsSku.WINDOWS_2022) -> tuple[LiveNodePool, ...]:
    return SYSTEM, LiveNodePool(NodePool("npwin", OsType.WINDOWS, sku, PoolMode.USER, 2, enable_fips=True))


def engine(networking: Networking, policy: NetworkPolicy) -> Networking:
    return replace(networking, network_policy=policy)


def to(policy: NetworkPolicy) -> WantedNetworking:
    return WantedNetworking(network_policy=policy)


def decide(live: LiveCluster, wanted: WantedNetworking) -> Plan | Refusal:
    return plan(live, wanted, TODAY)


def moves(found: Plan | Refusal) -> list[str]:
    assert isinstance(found, Plan), found
    return [step.move for step in found.steps]


# live, what differs, wish, reasons, the nearest plan's moves
REFUSED = [
    pytest.param(
        NODE_SUBNET,
        {"version": "1.29.9"},
        to(NPM),
        ["kubernetes-1.30"],
        ["none-to-cilium"],
        id="install-1.29",
    ),
    pytest.param(
        engine(NODE_SUBNET, NPM),
        {"version": "1.29.9"},
        to(NONE),
        ["kubernetes-1.30"],
        [],
        id="uninstall-1.29",
    ),
    pytest.param(NODE_SUBNET, {"version": "1.26.6"}, TO_OVERLAY, ["kubernetes-1.27"], [], id="overlay-1.26"),
    pytest.param(
        engine(NODE_SUBNET, CALICO),
        {"pools": windows()},
        to(CILIUM),
        ["linux-only"],
        [],
        id="cilium-windows-stays-on-calico",
    ),
    pytest.param(
        engine(NODE_SUBNET, NPM),
        {"pools": windows()},
        to(CILIUM),
        ["linux-only"],
        ["uninstall-azure", "install-calico"],
        id="cilium-windows-leaves-retired-npm",
    ),
    pytest.param(
        engine(OVERLAY, NPM),
        {"node_auto_provisioning": True},
        to(CILIUM),
        ["no-auto-provisioning"],
        [],
        id="cilium-auto-provisioning",
    ),
    pytest.param(
        NODE_SUBNET,
        {"pools": (replace(SYSTEM, pod_subnet_id="/subnets/pods"),)},
        TO_OVERLAY,
        ["no-pod-subnet"],
        [],
        id="overlay-pod-subnet",
    ),
    pytest.param(
        KUBENET,
        {"pools": (replace(SYSTEM, vnet_subnet_id="/subnets/nodes"),)},
        TO_OVERLAY,
        ["route-table-identity"],
        [],
        id="kubenet-own-subnet-system-identity",
    ),
    pytest.param(
        NODE_SUBNET,
        {"virtual_network_prefixes": ("10.244.0.0/14",)},
        TO_OVERLAY,
        ["pod-cidr-free"],
        [],
        id="overlay-in-the-virtual-network",
    ),
    pytest.param(
        OVERLAY,
        {},
        WantedNetworking(pod_cidr="10.245.0.0/16"),
        ["pod-cidr-superset"],
        [],
        id="pods-to-another-range",
    ),
    pytest.param(
        OVERLAY,
        {"pools": windows()},
        WantedNetworking(pod_cidr="10.240.0.0/12"),
        ["linux-only"],
        [],
        id="expand-with-windows",
    ),
    pytest.param(
        NODE_SUBNET,
        {"pools": windows()},
        to(NPM),
        ["retired-npm-windows"],
        ["install-calico"],
        id="npm-windows",
    ),
    pytest.param(
        NODE_SUBNET,
        {"pools": windows(OsSku.WINDOWS_2025)},
        to(CALICO),
        ["calico-windows-2025"],
        [],
        id="calico-windows-2025",
    ),
    pytest.param(
        NODE_SUBNET,
        {"pools": (LiveNodePool(NodePool("nodepool1", count=300)),)},
        to(NPM),
        ["npm-nodes"],
        ["install-calico"],
        id="npm-300-nodes",
    ),
    pytest.param(
        NODE_SUBNET,
        {},
        replace(TO_OVERLAY, pod_cidr="10.0.0.0/15"),
        ["cidr-overlap"],
        [],
        id="pods-over-services",
    ),
    pytest.param(
        OVERLAY,
        {},
        WantedNetworking(NetworkPlugin.KUBENET, network_policy=CILIUM),
        ["cilium-needs-dataplane"],
        ["none-to-cilium"],
        id="impossible-combination",
    ),
    pytest.param(
        NODE_SUBNET,
        {},
        WantedNetworking(network_plugin_mode=None, pod_cidr="10.9.0.0/16"),
        ["pod-cidr-fixed"],
        [],
        id="pods-of-node-subnet",
    ),
]


@pytest.mark.parametrize(("networking", "others", "wanted", "reasons", "nearest"), REFUSED)
def test_refused(
    live: MakeLive,
    networking: Networking,
    others: dict[str, object],
    wanted: WantedNetworking,
    reasons: list[str],
    nearest: list[str],
) -> None:
    found = decide(live(networking, **others), wanted)
    assert isinstance(found, Refusal)
    assert [one.id for one in found.reasons] == reasons
    assert all(one.message and one.remedy and one.source for one in found.reasons)
    assert [step.move for step in found.nearest.steps] == nearest


# live, what differs, wish, moves
ALLOWED = [
    pytest.param(NODE_SUBNET, {"version": "1.30.0"}, to(NPM), ["install-azure"], id="install-1.30"),
    pytest.param(
        engine(NODE_SUBNET, NPM),
        {"version": "1.27.3"},
        to(CILIUM),
        ["azure-to-cilium"],
        id="npm-to-cilium-1.27",
    ),
    pytest.param(
        KUBENET,
        {"pools": (replace(SYSTEM, vnet_subnet_id="/subnets/nodes"),), "identity_type": "UserAssigned"},
        TO_OVERLAY,
        ["kubenet-to-overlay"],
        id="kubenet-own-subnet-user-identity",
    ),
    pytest.param(
        NODE_SUBNET,
        {"virtual_network_prefixes": ("10.224.0.0/12",)},
        replace(TO_OVERLAY, pod_cidr="192.168.0.0/16"),
        ["node-subnet-to-overlay"],
        id="overlay-beside-the-virtual-network",
    ),
    pytest.param(
        OVERLAY,
        {},
        WantedNetworking(pod_cidr="10.240.0.0/12"),
        ["expand-pod-cidr"],
        id="expand-the-pod-range",
    ),
    pytest.param(
        engine(NODE_SUBNET, CALICO),
        {"pools": windows()},
        replace(to(CALICO), network_plugin_mode=NetworkPluginMode.OVERLAY),
        ["uninstall-calico", "node-subnet-to-overlay", "install-calico"],
        id="overlay-with-windows",
    ),
    pytest.param(
        engine(NODE_SUBNET, CALICO),
        {"pools": (replace(SYSTEM, pod_subnet_id="/subnets/pods"),)},
        to(CILIUM),
        ["calico-to-cilium"],
        id="cilium-with-pod-subnets",
    ),
    pytest.param(engine(NODE_SUBNET, CALICO), {}, to(CALICO), [], id="nothing-to-do"),
    pytest.param(
        NODE_SUBNET,
        {},
        WantedNetworking(pod_cidr="10.9.0.0/16"),
        ["node-subnet-to-overlay"],
        id="a-pod-range-needs-overlay",
    ),
]


@pytest.mark.parametrize(("networking", "others", "wanted", "expected"), ALLOWED)
def test_allowed(
    live: MakeLive,
    networking: Networking,
    others: dict[str, object],
    wanted: WantedNetworking,
    expected: list[str],
) -> None:
    assert moves(decide(live(networking, **others), wanted)) == expected


def test_retired_engines_are_let_in_when_accepted(live: MakeLive) -> None:
    cluster = live(NODE_SUBNET, pools=windows())
    accepting = replace(cluster, cluster=replace(cluster.cluster, accept_retired=True))
    assert moves(decide(accepting, to(NPM))) == ["install-azure"]


def test_typha_that_cannot_be_evicted_is_gone_around(live: MakeLive) -> None:
    typha = Obstacle(ObstacleKind.TYPHA, "PodDisruptionBudget calico-system/calico-typha")
    direct = live(engine(OVERLAY, CALICO), obstacles=())
    assert moves(decide(direct, to(CILIUM))) == ["calico-to-cilium"]
    found = decide(replace(direct, obstacles=(typha,)), to(CILIUM))
    assert moves(found) == ["uninstall-calico", "none-to-cilium"]
    assert isinstance(found, Plan)
    assert found.detour is not None
    assert found.detour.moves == ("calico-to-cilium",)
    assert [one.id for one in found.detour.reasons] == ["typha-evictable"]


def test_an_engine_that_cannot_come_back_is_told(live: MakeLive) -> None:
    found = decide(live(engine(NODE_SUBNET, NPM), pools=windows()), TO_OVERLAY)
    assert moves(found) == ["uninstall-azure", "node-subnet-to-overlay", "install-calico"]
    assert isinstance(found, Plan)
    assert found.detour is not None
    assert found.detour.moves == ("uninstall-azure", "node-subnet-to-overlay", "install-azure")
    assert [one.id for one in found.detour.reasons] == ["retired-npm-windows"]


@pytest.mark.parametrize(
    ("networking", "wanted", "commands"),
    [
        pytest.param(
            engine(KUBENET, CALICO),
            WantedNetworking(network_policy=CILIUM, pod_cidr="10.0.0.0/8"),
            [],
            id="pods-over-services",
        ),
        pytest.param(
            engine(KUBENET, CALICO),
            WantedNetworking(network_policy=CILIUM, pod_cidr="10.240.0.0/12"),
            [
                "--network-policy none",
                "--network-plugin azure --network-plugin-mode overlay --pod-cidr 10.240.0.0/12",
                "--network-dataplane cilium --network-policy cilium",
            ],
            id="kubenet-calico-to-cilium-larger-range",
        ),
        pytest.param(
            KUBENET,
            TO_OVERLAY,
            ["--network-plugin azure --network-plugin-mode overlay"],
            id="kubenet-keeps-its-range",
        ),
        pytest.param(
            NODE_SUBNET,
            TO_OVERLAY,
            ["--network-plugin azure --network-plugin-mode overlay --pod-cidr 10.244.0.0/16"],
            id="node-subnet-gets-a-range",
        ),
        pytest.param(
            OVERLAY, WantedNetworking(pod_cidr="10.240.0.0/12"), ["--pod-cidr 10.240.0.0/12"], id="expand"
        ),
        pytest.param(NODE_SUBNET, to(CALICO), ["--network-policy calico"], id="install"),
    ],
)
def test_commands(
    live: MakeLive, networking: Networking, wanted: WantedNetworking, commands: list[str]
) -> None:
    found = decide(live(networking), wanted)
    steps = found.steps if isinstance(found, Plan) else ()
    assert [step.command for step in steps] == [
        f"az aks update --resource-group shop --name aks {options}" for options in commands
    ]


def test_commands_are_safe_to_paste(live: MakeLive) -> None:
    cluster = replace(live(NODE_SUBNET), resource_group="my group; rm -rf ~", subscription_id="0b")
    found = decide(cluster, to(CALICO))
    assert isinstance(found, Plan)
    assert found.steps[0].command == (
        "az aks update --resource-group 'my group; rm -rf ~' --name aks --subscription 0b "
        "--network-policy calico"
    )


def test_what_ends_soon_at_the_goal_is_said(live: MakeLive) -> None:
    found = decide(live(KUBENET), to(CALICO))
    assert isinstance(found, Plan)
    assert [one.id for one in found.warnings] == ["retires-kubenet"]


def test_an_open_wish_is_met_by_anything(live: MakeLive) -> None:
    assert WantedNetworking().network_policy is UNSET
    assert moves(decide(live(NODE_SUBNET), WantedNetworking())) == []
