"""The examples in docs/commands/engine.md, run on emulated Azure and compared, exit codes included."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aksnetpol import cli, clock
from aksnetpol.errors import AksnetpolError
from tests.pages import examples, matches

from .conftest import Azure

PAGE = Path(__file__).parents[3] / "docs" / "commands" / "engine.md"
CLUSTERS = {
    "aks": {"networkPlugin": "kubenet", "networkPolicy": "calico"},
    "web": {"networkPlugin": "azure", "networkPolicy": "calico"},
    "pay": {"networkPlugin": "azure", "networkPolicy": "calico"},
}


@pytest.fixture
def clusters(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's clusters, on the page's day, on a wide terminal."""
    monkeypatch.chdir(PAGE.parents[2])
    for name, value in azure.emulator.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 23))
    for console in ("out", "err"):
        monkeypatch.setattr(f"aksnetpol.cli.console.{console}._width", 400)
    group = azure.group("shop")
    for name, network in CLUSTERS.items():
        path = f"{group}/providers/Microsoft.ContainerService/managedClusters/{name}"
        pools = [{"name": "nodepool1", "mode": "System", "count": 3, "vmSize": "Standard_D4s_v5"}]
        properties = {
            "dnsPrefix": name,
            "kubernetesVersion": "1.35",
            "networkProfile": network,
            "agentPoolProfiles": pools,
        }
        azure.arm.put(path, "2025-09-01", {"location": "eastus", "properties": properties})


@pytest.mark.usefixtures("clusters")
def test_page() -> None:
    code, seen = 0, set[str]()
    for command, expected in examples(PAGE):
        words = shlex.split(command)
        if words == ["echo", "$?"]:
            assert f"{code}\n" == expected
            continue
        seen.add(words[2])
        done = CliRunner().invoke(cli.app, words[1:])
        code, shown = done.exit_code, done.output
        if isinstance(done.exception, AksnetpolError):
            code, shown = done.exception.exit_code, f"{shown}error: {done.exception}\n"
        assert matches(shown, expected), f"{command}\n{shown}"
    assert seen == {"status", "plan", "migrate", "uninstall", "cleanup-calico"}


@pytest.mark.parametrize("command", ["status", "plan", "migrate", "uninstall", "cleanup-calico"])
def test_help_has_an_example(command: str) -> None:
    shown = CliRunner().invoke(cli.app, ["engine", command, "--help"]).output
    assert f"Example: aksnetpol engine {command} -g shop -n aks" in " ".join(shown.split())
