"""A migration in three steps, kubenet with Calico to overlay with Cilium, while things go wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from aksnetpol.azure import ArmClient, OperationError
from aksnetpol.engines.moves import Networking, Step, WantedNetworking
from aksnetpol.local.arm import Emulator
from aksnetpol.local.arm.clock import RunningClock
from aksnetpol.local.arm.faults import Fault
from aksnetpol.local.arm.settings import Settings
from aksnetpol.migration.errors import MigrationError
from aksnetpol.migration.run import Migration, Wish

from .conftest import Azure, Requests

API = "2025-09-01"
TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parents[3]
STEPS = ["uninstall-calico", "kubenet-to-overlay", "none-to-cilium"]
# What a step's PUT writes at once, long before its operation ends.
TAKEN = [("networkPolicy", "none"), ("networkPluginMode", "overlay"), ("networkPolicy", "cilium")]
AFTER = ["kubenet, no engine", "Azure CNI Overlay, no engine", "Azure CNI Overlay, cilium"]
GOAL = {
    "networkPlugin": "azure",
    "networkPluginMode": "overlay",
    "networkPolicy": "cilium",
    "networkDataplane": "cilium",
}
WISH = Wish(WantedNetworking.exactly(Networking().with_fields(GOAL)), acknowledged=True)
DRAIN = "Drain of node aks-work-vmss000001 failed: Too many disruption budgets. Pod: shop/web-0"
GO_ON = "Run the same command again: it goes on from there."
NUMBERS = count(1)
POOLS = [
    {"name": "nodepool1", "mode": "System", "count": 3, "vmSize": "Standard_D4s_v5"},
    {"name": "work", "mode": "User", "count": 2, "vmSize": "Standard_D4s_v5"},
]


@dataclass
class Target:
    """A cluster to migrate, and what was done to it."""

    emulator: Emulator
    requests: Requests
    id: str
    taken: list[str] = field(default_factory=list[str])
    waits: list[float] = field(default_factory=list[float])

    def client(self) -> ArmClient:
        """Return a client of its own, whose waits are noted and short."""
        return ArmClient({**os.environ, **self.emulator.environment()}, sleep=self._wait)

    def migrate(self, wish: Wish = WISH) -> int:
        """Run the migration, as a new process would."""
        client = self.client()
        try:
            begins: Callable[..., None] = lambda step, _number, _of: self.taken.append(step.move)  # noqa: E731
            return Migration(client, self.id, TODAY, self._wait, begins).run(wish)
        finally:
            client.close()

    def spoil(self, fault: Fault) -> None:
        """Let something go wrong."""
        self.requests.add(fault)

    @property
    def puts(self) -> int:
        """How many PUTs of the cluster arrived, its creation left out."""
        return self.requests.writes(self.id).count("PUT") - 1

    def profile(self) -> dict[str, str]:
        """Return the live networking and, as `state`, the provisioningState."""
        client = self.client()
        properties = client.get(self.id, API).body["properties"]
        client.close()
        return {**properties["networkProfile"], "state": properties["provisioningState"]}

    def reimages(self) -> set[str]:
        """Return how often the nodes of each pool were reimaged: the last number of their image."""
        client = self.client()
        pools = client.get(self.id, API).body["properties"]["agentPoolProfiles"]
        client.close()
        return {pool["nodeImageVersion"].rpartition(".")[2] for pool in pools}

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        time.sleep(min(seconds, 0.01))


def create(emulator: Emulator, requests: Requests, name: str) -> Target:
    """Make a kubenet cluster with Calico."""
    client = ArmClient({**os.environ, **emulator.environment()}, sleep=lambda _: time.sleep(0.01))
    group = f"/subscriptions/{client.subscription_id}/resourceGroups/faults"
    client.put(group, "2024-03-01", {"location": "eastus"})
    cluster = f"{group}/providers/Microsoft.ContainerService/managedClusters/{name}"
    properties = {
        "dnsPrefix": "c",
        "kubernetesVersion": "1.36",
        "networkProfile": {"networkPlugin": "kubenet", "networkPolicy": "calico"},
        "agentPoolProfiles": POOLS,
    }
    client.put(cluster, API, {"location": "eastus", "properties": properties})
    client.close()
    return Target(emulator, requests, cluster)


@pytest.fixture
def target(azure: Azure) -> Iterator[Target]:
    """A cluster of the test's own."""
    yield create(azure.emulator, azure.requests, f"c{next(NUMBERS)}")
    azure.requests.clear()


def reached(target: Target) -> None:
    """Hold that the goal is reached, and that no step reimaged the nodes twice."""
    profile = target.profile()
    assert {key: profile[key] for key in GOAL} == GOAL
    assert profile["state"] == "Succeeded"
    assert target.reimages() == {"3"}


BUSY = "Operation is not allowed because there's an in progress update managed cluster operation."
THROTTLED = Fault(status=429, code="TooManyRequests", retry_after=7)
PASSING = {
    "429-with-retry-after": THROTTLED,
    "409": Fault(status=409, code="OperationNotAllowed", message=BUSY, bare=True),
    "409-another-operation": Fault(status=409, code="AnotherOperationInProgress", message=BUSY),
    "500": Fault(status=500),
    "503-twice": Fault(status=503, code="ServiceUnavailable", times=2),
    "dropped": Fault(kind="drop"),
    "dropped-twice": Fault(kind="drop", times=2),
}
# Azure answers no read with a conflict.
READS = {name: fault for name, fault in PASSING.items() if fault.status != 409}


@pytest.mark.parametrize("step", [0, 1, 2], ids=STEPS)
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_passes_is_waited_out(target: Target, fault: Fault, step: int) -> None:
    target.spoil(
        replace(fault, method="PUT", path=f"managedClusters/{target.id.rpartition('/')[2]}$", skip=step)
    )
    target.migrate()
    reached(target)
    assert target.requests.left() == []
    assert list(dict.fromkeys(target.taken)) == STEPS
    assert (7.0 in target.waits) is (fault is THROTTLED)


@pytest.mark.parametrize("path", ["managedClusters", "operations"])
@pytest.mark.parametrize("fault", READS.values(), ids=READS)
def test_an_answer_that_fails_while_an_operation_runs_repeats_nothing(
    target: Target, fault: Fault, path: str
) -> None:
    """Reads are spoilt: of the cluster, and of the operation that is polled."""
    target.spoil(replace(fault, method="GET", path=path, skip=1))
    assert target.migrate() == 3
    reached(target)
    assert target.requests.left() == []
    assert (target.taken, target.puts) == (STEPS, 3)


@pytest.mark.parametrize("step", [0, 1, 2], ids=STEPS)
def test_a_failed_drain_stops_with_the_pod_and_the_next_run_goes_on(target: Target, step: int) -> None:
    cluster = target.id.rpartition("/")[2]
    target.spoil(Fault("operation", "PUT", f"{target.id}$", step, code="PodDrainFailure", message=DRAIN))
    with pytest.raises(MigrationError) as stopped:
        target.migrate()
    said = str(stopped.value)
    assert "Pod: shop/web-0. (PodDrainFailure)" in said
    assert f"{cluster} is now at {AFTER[step]}, provisioningState Failed; nothing was rolled back." in said
    assert said.endswith(f"Remove what Azure names. {GO_ON}")
    assert (target.profile()["state"], target.taken) == ("Failed", STEPS[: step + 1])

    target.migrate()
    reached(target)
    assert target.taken == STEPS
    # The last step has no next one that would bring its nodes along: its operation is finished by itself.
    assert target.puts == (4 if step == 2 else 3)


LASTING = {
    "409": (
        Fault(status=409, code="OperationNotAllowed", message="exceeding approved Cores quota", times=99),
        3,
    ),
    "500": (Fault(status=500, times=99), 4),
    "400": (Fault(status=400, code="QuotaExceeded", message="needs 8 cores", times=99), 1),
}


@pytest.mark.parametrize(("fault", "puts"), LASTING.values(), ids=LASTING)
def test_what_lasts_is_told_and_not_tried_for_ever(target: Target, fault: Fault, puts: int) -> None:
    cluster = target.id.rpartition("/")[2]
    target.spoil(replace(fault, method="PUT", path=f"{target.id}$", skip=1))
    with pytest.raises(MigrationError) as stopped:
        target.migrate()
    said = str(stopped.value)
    assert said.startswith("Move from kubenet to Azure CNI Overlay: ")
    assert said.endswith(GO_ON)
    assert f"{fault.message.rstrip('.')}. ({fault.code}) {cluster} is now at {AFTER[0]}" in said
    assert target.puts == 1 + puts
    target.requests.clear()
    target.migrate()
    reached(target)


def test_writes_whose_answers_are_all_lost_still_lead_there(target: Target) -> None:
    target.spoil(Fault("drop", "PUT", f"{target.id}$", times=99))
    target.migrate()
    reached(target)
    assert list(dict.fromkeys(target.taken)) == STEPS


def test_azure_out_of_reach_for_good_is_told_and_the_next_run_repeats_nothing(target: Target) -> None:
    target.spoil(Fault("drop", "", f"{target.id}$", skip=2, times=999))
    with pytest.raises(MigrationError) as stopped:
        target.migrate()
    assert "does not answer" in str(stopped.value)
    assert str(stopped.value).endswith(f"goes on without this. {GO_ON}")
    assert target.taken == STEPS[:1]
    target.requests.clear()
    target.migrate()
    reached(target)
    assert (target.taken, target.puts) == (STEPS, 3)


def test_a_cluster_left_failed_goes_on_when_acknowledged(target: Target) -> None:
    """Somebody's change of something else failed before."""
    leave_failed(target)
    with pytest.raises(MigrationError, match="Nothing was changed"):
        target.migrate(replace(WISH, acknowledged=False))
    assert target.puts == 1
    assert target.migrate() == 3
    reached(target)
    assert target.taken == STEPS


def test_a_cluster_left_failed_at_the_goal_is_finished_by_one_operation(target: Target) -> None:
    target.migrate()
    leave_failed(target)
    before = target.puts
    assert target.migrate() == 1
    reached(target)
    assert target.puts == before + 1
    assert target.migrate() == 0
    assert target.puts == before + 1


def test_what_somebody_changes_between_read_and_write_is_kept(target: Target) -> None:
    client = target.client()

    def change(step: Step, _number: int, _of: int) -> None:
        body = client.get(target.id, API).body
        tags = {**body.get("tags", {}), step.move: "seen"}
        client.put(target.id, API, {"location": "eastus", "properties": body["properties"], "tags": tags})

    assert Migration(client, target.id, TODAY, target._wait, change).run(WISH) == 3
    assert client.get(target.id, API).body["tags"] == dict.fromkeys(STEPS, "seen")
    client.close()
    reached(target)


def leave_failed(target: Target) -> None:
    """End an operation of somebody else as Failed."""
    target.spoil(Fault("operation", "PUT", f"{target.id}$", code="InternalOperationError", message="no"))
    client = target.client()
    body = client.get(target.id, API).body
    with pytest.raises(OperationError):
        client.put(
            target.id, API, {"location": "eastus", "properties": body["properties"], "tags": {"a": "b"}}
        )
    client.close()
    assert target.profile()["state"] == "Failed"


# Tells on standard output when a step begins; with an argument it waits there for ever.
RUN = """
import sys, time
from datetime import date
from aksnetpol.azure import ArmClient
from aksnetpol.engines.moves import Networking, WantedNetworking
from aksnetpol.migration.run import Migration, Wish

cluster, stop, *leaves = sys.argv[1:]
wanted = WantedNetworking.exactly(Networking().with_fields(dict(leaf.split("=") for leaf in leaves)))

def begins(step, number, of):
    print(step.move, flush=True)
    while step.move == stop:
        time.sleep(1)

wait = lambda seconds: time.sleep(min(seconds, 0.05))
client = ArmClient(sleep=wait)
Migration(client, cluster, date(2026, 11, 23), wait, begins).run(Wish(wanted, acknowledged=True))
print("done", flush=True)
while stop == "done":
    time.sleep(1)
"""


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Emulator, Requests]]:
    """An emulator whose operations take long enough to be killed in: a reimage half a second."""
    home = tmp_path_factory.mktemp("azure") / "home"
    emulator = Emulator(home, clock=RunningClock(1200.0), settings=Settings(retry_after=0.05))
    requests = emulator.faults = Requests()
    emulator.start()
    yield emulator, requests
    emulator.stop()


def process(target: Target, stop: str = "") -> subprocess.Popen[str]:
    """Start a migration as a process of its own."""
    leaves = [f"{name}={value}" for name, value in GOAL.items()]
    environment = {**os.environ, **target.emulator.environment(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", RUN, target.id, stop, *leaves]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def said(process: subprocess.Popen[str], last: str) -> list[str]:
    """Return what a process says, up to a line."""
    assert process.stdout is not None
    lines: list[str] = []
    while last not in lines:
        line = process.stdout.readline()
        assert line, lines
        lines.append(line.strip())
    return lines


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert process.stdout is not None
    process.stdout.close()


def goes_on(target: Target, left: list[str]) -> None:
    """Hold that a new process takes the steps that are left, and no other."""
    with process(target) as second:
        assert said(second, "done") == [*left, "done"]
    reached(target)
    assert target.puts == len(STEPS)


@pytest.mark.parametrize("done", [1, 2, 3], ids=[f"after-{step}" for step in STEPS])
def test_killed_after_a_step(slow: tuple[Emulator, Requests], done: int) -> None:
    target = create(*slow, f"after{done}")
    following = [*STEPS, "done"][done]
    first = process(target, stop=following)
    assert said(first, following) == [*STEPS[:done], following]
    kill(first)
    assert target.profile()["state"] == "Succeeded"
    goes_on(target, STEPS[done:])


@pytest.mark.parametrize("number", [1, 2, 3], ids=[f"in-{step}" for step in STEPS])
def test_killed_while_a_step_runs(slow: tuple[Emulator, Requests], number: int) -> None:
    target = create(*slow, f"in{number}")
    first = process(target)
    leaf, value = TAKEN[number - 1]
    while target.profile().get(leaf) != value:
        assert first.poll() is None
        time.sleep(0.005)
    kill(first)
    goes_on(target, STEPS[number:])
