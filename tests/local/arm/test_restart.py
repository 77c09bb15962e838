"""The clusters of an earlier emulator come back with the next."""

import threading
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from aksnetpol.local.arm import Emulator
from aksnetpol.local.arm.app import App
from aksnetpol.local.arm.backend import ClusterSpec, NoClusters
from aksnetpol.local.arm.clock import RunningClock
from aksnetpol.local.arm.settings import Settings

from .conftest import emulated

API = "2025-09-01"
CLUSTER: dict[str, Any] = {
    "location": "eastus",
    "identity": {"type": "SystemAssigned"},
    "properties": {
        "dnsPrefix": "aks",
        "agentPoolProfiles": [{"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D2s_v5"}],
    },
}


class SlowClusters(NoClusters):
    """Starts a cluster when the test says so."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.started: list[str] = []

    def start(self, cluster: ClusterSpec) -> None:
        """Wait for the test."""
        assert self.go.wait(10)
        self.started.append(cluster.name)


def test_one_can_wait_for_them(tmp_path: Path) -> None:
    clock, settings = RunningClock(50_000.0), Settings(retry_after=0.01)
    with emulated(tmp_path, clock, settings) as azure:
        path = f"{azure.group('g')}/providers/Microsoft.ContainerService/managedClusters/aks"
        azure.arm.put(path, API, CLUSTER)
    clusters = SlowClusters()
    with Emulator(tmp_path, clusters, clock, settings=settings) as emulator:
        waiting = threading.Thread(target=emulator.wait_for_clusters, args=(threading.Event(),))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        clusters.go.set()
        waiting.join(10)
        assert clusters.started == ["aks"]
        assert not waiting.is_alive()


def test_nobody_waits_for_them_who_gives_up(tmp_path: Path) -> None:
    clusters, given_up = SlowClusters(), threading.Event()
    with Emulator(tmp_path, clusters) as emulator:
        given_up.set()
        emulator.wait_for_clusters(given_up)


def test_an_interrupted_start_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A review's folder is gone a moment later, and a thread that reads in it would fail aloud."""
    emulator, before = Emulator(tmp_path), threading.active_count()
    with monkeypatch.context() as patch:
        patch.setattr(App, "resume", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            emulator.start()
    assert threading.active_count() == before
    with emulator:
        pass
