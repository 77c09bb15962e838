"""The planner's commands are right: the real Azure CLI takes them, and ends where our own migration ends."""

import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aksnetpol.azure import ArmClient
from aksnetpol.engines import NetworkPluginMode, NetworkPolicy
from aksnetpol.engines.moves import LiveCluster, Plan, WantedNetworking, live_cluster, plan
from aksnetpol.engines.moves.table import MOVES
from aksnetpol.migration.run import Migration, Wish

from .conftest import Az

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 23)
API = "2025-09-01"
NONE, NPM, CALICO, CILIUM = (
    NetworkPolicy.NONE,
    NetworkPolicy.AZURE,
    NetworkPolicy.CALICO,
    NetworkPolicy.CILIUM,
)
OVERLAY = NetworkPluginMode.OVERLAY
LARGER = "10.240.0.0/12"
# id: options of az aks create, the wish, the moves that the plan makes
JOURNEYS: dict[str, tuple[str, WantedNetworking, list[str]]] = {
    "kubenet": (
        "--network-plugin kubenet --network-policy calico",
        WantedNetworking(network_policy=CILIUM, pod_cidr=LARGER),
        ["uninstall-calico", "kubenet-to-overlay", "none-to-cilium"],
    ),
    "npm": (
        "--network-plugin azure --network-policy azure",
        WantedNetworking(network_plugin_mode=OVERLAY, network_policy=CALICO, pod_cidr="192.168.0.0/16"),
        ["uninstall-azure", "node-subnet-to-overlay", "install-calico"],
    ),
    "calico": (
        "--network-plugin azure --network-plugin-mode overlay --network-policy calico "
        "--pod-cidr 10.244.0.0/16",
        WantedNetworking(network_policy=CILIUM, pod_cidr=LARGER),
        ["calico-to-cilium", "expand-pod-cidr"],
    ),
    "plain": (
        "--network-plugin azure --network-policy none",
        WantedNetworking(network_policy=NPM),
        ["install-azure"],
    ),
    "old": (
        "--network-plugin azure --network-policy azure",
        WantedNetworking(network_policy=CILIUM),
        ["azure-to-cilium"],
    ),
}


def _create(az: Az, arm: ArmClient, name: str, options: str) -> str:
    """Make a cluster of two pools; its id."""
    place = f"-g {shlex.quote('my shop')}"
    az.run(f"az aks create {place} -n {name} -l westeurope --node-count 3 --no-ssh-key {options}")
    az.run(f"az aks nodepool add {place} --cluster-name {name} -n work --node-count 2 --mode User")
    group = f"/subscriptions/{arm.subscription_id}/resourceGroups/my shop"
    return f"{group}/providers/Microsoft.ContainerService/managedClusters/{name}"


def _live(arm: ArmClient, cluster_id: str) -> LiveCluster:
    return live_cluster(arm.get(cluster_id, API).body)


def _profile(arm: ArmClient, cluster_id: str) -> dict[str, Any]:
    """The whole networkProfile but for addresses that Azure draws."""
    profile: dict[str, Any] = arm.get(cluster_id, API).body["properties"]["networkProfile"]
    return {key: value for key, value in profile.items() if key != "loadBalancerProfile"}


@pytest.mark.parametrize("name", JOURNEYS)
def test_the_azure_cli_ends_where_our_migration_ends(az: Az, arm: ArmClient, name: str) -> None:
    options, wanted, moves = JOURNEYS[name]
    by_hand = _create(az, arm, name, options)
    found = plan(_live(arm, by_hand), wanted, TODAY)
    assert isinstance(found, Plan)
    assert [step.move for step in found.steps] == moves
    for step in found.steps:
        az.run(step.command)
        assert _live(arm, by_hand).networking == step.after
    by_program = _create(az, arm, f"{name}2", options)
    Migration(arm, by_program, TODAY).run(Wish(wanted, acknowledged=True))
    assert _profile(arm, by_hand) == _profile(arm, by_program)


def test_every_move_is_made() -> None:
    assert {move for _, _, moves in JOURNEYS.values() for move in moves} == {move.id for move in MOVES}


def test_credentials(az: Az, arm: ArmClient, tmp_path: Path) -> None:
    _create(az, arm, "keys", "--network-plugin azure")
    file = tmp_path / "kubeconfig"
    az.run(f"az aks get-credentials -g {shlex.quote('my shop')} -n keys -f {file}")
    assert "keys" in file.read_text()
