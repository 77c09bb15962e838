"""Every networking that AKS knows to every other, by a real migration on emulated Azure.

What can be reached is not asked of the planner but of the emulator, whose rules are written without it:
each single change is tried as one PUT, and ways are chains of those that it took.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pytest

from aksnetpol.azure import ArmError
from aksnetpol.engines import NetworkDataplane, NetworkPlugin
from aksnetpol.engines.moves import Networking, Plan, WantedNetworking, live_cluster, plan, valid_networkings
from aksnetpol.engines.moves.networking import ARM_NAMES
from aksnetpol.migration.errors import MigrationError
from aksnetpol.migration.run import Migration, Wish, replaced

from .conftest import Azure

API = "2025-09-01"
TODAY = date(2026, 11, 23)
VALID = valid_networkings()
_LINUX = {"name": "system", "mode": "System", "count": 3, "vmSize": "Standard_D4s_v5", "osType": "Linux"}
_WINDOWS = {"name": "win", "mode": "User", "count": 2, "vmSize": "Standard_D4s_v5", "osType": "Windows"}


@dataclass(frozen=True)
class Kind:
    """A kind of cluster.

    Args:
        starts: the networkings that a cluster of this kind can be made with.
    """

    version: str
    pools: tuple[dict[str, Any], ...]
    starts: tuple[Networking, ...]


_ON_WINDOWS = tuple(
    one
    for one in VALID
    if one.network_plugin is NetworkPlugin.AZURE and one.network_dataplane is NetworkDataplane.AZURE
)
KINDS = {
    "linux": Kind("1.36", (_LINUX,), VALID),
    "windows": Kind("1.36", (_LINUX, _WINDOWS), _ON_WINDOWS),
    # Before 1.30 engines are neither installed nor removed.
    "old": Kind("1.28", (_LINUX,), VALID),
}
PAIRS = [
    pytest.param(kind, start, goal, id=f"{kind}: {start} to {goal}")
    for kind, row in KINDS.items()
    for start in row.starts
    for goal in VALID
    if goal != start
]


class Clusters:
    """Makes clusters, each with a name of its own, and tries changes of theirs."""

    def __init__(self, azure: Azure) -> None:
        self.azure = azure
        self._group = azure.group("matrix")
        self._made = 0
        self.changes = cache(self._changes)

    def make(self, kind: str, networking: Networking) -> str:
        """Return the id of a new cluster."""
        self._made += 1
        cluster = f"{self._group}/providers/Microsoft.ContainerService/managedClusters/c{self._made}"
        row = KINDS[kind]
        windows = {"adminUsername": "azureuser", "adminPassword": "P@ssw0rd-of-a-test-1"}
        properties = {
            "dnsPrefix": "c",
            "kubernetesVersion": row.version,
            "networkProfile": networking.network_profile(),
            "agentPoolProfiles": list(row.pools),
            **({"windowsProfile": windows} if _WINDOWS in row.pools else {}),
        }
        body = {"location": "eastus", "identity": {"type": "SystemAssigned"}, "properties": properties}
        self.azure.arm.put(cluster, API, body)
        return cluster

    def networking(self, cluster: str) -> Networking:
        """Return a cluster's networking as Microsoft's client reads it, without the pod range."""
        _, _, _, group, *_, name = cluster.strip("/").split("/")
        profile = self.azure.containers.managed_clusters.get(group, name).network_profile
        known = set(ARM_NAMES.values()) - {"podCidr"}
        return Networking().with_fields(
            {arm: value for arm, value in profile.items() if arm in known and value is not None}
        )

    def _changes(self, kind: str, start: Networking) -> frozenset[Networking]:
        """Return what the emulator makes of a networking in one PUT."""
        found: set[Networking] = set()
        cluster = self.make(kind, start)
        for goal in VALID:
            body = {"location": "eastus", "properties": {"networkProfile": goal.network_profile()}}
            try:
                self.azure.arm.put(cluster, API, body)
            except ArmError as error:
                assert error.status == 400, error
                continue
            after = self.networking(cluster)
            if after != start:
                found.add(after)
                cluster = self.make(kind, start)
        return frozenset(found)

    def reachable(self, kind: str, start: Networking) -> set[Networking]:
        """Return where chains of single changes lead."""
        found, queue = {start}, [start]
        while queue:
            new = self.changes(kind, queue.pop()) - found
            found |= new
            queue += new
        return found


@pytest.fixture(scope="module")
def clusters(azure: Azure) -> Clusters:
    """Makers of clusters; NPM on Windows is let in, so that there are live clusters to leave it."""
    features = f"{azure.root}/providers/Microsoft.Features"
    namespace = "Microsoft.ContainerService"
    feature = f"{features}/providers/{namespace}/features/WindowsNetworkPolicyPreview"
    azure.arm.post(f"{feature}/register", "2021-07-01")
    while azure.arm.get(feature, "2021-07-01").body["properties"]["state"] != "Registered":
        time.sleep(0.01)
    azure.arm.post(f"{azure.root}/providers/{namespace}/register", "2024-03-01")
    return Clusters(azure)


@pytest.mark.parametrize(("kind", "start", "goal"), PAIRS)
def test_every_pair_migrates_in_the_planners_steps_or_is_refused_unwritten(
    clusters: Clusters, kind: str, start: Networking, goal: Networking
) -> None:
    azure = clusters.azure
    cluster = clusters.make(kind, start)
    wanted = WantedNetworking.exactly(goal)
    live = replaced(live_cluster(azure.arm.get(cluster, API).body), accept_retired=True)
    planned = plan(live, wanted, TODAY)
    before = len(azure.requests.writes(cluster))
    taken: list[str] = []
    migration = Migration(
        azure.arm, cluster, TODAY, lambda _: None, lambda step, _number, _of: taken.append(step.move)
    )
    wish = Wish(wanted, acknowledged=True, accept_retired=True)
    if goal in clusters.reachable(kind, start):
        assert isinstance(planned, Plan), planned
        assert migration.run(wish) == len(planned.steps)
        assert clusters.networking(cluster) == goal
        assert taken == [step.move for step in planned.steps]
        assert len(azure.requests.writes(cluster)) == before + len(taken)
    else:
        with pytest.raises(MigrationError) as refused:
            migration.run(wish)
        assert str(refused.value).startswith(f"{cluster.rpartition('/')[2]} cannot be moved from {start} to ")
        assert not isinstance(planned, Plan)
        assert planned.reasons
        assert all(one.message in str(refused.value) for one in planned.reasons)
        assert len(azure.requests.writes(cluster)) == before
        assert clusters.networking(cluster) == start


@pytest.mark.parametrize(
    ("kind", "pairs"),
    [
        # node subnet 3 x 7, overlay 3 x 3, kubenet 2 x 5; cilium and none of Azure's plugins stay
        pytest.param("linux", 40, id="linux"),
        # node subnet 3 x 5, overlay 3 x 2; none to cilium
        pytest.param("windows", 21, id="windows"),
        # without an engine to overlay or cilium or both: 3, 2 from kubenet, 1 from overlay; engines to cilium
        # alone: 4
        pytest.param("old", 10, id="old"),
    ],
)
def test_so_many_pairs_have_a_way(clusters: Clusters, kind: str, pairs: int) -> None:
    """Counted by hand, so that an emulator that takes too little or too much is noticed."""
    starts = KINDS[kind].starts
    assert sum(len(clusters.reachable(kind, start)) - 1 for start in starts) == pairs
