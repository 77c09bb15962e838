"""A project on emulated Azure: no control planes, the stand-in plugins in this process, the real engine."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from azure.identity import ClientSecretCredential
from azure.mgmt.containerservice import ContainerServiceClient
from azure.mgmt.containerservice.models import AgentPool, ManagedCluster
from typer.testing import CliRunner, Result

from aksnetpol import cli, toolchain
from aksnetpol.azure import ArmClient
from aksnetpol.errors import AksnetpolError
from aksnetpol.local.arm import Emulator
from aksnetpol.local.arm.clock import RunningClock
from aksnetpol.local.arm.settings import Settings
from aksnetpol.local.providers import ProviderServers

ROOT = Path(__file__).resolve().parents[3]
API = "2025-09-01"


@dataclass(frozen=True)
class Cloud:
    """Emulated Azure, the environment that leads to it, and two clients: Microsoft's and our own.

    Args:
        environment: of a shell that works with it.
        emulator: Azure.
        containers: makes clusters; nothing of ours is in it.
        arm: reads whole documents.
    """

    environment: dict[str, str]
    emulator: Emulator
    containers: ContainerServiceClient
    arm: ArmClient

    @property
    def root(self) -> str:
        """The subscription's path."""
        return f"/subscriptions/{self.arm.subscription_id}"

    def make(self, name: str, body: dict[str, Any], *pools: dict[str, Any]) -> None:
        """Make the cluster `name` in a resource group of the same name, with further pools."""
        self.arm.put(f"{self.root}/resourceGroups/{name}", "2024-03-01", {"location": "eastus"})
        clusters, agents = self.containers.managed_clusters, self.containers.agent_pools
        clusters.begin_create_or_update(name, name, cast(ManagedCluster, body)).result()
        for pool in pools:
            properties = {key: value for key, value in pool.items() if key != "name"}
            made = cast(AgentPool, {"properties": properties})
            agents.begin_create_or_update(name, name, pool["name"], made).result()

    def path(self, name: str) -> str:
        """ARM id of the cluster `name`."""
        return (
            f"{self.root}/resourceGroups/{name}/providers/Microsoft.ContainerService/managedClusters/{name}"
        )

    def live(self, name: str) -> dict[str, Any]:
        """The cluster as ARM has it, all its pools included."""
        return self.arm.get(self.path(name), API).body

    def has_stack(self, name: str) -> bool:
        """Whether the backend knows the stack."""
        folder = Path(self.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))
        return (folder / ".pulumi" / "stacks" / "aksnetpol" / f"{name}.json").exists()

    def allow_npm_on_windows(self) -> None:
        """Register the preview feature that Azure NPM on Windows needs."""
        namespace = "Microsoft.ContainerService"
        feature = f"{self.root}/providers/Microsoft.Features/providers/{namespace}/features"
        path = f"{feature}/WindowsNetworkPolicyPreview"
        self.arm.post(f"{path}/register", "2021-07-01")
        while self.arm.get(path, "2021-07-01").body["properties"]["state"] != "Registered":
            time.sleep(0.05)
        self.arm.post(f"{self.root}/providers/{namespace}/register", "2024-03-01")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Azure in a hurry, and a backend for stacks."""
    if "pulumi" not in toolchain.plan(["pulumi"]).found:
        pytest.skip("no Pulumi engine: `./run aksnetpol tools` gets it")
    place = tmp_path_factory.mktemp("adoption")
    (place / "state").mkdir()
    emulator = Emulator(place / "home", clock=RunningClock(50_000.0), settings=Settings(retry_after=0.01))
    emulator.start()
    environment = emulator.environment()
    plugins = ProviderServers(environment)
    ports = ",".join(f"{name}:{port}" for name, port in plugins.start().items())
    backend = {
        "PULUMI_BACKEND_URL": f"file://{place / 'state'}",
        "PULUMI_HOME": str(place / "pulumi"),
        "PULUMI_CONFIG_PASSPHRASE": "a passphrase",
        "PULUMI_DEBUG_PROVIDERS": ports,
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "NO_COLOR": "1",
    }
    bundle = str(emulator.ca_bundle)
    credential = ClientSecretCredential(
        environment["ARM_TENANT_ID"],
        environment["ARM_CLIENT_ID"],
        environment["ARM_CLIENT_SECRET"],
        authority=emulator.url,
        disable_instance_discovery=True,
        connection_verify=bundle,
    )
    arm = ArmClient({**os.environ, **environment}, sleep=lambda _: None)
    try:
        with ContainerServiceClient(
            credential,
            environment["ARM_SUBSCRIPTION_ID"],
            base_url=emulator.url,
            credential_scopes=[f"{emulator.url}/.default"],
            connection_verify=bundle,
            polling_interval=0,
        ) as containers:
            yield Cloud({**environment, **backend}, emulator, containers, arm)
    finally:
        arm.close()
        plugins.stop()
        emulator.stop()


@dataclass(frozen=True)
class Project:
    """A project's folder, which is the working directory."""

    folder: Path

    def run(self, *words: str) -> Result:
        """Run our command line."""
        return CliRunner().invoke(cli.app, list(words))

    def ok(self, *words: str) -> str:
        """Run our command line, which must succeed; what it prints."""
        done = self.run(*words)
        assert done.exit_code == 0, f"{words}\n{done.output}\n{done.exception}"
        return done.stdout

    def refused(self, *words: str) -> str:
        """Run our command line, which must refuse; what it says."""
        done = self.run(*words)
        assert isinstance(done.exception, AksnetpolError), done.output
        return str(done.exception)

    def file(self, stack: str) -> Path:
        """The stack's file."""
        return self.folder / f"Pulumi.{stack}.yaml"


@pytest.fixture
def project(tmp_path: Path, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The Pulumi program without any stack."""
    for name in [name for name in os.environ if name.startswith(("PULUMI_", "ARM_"))]:
        monkeypatch.delenv(name)
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy2(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)
