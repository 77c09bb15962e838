"""A deployed stack: its review, its saved plan and the update by it, on the real engine and emulated Azure.

The cluster has no API server here, so the stack has no Kubernetes resources; those are reviewed by
tests/unit/review/read/test_deployed.py, and for real by tests/local/acceptance/test_migration.py.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from aksnetpol import toolchain
from aksnetpol.azure import ArmClient
from aksnetpol.deploy import engine_of
from aksnetpol.local.arm import Emulator
from aksnetpol.local.arm.clock import RunningClock
from aksnetpol.local.providers import ProviderServers

pytestmark = pytest.mark.engine

ROOT = Path(__file__).resolve().parents[3]
PASSPHRASE, PASSWORD = "correct horse", "Tr0ub4dor-and-Three"
STACK = """\
config:
  aksnetpol:cluster:
    name: shop
    location: eastus
    kubernetesVersion: "1.36"
    networkPluginMode: overlay
    networkPolicy: {engine}
    acknowledgeReimage: true
    tags: {{team: {team}}}
    windows:
      adminUsername: azureuser
  aksnetpol:demo:
    enabled: false
  aksnetpol:policies:
    paths: []
"""
API = "2025-09-01"


@dataclass(frozen=True)
class Deployed:
    """A project in a folder, and what its engine runs with."""

    folder: Path
    environment: dict[str, str]

    def settings(self, engine: str, team: str = "net") -> None:
        """Write the stack's file as an editor would: what the engine wrote into it stays."""
        file = self.folder / "Pulumi.dev.yaml"
        kept = file.read_text().partition("    paths: []\n")[2] if file.exists() else ""
        text = STACK.format(engine=engine, team=team)
        file.write_text(text + kept)

    def run(self, *arguments: str, expect: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one command and check its exit code."""
        done = subprocess.run(
            arguments,
            cwd=self.folder,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expect, f"{arguments}: {done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        assert PASSWORD not in done.stdout + done.stderr
        return done

    def review(self, *arguments: str) -> Any:
        """Review the stack; the JSON report's only stack."""
        done = self.run("aksnetpol", "review", "--deployed", "-s", "dev", "--json", *arguments)
        report = json.loads(done.stdout)
        jsonschema.validate(report, json.loads((ROOT / "docs" / "review.schema.json").read_bytes()))
        (stack,) = report["stacks"]
        return stack

    def networking(self) -> dict[str, Any]:
        """Return the live cluster's networkProfile."""
        arm = ArmClient(self.environment)
        try:
            return arm.get(self._path(arm), API).body["properties"]["networkProfile"]
        finally:
            arm.close()

    def by_hand(self, engine: str, team: str) -> None:
        """Do what `az aks update` does: GET, change, PUT."""
        arm = ArmClient(self.environment)
        document = arm.get(self._path(arm), API).body
        document["properties"]["networkProfile"]["networkPolicy"] = engine
        kept = {key: document[key] for key in ("location", "sku", "identity", "properties")}
        arm.put(self._path(arm), API, {**kept, "tags": {"team": team}})
        arm.close()

    @staticmethod
    def _path(arm: ArmClient) -> str:
        group = f"/subscriptions/{arm.subscription_id}/resourceGroups/shop-rg"
        return f"{group}/providers/Microsoft.ContainerService/managedClusters/shop"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """A stack that is up."""
    found = toolchain.plan(["pulumi"]).found
    if "pulumi" not in found:
        pytest.skip("no Pulumi engine: `./run aksnetpol tools` gets it")
    place = tmp_path_factory.mktemp("deployed")
    emulator = Emulator(place / "arm", clock=RunningClock(50_000.0))
    emulator.start()
    providers = ProviderServers(emulator.environment())
    try:
        ports = ",".join(f"{name}:{port}" for name, port in providers.start().items())
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "ARM_", "KUBECONFIG"))}
        scripts = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
        (place / "state").mkdir()
        made = Deployed(
            place / "project",
            {
                **kept,
                **emulator.environment(),
                "NO_COLOR": "1",
                "PATH": engine_of(found["pulumi"]).path(scripts),
                "PULUMI_BACKEND_URL": f"file://{place / 'state'}",
                "PULUMI_HOME": str(place / "pulumi"),
                "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
                "PULUMI_DEBUG_PROVIDERS": ports,
                "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            },
        )
        made.folder.mkdir()
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy2(ROOT / name, made.folder / name)
        made.settings("azure")
        made.run("pulumi", "stack", "init", "dev")
        made.run("pulumi", "config", "set", "-s", "dev", "--secret", "windowsAdminPassword", PASSWORD)
        made.run("pulumi", "up", "-s", "dev", "--yes", "--skip-preview")
        yield made
    finally:
        providers.stop()
        emulator.stop()


def test_reviewed_planned_and_updated(deployed: Deployed, tmp_path: Path) -> None:
    """One story, because each of its engine runs takes seconds."""
    _mistakes_are_told(deployed, tmp_path / "none.plan")
    _plain_pulumi_changes_the_engine_by_a_plan(deployed, tmp_path / "plain.plan")
    _drift_is_reviewed(deployed, tmp_path / "reviewed.plan")
    _update_is_held_to_its_plan(deployed, tmp_path / "reviewed.plan")


def _mistakes_are_told(deployed: Deployed, plan: Path) -> None:
    unborn = STACK.format(engine="none", team="net")
    (deployed.folder / "Pulumi.unborn.yaml").write_text(unborn)
    for stack, variables, said in (
        ("prod", {}, "there is no Pulumi.prod.yaml"),
        ("unborn", {}, "does not exist yet: run `aksnetpol up -s unborn` first"),
        ("dev", {"PULUMI_CONFIG_PASSPHRASE": "wrong"}, "The passphrase is not the one"),
    ):
        command = ("aksnetpol", "review", "--deployed", "-s", stack, "--save-plan", str(plan))
        done = deployed.run(*command, expect=2, **variables)
        assert said in " ".join(done.stdout.split())
        assert not plan.exists()


def _plain_pulumi_changes_the_engine_by_a_plan(deployed: Deployed, plan: Path) -> None:
    """Without PULUMI_EXPERIMENTAL, and with secrets encrypted in the plan."""
    deployed.settings("none")
    deployed.run("pulumi", "preview", "-s", "dev", "--save-plan", str(plan))
    _holds_no_secret(plan)
    deployed.run("pulumi", "up", "-s", "dev", "--yes", "--skip-preview", "--plan", str(plan))
    assert deployed.networking()["networkPolicy"] == "none"


def _holds_no_secret(plan: Path) -> None:
    text = plan.read_text()
    assert "ClusterNetworking" in text
    assert PASSWORD not in text
    assert "current-context" not in text, "the kubeconfig is a secret too"
    assert text.count('"ciphertext"') >= 2


def _drift_is_reviewed(deployed: Deployed, plan: Path) -> None:
    """The program is as deployed; somebody else changed the engine and a tag."""
    deployed.by_hand("calico", "hand")
    found = deployed.review("--save-plan", str(plan))
    _holds_no_secret(plan)
    assert found["engine"]["old"]["networkPolicy"] == "calico"
    assert [step["move"] for step in found["engine"]["plan"]["steps"]] == ["uninstall-calico"]
    (cluster,) = [one for one in found["resources"] if one["type"].endswith(":ManagedCluster")]
    assert cluster["operation"] == "update"
    assert cluster["changes"] == [{"path": "tags.team", "old": "hand", "new": "net", "replaces": False}]


def _update_is_held_to_its_plan(deployed: Deployed, plan: Path) -> None:
    deployed.settings("none", team="another")
    refused = deployed.run("aksnetpol", "up", "-s", "dev", "--plan", str(plan), "--yes", expect=1)
    assert "go beyond its plan" in refused.stderr
    assert deployed.networking()["networkPolicy"] == "calico"
