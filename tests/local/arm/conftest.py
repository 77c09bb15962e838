"""An emulator for the tests of this folder, and Microsoft's clients for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from azure.identity import ClientSecretCredential
from azure.mgmt.containerservice import ContainerServiceClient
from azure.mgmt.resource.resources import ResourceManagementClient

from aksnetpol.azure import ArmClient
from aksnetpol.local.arm import Emulator
from aksnetpol.local.arm.clock import RunningClock
from aksnetpol.local.arm.settings import Settings

_FACTOR = 50_000.0  # an operation of minutes takes milliseconds


@dataclass(frozen=True)
class Azure:
    """A running emulator and clients that no one here wrote, but for `arm`."""

    emulator: Emulator
    arm: ArmClient
    containers: ContainerServiceClient
    resources: ResourceManagementClient

    @property
    def root(self) -> str:
        """The subscription's path."""
        return f"/subscriptions/{self.arm.subscription_id}"

    def group(self, name: str, location: str = "eastus") -> str:
        """Make a resource group; its path."""
        path = f"{self.root}/resourceGroups/{name}"
        self.arm.put(path, "2024-03-01", {"location": location})
        return path


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    """Emulated Azure, with an empty subscription."""
    home = tmp_path_factory.mktemp("azure")
    emulator = Emulator(home / "home", clock=RunningClock(_FACTOR), settings=Settings(retry_after=0.01))
    emulator.start()
    environment = emulator.environment()
    bundle = str(emulator.ca_bundle)
    credential = ClientSecretCredential(
        environment["ARM_TENANT_ID"],
        environment["ARM_CLIENT_ID"],
        environment["ARM_CLIENT_SECRET"],
        authority=emulator.url,
        disable_instance_discovery=True,
        connection_verify=bundle,
    )
    common: dict[str, Any] = {
        "base_url": emulator.url,
        "credential_scopes": [f"{emulator.url}/.default"],
        "connection_verify": bundle,
        "polling_interval": 0,
    }
    subscription = environment["ARM_SUBSCRIPTION_ID"]
    arm = ArmClient({**os.environ, **environment}, sleep=lambda _: None)
    try:
        with (
            ContainerServiceClient(credential, subscription, **common) as containers,
            ResourceManagementClient(credential, subscription, **common) as resources,
        ):
            yield Azure(emulator, arm, containers, resources)
    finally:
        arm.close()
        emulator.stop()
