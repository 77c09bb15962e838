"""`aksnetpol engine` reads clusters from Azure Resource Manager: here from the emulator, over HTTPS."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from aksnetpol.azure import ArmClient
from aksnetpol.local.arm import Emulator

_RUN = (sys.executable, "-c", "import aksnetpol.cli; aksnetpol.cli.main()", "engine")
_POOLS = [
    {"name": "nodepool1", "mode": "System", "count": 3, "vmSize": "Standard_D4s_v5"},
    {"name": "work", "mode": "User", "count": 5, "vmSize": "Standard_D4s_v5"},
]


def _group(arm: ArmClient) -> str:
    return f"/subscriptions/{arm.subscription_id}/resourceGroups/shop"


def _create(arm: ArmClient, name: str, network: dict[str, str], subnet: str | None = None) -> None:
    pools = [{**pool, "vnetSubnetID": subnet} if subnet else pool for pool in _POOLS]
    body = {
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "dnsPrefix": name,
            "kubernetesVersion": "1.35",
            "networkProfile": network,
            "agentPoolProfiles": pools,
        },
    }
    path = f"{_group(arm)}/providers/Microsoft.ContainerService/managedClusters/{name}"
    arm.put(path, "2025-09-01", body)


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of an emulator with two clusters."""
    emulator = Emulator(tmp_path_factory.mktemp("azure") / "home")
    emulator.start()
    try:
        environment = emulator.environment()
        arm = ArmClient({**os.environ, **environment})
        arm.put(_group(arm), "2024-03-01", {"location": "westeurope"})
        network = f"{_group(arm)}/providers/Microsoft.Network/virtualNetworks/net"
        space = {"addressSpace": {"addressPrefixes": ["10.244.0.0/14"]}}
        arm.put(network, "2024-05-01", {"location": "westeurope", "properties": space})
        prefix = {"properties": {"addressPrefix": "10.244.0.0/24"}}
        arm.put(f"{network}/subnets/nodes", "2024-05-01", prefix)
        _create(arm, "aks", {"networkPlugin": "kubenet", "networkPolicy": "calico"})
        own = {"networkPlugin": "azure", "networkPolicy": "calico"}
        _create(arm, "own", own, f"{network}/subnets/nodes")
        yield environment
    finally:
        emulator.stop()


def _engine(azure: dict[str, str], *arguments: str, code: int = 0) -> Any:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ARM_")}
    done = subprocess.run(
        [*_RUN, *arguments], env={**clean, **azure}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


def test_status(azure: dict[str, str]) -> None:
    found = _engine(azure, "status", "-g", "shop", "-n", "aks", "--json")
    assert found["networkProfile"] == {
        "networkPlugin": "kubenet",
        "networkPolicy": "calico",
        "networkDataplane": "azure",
        "podCidr": "10.244.0.0/16",
    }
    assert [(pool["name"], pool["count"]) for pool in found["pools"]] == [("nodepool1", 3), ("work", 5)]
    assert [one["id"] for one in found["retirements"]] == ["kubernetes-version", "kubenet"]


def test_plan(azure: dict[str, str]) -> None:
    found = _engine(azure, "plan", "-g", "SHOP", "-n", "aks", "--to", "cilium", "--json")
    assert [step["move"] for step in found["steps"]] == [
        "uninstall-calico",
        "kubenet-to-overlay",
        "none-to-cilium",
    ]


def test_subnets_of_the_user_count(azure: dict[str, str]) -> None:
    refused = _engine(azure, "plan", "-g", "shop", "-n", "own", "--overlay", "--json", code=1)
    assert [one["id"] for one in refused["reasons"]] == ["pod-cidr-free"]
    found = _engine(azure, "plan", "-g", "shop", "-n", "own", "--to", "cilium", "--json")
    shortage = [one for one in found["steps"][0]["disturbances"] if one["id"] == "surge-addresses"]
    # 251 usable, 8 nodes with 30 pods each take 248; two surge nodes need 62.
    assert [one["message"] for one in shortage] == ["The surge nodes need 62 addresses; 3 are free."]


def test_no_such_cluster_is_the_users_mistake(azure: dict[str, str]) -> None:
    said = _engine(azure, "status", "-g", "shop", "-n", "nope", code=2)
    assert "There is no cluster" in said
