"""`aksnetpol engine migrate` and `uninstall`, on emulated Azure."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from aksnetpol import cli
from aksnetpol.engines.moves import LiveCluster, Obstacle, ObstacleKind
from aksnetpol.errors import UserError
from aksnetpol.local.arm.faults import Fault
from aksnetpol.migration.errors import MigrationError
from aksnetpol.policy import load_objects

from .conftest import Azure

API = "2025-09-01"
NUMBERS = count(1)
KUBENET_CALICO = {"networkPlugin": "kubenet", "networkPolicy": "calico"}
CALICO = {"networkPlugin": "azure", "networkPolicy": "calico"}
CILIUM = {"networkPlugin": "azure", "networkPolicy": "cilium", "networkDataplane": "cilium"}


@dataclass(frozen=True)
class Target:
    """A cluster, and the command line for it."""

    azure: Azure
    id: str

    @property
    def name(self) -> str:
        """Its name in Azure."""
        return self.id.rpartition("/")[2]

    def engine(self, command: str, *options: str) -> Result:
        """Run a command on it, with the answer yes."""
        return invoke(command, "-g", "engine", "-n", self.name, "--yes", *options)

    def profile(self) -> dict[str, Any]:
        """Return its networkProfile."""
        return self.azure.arm.get(self.id, API).body["properties"]["networkProfile"]

    @property
    def puts(self) -> int:
        """How many PUTs arrived, its creation left out."""
        return self.azure.requests.writes(self.id).count("PUT") - 1


def invoke(*arguments: str) -> Result:
    """Run `aksnetpol engine ...` in this process."""
    return CliRunner().invoke(cli.app, ["engine", *arguments])


def error(result: Result) -> Any:
    """Return what `main` would print."""
    assert result.exception is not None, result.output
    return result.exception


@pytest.fixture
def make(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], Target]:
    """Make clusters of a networking, in the subscription of the environment."""
    for name, value in azure.emulator.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("aksnetpol.cli.console.err._width", 200)

    def cluster(network: dict[str, str]) -> Target:
        group = azure.group("engine")
        path = f"{group}/providers/Microsoft.ContainerService/managedClusters/c{next(NUMBERS)}"
        pools = [{"name": "nodepool1", "mode": "System", "count": 3, "vmSize": "Standard_D4s_v5"}]
        properties = {"dnsPrefix": "c", "networkProfile": network, "agentPoolProfiles": pools}
        azure.arm.put(path, API, {"location": "eastus", "properties": properties})
        return Target(azure, path)

    return cluster


Make = Callable[[dict[str, str]], Target]


def test_migrates_and_says_so(make: Make) -> None:
    target = make(KUBENET_CALICO)
    done = target.engine("migrate", "--to", "cilium")
    assert done.exit_code == 0, done.output
    assert target.profile()["networkPolicy"] == "cilium"
    assert target.puts == 3
    steps = [line for line in done.stderr.splitlines() if line.startswith("Step ")]
    assert steps == [
        "Step 1 of 3: Uninstall Calico",
        "Step 2 of 3: Move from kubenet to Azure CNI Overlay",
        "Step 3 of 3: Move to the Cilium dataplane and engine",
    ]
    assert "az aks update --resource-group engine" in done.stdout
    assert f"{target.name} is at Azure CNI Overlay, cilium, after 3 operations." in done.stdout
    assert f"aksnetpol engine cleanup-calico -g engine -n {target.name}" in done.stdout


def test_json_is_the_plan_and_how_many_operations_it_took(make: Make) -> None:
    target = make(KUBENET_CALICO)
    found = json.loads(target.engine("migrate", "--to", "cilium", "--json").stdout)
    assert (found["possible"], found["operations"], len(found["steps"])) == (True, 3, 3)
    again = json.loads(target.engine("migrate", "--to", "cilium", "--json").stdout)
    assert (again["operations"], again["steps"], target.puts) == (0, [], 3)


def test_nothing_is_written_unasked(make: Make) -> None:
    target = make(CALICO)
    done = invoke("migrate", "-g", "engine", "-n", target.name, "--to", "none")
    assert isinstance(error(done), UserError)
    assert "All nodes of all pools are reimaged once" in str(error(done))
    assert "add --yes" in str(error(done))
    assert (target.puts, target.profile()["networkPolicy"]) == (0, "calico")


def test_uninstall(make: Make) -> None:
    target = make(CALICO)
    assert target.engine("uninstall").exit_code == 0
    assert (target.profile()["networkPolicy"], target.puts) == ("none", 1)


@pytest.mark.parametrize(
    "command", [("uninstall",), ("migrate", "--to", "calico")], ids=["uninstall", "migrate"]
)
def test_what_has_no_way_is_refused_unwritten(make: Make, command: tuple[str, ...]) -> None:
    target = make(CILIUM)
    done = target.engine(*command, "--json")
    assert (done.exit_code, target.puts) == (1, 0)
    found = json.loads(done.stdout)
    assert found["possible"] is False
    assert [one["id"] for one in found["reasons"]] == ["off-cilium"]
    assert "The cilium dataplane cannot be taken off" in target.engine(*command).stdout


@pytest.mark.parametrize("command", ["uninstall", "migrate"])
def test_a_stacks_cluster_is_left_to_its_stack(command: str) -> None:
    done = invoke(command, "--stack", "dev", "--yes")
    assert isinstance(error(done), UserError)
    assert "edit networkPolicy" in str(error(done))
    assert str(error(done)).endswith("run: aksnetpol up --stack dev")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("migrate", "--to", "none"), "Say which cluster", id="no-cluster"),
        pytest.param(("migrate", "-g", "engine", "-n", "nope"), "Say what to have", id="no-wish"),
        pytest.param(
            ("uninstall", "-g", "engine", "-n", "nope"), "There is no cluster", id="no-such-cluster"
        ),
    ],
)
def test_the_users_mistakes(make: Make, arguments: tuple[str, ...], says: str) -> None:
    assert isinstance(error(invoke(*arguments)), UserError)
    assert says in str(error(invoke(*arguments)))


def test_a_failed_step_names_the_command_that_goes_on_to_the_same_goal(make: Make) -> None:
    """Halfway Calico is gone: `--overlay` alone would no longer bring it back."""
    target = make(CALICO)
    drain = Fault("operation", "PUT", f"{target.id}$", 1, code="PodDrainFailure", message="Pod: shop/web-0")
    target.azure.requests.add(drain)
    done = target.engine("migrate", "--overlay")
    assert isinstance(error(done), MigrationError)
    assert error(done).exit_code == 1
    assert "Pod: shop/web-0. (PodDrainFailure)" in str(error(done))
    assert target.profile()["networkPolicy"] == "none"

    said = done.stderr.strip().splitlines()[-1]
    words = shlex.split(said.partition(" goes on from there: ")[2])
    assert words[:2] == ["aksnetpol", "engine"]
    again = invoke(*words[2:], "--yes", "--json")
    assert again.exit_code == 0, again.output
    assert {key: target.profile()[key] for key in ("networkPluginMode", "networkPolicy")} == {
        "networkPluginMode": "overlay",
        "networkPolicy": "calico",
    }
    assert target.puts == 3


def test_pods_decide_between_ways(make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where calico-typha cannot be evicted the way leads through no engine, in execution too."""
    kubeconfig = tmp_path / "config"
    kubeconfig.touch()
    target = make(CALICO)

    def with_pods(live: LiveCluster, _: Path) -> LiveCluster:
        typha = Obstacle(ObstacleKind.TYPHA, "PodDisruptionBudget calico-system/calico-typha")
        installed = live.networking.network_policy == "calico"
        return replace(live, obstacles=(typha,) if installed else ())

    monkeypatch.setattr("aksnetpol.migration.live.with_pods", with_pods)
    monkeypatch.setattr("aksnetpol.migration.flows.load_live", lambda _file: load_objects([]))  # pyright: ignore[reportUnknownLambdaType]  a stand-in
    done = target.engine("migrate", "--to", "cilium", "--kubeconfig", str(kubeconfig))
    assert done.exit_code == 0, done.output
    assert (target.profile()["networkPolicy"], target.puts) == ("cilium", 2)
    assert "Step 1 of 2: Uninstall Calico" in done.stderr


def test_a_failed_operation_is_finished(make: Make) -> None:
    target = make(CALICO)
    target.azure.requests.add(Fault("operation", "PUT", f"{target.id}$", code="Broken", message="no"))
    assert isinstance(error(target.engine("uninstall")), MigrationError)
    done = target.engine("uninstall")
    assert done.exit_code == 0, done.output
    assert "is at Azure CNI node subnet, no engine, after 1 operation." in done.stdout
    assert target.azure.arm.get(target.id, API).body["properties"]["provisioningState"] == "Succeeded"
