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
from aksnetpol.local.arm.faults import Fault, Faults
from aksnetpol.local.arm.settings import Settings

_FACTOR = 50_000.0  # an operation of minutes takes milliseconds


class Requests(Faults):
    """Faults that also note every request: the emulator asks them about each, before it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str]] = []

    def take(self, method: str, path: str) -> Fault | None:
        """Note the request."""
        self.seen.append((method, path))
        return super().take(method, path)

    def writes(self, path: str) -> list[str]:
        """Methods of the requests, but reads, that went to a path."""
        return [method for method, at in list(self.seen) if method != "GET" and at.lower() == path.lower()]


@dataclass(frozen=True)
class Azure:
    """A running emulator and clients that no one here wrote, but for `arm`."""

    emulator: Emulator
    requests: Requests
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
    requests = emulator.faults = Requests()
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
            yield Azure(emulator, requests, arm, containers, resources)
    finally:
        arm.close()
        emulator.stop()
