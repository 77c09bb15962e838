"""An emulator for the tests of this folder, and Microsoft's clients for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from azure.identity import ClientSecretCredential
from azure.mgmt.containerservice import ContainerServiceClient
from azure.mgmt.resource.resources import ResourceManagementClient

from aksnetpol.azure import ArmClient
from aksnetpol.local.arm import Emulator
from aksnetpol.local.arm.clock import Clock, RunningClock
from aksnetpol.local.arm.faults import Fault, Faults
from aksnetpol.local.arm.settings import Settings
from aksnetpol.waiting import Wait, until
from tests.recording import deploy

__all__ = ["deploy"]


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


@contextmanager
def emulated(home: Path, clock: Clock, settings: Settings) -> Generator[Azure]:
    """Emulated Azure, with an empty subscription, and its clients.

    Args:
        home: of the emulator.
        clock: of the emulator.
        settings: how it behaves.
    """
    emulator = Emulator(home, clock=clock, settings=settings)
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


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    """Azure in a hurry: an operation of minutes takes milliseconds."""
    place = tmp_path_factory.mktemp("azure")
    with emulated(place / "home", RunningClock(50_000.0), Settings(retry_after=0.01)) as made:
        yield made


class SteppedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)
        self.work_done: Callable[[], object] = lambda: None

    def now(self) -> datetime:
        """Return the instant that the test has come to."""
        return self._now

    def after(self, seconds: float) -> datetime:
        """Return the instant that many seconds on: Azure's own pace."""
        return self._now + timedelta(seconds=seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass, in which the work that was begun is done: it has threads of its own."""
        self.work_done()
        self._now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class SteppedAzure:
    """Azure at its own pace, by a clock that the test moves."""

    azure: Azure
    clock: SteppedClock


@pytest.fixture(scope="module")
def stepped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SteppedAzure]:
    """Azure whose operations end when the test says that their time has come."""
    place, clock = tmp_path_factory.mktemp("stepped-azure"), SteppedClock()
    settings = Settings(
        retry_after=0.01,
        token_lifetime=1_000_000,  # the test's hours must not make its token old
        closed_features=frozenset({"IMDSRestrictionPreview"}),
        unregistered_providers=frozenset({"Microsoft.OperationalInsights"}),
    )
    with emulated(place / "home", clock, settings) as made:
        wait = partial(Wait, "the emulator's work", 60.0)
        clock.work_done = lambda: until(lambda: not _unworked(made.emulator), wait(), 0.01)
        yield SteppedAzure(made, clock)


def _unworked(emulator: Emulator) -> bool:
    assert emulator._app is not None
    return bool(emulator._app.context.operations.unworked())
