"""`aksnetpol engine` as a user sees it: what is printed, and how commands that cannot be answered end."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from aksnetpol import cli, clock
from aksnetpol.cli import named_cluster
from aksnetpol.engines.moves import LiveCluster, Obstacle, ObstacleKind, live_cluster
from aksnetpol.errors import UserError
from aksnetpol.policy import load
from tests.golden_files import check_golden

_ID = "/subscriptions/{0}/resourcegroups/shop/providers/Microsoft.ContainerService/managedClusters/aks"
_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
TODAY = date(2026, 11, 23)
_HERE = ("-g", "shop", "-n", "aks")


def document(network: dict[str, str], windows: bool = False) -> dict[str, Any]:
    """What Azure answers for a cluster of 3 system and 5 user nodes."""
    pools = [
        {"name": "nodepool1", "mode": "System", "osType": "Linux", "osSKU": "Ubuntu", "count": 3},
        {"name": "work", "mode": "User", "osType": "Linux", "osSKU": "Ubuntu", "count": 5},
    ]
    if windows:
        pools.append(
            {"name": "npwin", "mode": "User", "osType": "Windows", "osSKU": "Windows2022", "count": 2}
        )
    return {
        "id": _ID.format(_SUBSCRIPTION),
        "identity": {"type": "UserAssigned"},
        "properties": {
            "currentKubernetesVersion": "1.35.2",
            "networkProfile": network,
            "agentPoolProfiles": pools,
            "windowsProfile": {"adminUsername": "azureuser"},
        },
    }


CALICO_KUBENET = document({"networkPlugin": "kubenet", "networkPolicy": "calico", "podCidr": "10.244.0.0/16"})
NPM_WINDOWS = document({"networkPlugin": "azure", "networkPolicy": "azure"}, windows=True)
NPM = document({"networkPlugin": "azure", "networkPolicy": "azure"})
CALICO = document({"networkPlugin": "azure", "networkPolicy": "calico"})
OBSTACLES = (
    Obstacle(
        ObstacleKind.TYPHA, "PodDisruptionBudget calico-system/calico-typha", ("calico-system/typha-1",)
    ),
    Obstacle(ObstacleKind.BUDGET, "PodDisruptionBudget shop/web", ("shop/web-1", "shop/web-2")),
    Obstacle(ObstacleKind.SINGLE_REPLICA, "Deployment shop/db", ("shop/db-1",)),
)


@pytest.fixture(autouse=True)
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wide terminal without colours, on a known day."""
    monkeypatch.setattr("aksnetpol.cli.console.out._width", 140)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def run(
    monkeypatch: pytest.MonkeyPatch,
    answer: dict[str, Any],
    *arguments: str,
    obstacles: tuple[Obstacle, ...] | None = None,
) -> Result:
    """Run a command on a cluster that Azure answers so, with what would hold a drain where pods are seen."""
    live = live_cluster(answer)
    if obstacles is not None:
        live = LiveCluster(live.cluster, live.pools, live.resource_group, obstacles=obstacles)
    monkeypatch.setattr(named_cluster, "find", lambda *_, **__: live)  # pyright: ignore[reportUnknownArgumentType]  a stand-in
    return CliRunner().invoke(cli.app, ["engine", *arguments])


def check_shown(name: str, text: str) -> None:
    """Hold what a command prints against its golden file, without the blanks at the ends of lines."""
    check_golden(f"engine/{name}", "".join(f"{line.rstrip()}\n" for line in text.splitlines()))


@pytest.mark.parametrize(
    ("name", "answer", "arguments", "code"),
    [
        pytest.param("kubenet-calico-to-cilium", CALICO_KUBENET, ("--to", "cilium"), 0, id="three-steps"),
        pytest.param("windows-npm-to-cilium", NPM_WINDOWS, ("--to", "cilium"), 1, id="refused"),
        pytest.param("nothing-to-do", CALICO, ("--to", "calico"), 0, id="nothing-to-do"),
    ],
)
@pytest.mark.parametrize("form", ["table", "markdown", "json"])
def test_plan(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    answer: dict[str, Any],
    arguments: tuple[str, ...],
    code: int,
    form: str,
) -> None:
    done = run(monkeypatch, answer, "plan", *_HERE, *arguments, "--format", form)
    assert done.exit_code == code
    suffix = {"table": "txt", "markdown": "md", "json": "json"}[form]
    check_shown(f"{name}.{suffix}", done.stdout)


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_plan_with_what_would_hold_a_drain(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str
) -> None:
    kubeconfig = tmp_path / "config"
    kubeconfig.touch()
    monkeypatch.setattr(
        "aksnetpol.migration.flows.load_live", lambda _file: load(["docs/examples/migration"])
    )  # pyright: ignore[reportUnknownLambdaType]  a stand-in
    monkeypatch.chdir(Path(__file__).parents[3])
    options = ("--to", "cilium", "--kubeconfig", str(kubeconfig), "--format", form)
    done = run(monkeypatch, CALICO, "plan", *_HERE, *options, obstacles=OBSTACLES)
    check_shown(f"typha.{'txt' if form == 'table' else 'md'}", done.stdout)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        pytest.param("status-kubenet-calico", CALICO_KUBENET, id="kubenet"),
        pytest.param("status-windows-npm", NPM_WINDOWS, id="npm"),
    ],
)
def test_status(monkeypatch: pytest.MonkeyPatch, name: str, answer: dict[str, Any]) -> None:
    done = run(monkeypatch, answer, "status", *_HERE)
    assert done.exit_code == 0
    check_shown(f"{name}.txt", done.stdout)
    check_shown(f"{name}.json", run(monkeypatch, answer, "status", *_HERE, "--json").stdout)


def test_json_says_how_to_execute(monkeypatch: pytest.MonkeyPatch) -> None:
    found = json.loads(run(monkeypatch, CALICO_KUBENET, "plan", *_HERE, "--to", "cilium", "--json").stdout)
    assert [step["networkProfile"] for step in found["steps"]] == [
        {"networkPolicy": "none"},
        {"networkPlugin": "azure", "networkPluginMode": "overlay"},
        {"networkDataplane": "cilium", "networkPolicy": "cilium"},
    ]


def test_commands_are_not_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aksnetpol.cli.console.out._width", 40)
    shown = run(monkeypatch, CALICO_KUBENET, "plan", *_HERE, "--to", "cilium").stdout
    commands = [line.strip() for line in shown.splitlines() if "az aks update --resource-group" in line]
    assert [command.rsplit(" --", 1)[1] for command in commands] == [
        "network-policy none",
        "network-plugin-mode overlay",
        "network-policy cilium",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("status",), "Say which cluster", id="no-cluster"),
        pytest.param(("status", "-g", "shop"), "Say which cluster", id="half-a-cluster"),
        pytest.param(("plan", *_HERE, "-s", "dev", "--to", "none"), "Say which cluster", id="two-clusters"),
        pytest.param(("plan", *_HERE), "Say what to have", id="no-wish"),
        pytest.param(("plan", *_HERE, "--pod-cidr", "10.244.0.1/16"), "no IPv4 range", id="no-range"),
    ],
)
def test_the_users_mistakes(arguments: tuple[str, ...], says: str) -> None:
    done = CliRunner().invoke(cli.app, ["engine", *arguments])
    assert isinstance(done.exception, UserError)
    assert says in str(done.exception)


def test_an_unknown_engine_is_the_users_mistake() -> None:
    assert CliRunner().invoke(cli.app, ["engine", "plan", *_HERE, "--to", "antrea"]).exit_code == 2


def test_a_stack_wants_what_its_file_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: aksnetpol\nruntime: python\n")
    (tmp_path / "Pulumi.shop.yaml").write_text(
        "config:\n"
        "  aksnetpol:cluster:\n"
        "    name: aks\n    location: westeurope\n    networkPolicy: cilium\n    networkPluginMode: overlay\n"
    )
    monkeypatch.chdir(tmp_path)
    done = run(monkeypatch, CALICO, "plan", "--stack", "shop", "--json")
    assert done.exit_code == 0, done.output
    assert [step["move"] for step in json.loads(done.stdout)["steps"]] == [
        "uninstall-calico",
        "node-subnet-to-overlay",
        "none-to-cilium",
    ]


@pytest.mark.parametrize("form", ["table", "markdown", "json"])
def test_plan_with_the_connections_that_change(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])
    options = ("--to", "cilium", "--manifests", "docs/examples/migration", "--format", form)
    done = run(monkeypatch, NPM, "plan", *_HERE, *options)
    suffix = {"table": "txt", "markdown": "md", "json": "json"}[form]
    check_shown(f"connections.{suffix}", done.stdout)
    assert "cilium-ip-block-pods" in done.stdout


def test_plan_of_manifests_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(monkeypatch, NPM, "plan", *_HERE, "--to", "cilium", "--manifests", "nowhere")
    assert isinstance(done.exception, UserError)
    assert "nowhere" in str(done.exception)
