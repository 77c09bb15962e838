"""system_pool.py: the first pool follows its declaration through the per-pool API."""

from types import SimpleNamespace
from typing import Any

import pytest

from aksnetpol.azure import ArmError
from aksnetpol.migration.errors import MigrationError
from aksnetpol_components.system_pool import SystemPoolProvider, differing

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # how Pulumi writes what a preview cannot know
POOL = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c/agentPools/p"
LIVE = {
    "count": 1,
    "vmSize": "v",
    "mode": "System",
    "enableAutoScaling": False,
    "eTag": "e",
    "provisioningState": "Succeeded",
    "currentOrchestratorVersion": "1.35.2",
    "nodeImageVersion": "AKSUbuntu",
    "powerState": {"code": "Running"},
}


class FakeAzure:
    """One live pool."""

    def __init__(self, **live: Any) -> None:
        self.live = {**LIVE, **live}
        self.puts: list[dict[str, Any]] = []
        self.status = 200

    def get(self, path: str, api_version: str) -> Any:
        assert (path, api_version) == (POOL, "2025-09-01")
        if self.status != 200:
            raise ArmError(self.status, "NotFound", "no pool")
        return SimpleNamespace(body={"id": POOL, "properties": self.live})

    def put(self, path: str, api_version: str, body: dict[str, Any], *, if_match: str | None) -> None:
        assert (path, api_version, if_match) == (POOL, "2025-09-01", "e")
        self.puts.append(body["properties"])


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> FakeAzure:
    azure = FakeAzure()
    monkeypatch.setattr("aksnetpol_components.dynamic.arm_client", lambda: azure)
    return azure


def props(**properties: Any) -> dict[str, Any]:
    return {"pool_id": POOL, "properties": properties}


@pytest.mark.parametrize(
    ("live", "wanted", "different"),
    [
        pytest.param({"count": 1}, {"count": 1.0}, {}, id="floats-are-numbers"),
        pytest.param({}, {"nodeLabels": {}, "enableAutoScaling": False}, {}, id="missing-is-empty"),
        pytest.param({"nodeTaints": None}, {"nodeTaints": []}, {}, id="null-is-empty"),
        pytest.param({"count": 1}, {"count": 3}, {"count": 3}, id="count"),
        pytest.param({"nodeLabels": {"a": "b"}}, {"nodeLabels": {}}, {"nodeLabels": {}}, id="removed"),
    ],
)
def test_differing(live: dict[str, Any], wanted: dict[str, Any], different: dict[str, Any]) -> None:
    assert differing(live, wanted) == different


def test_an_adopted_pool_is_never_written(azure: FakeAzure) -> None:
    azure.live["count"] = 2
    adopted = {**props(count=2.0), "adopting": True}
    assert SystemPoolProvider().create(adopted).outs == props(count=2.0)
    azure.live["count"] = 5
    with pytest.raises(MigrationError, match="somebody changed count while"):
        SystemPoolProvider().create(adopted)
    assert azure.puts == []


def test_a_fresh_pool_is_left_alone(azure: FakeAzure) -> None:
    made = SystemPoolProvider().create(props(count=1.0, nodeLabels={}))
    assert made.id == POOL
    assert azure.puts == []


def test_update_keeps_what_is_not_declared(azure: FakeAzure) -> None:
    SystemPoolProvider().update(POOL, props(count=1.0), props(count=3.0, nodeLabels={"a": "b"}))
    assert azure.puts == [
        {"count": 3, "vmSize": "v", "mode": "System", "enableAutoScaling": False, "nodeLabels": {"a": "b"}}
    ]
    assert isinstance(azure.puts[0]["count"], int), "ARM refuses 3.0"


def test_turning_autoscaling_off_drops_its_bounds(azure: FakeAzure) -> None:
    azure.live.update(enableAutoScaling=True, minCount=1, maxCount=5)
    SystemPoolProvider().update(POOL, {}, props(count=2.0, enableAutoScaling=False))
    assert azure.puts == [{"count": 2, "vmSize": "v", "mode": "System", "enableAutoScaling": False}]


@pytest.mark.parametrize(
    ("old", "new", "changes", "replaces"),
    [
        pytest.param(props(count=1), props(count=1.0), False, [], id="same"),
        pytest.param(props(count=1), props(count=2.0), True, [], id="count"),
        pytest.param(
            props(count=1), {**props(count=1), "pool_id": "other"}, True, ["pool_id"], id="other-pool"
        ),
        pytest.param(
            props(count=1),
            {**props(count=1), "live": {"count": 7.0, "nodeLabels": None}},
            True,
            [],
            id="drift",
        ),
        pytest.param(
            props(count=1, nodeLabels={}),
            {**props(count=1.0, nodeLabels={}), "live": {"count": 1, "nodeLabels": None}},
            False,
            [],
            id="live-as-declared",
        ),
        pytest.param(props(count=1), {**props(count=1), "live": {}}, True, [], id="pool-gone"),
        pytest.param(
            props(count=1), {**props(count=1), "live": UNKNOWN}, False, [], id="live-known-after-the-update"
        ),
    ],
)
def test_diff(old: dict[str, Any], new: dict[str, Any], changes: bool, replaces: list[str]) -> None:
    result = SystemPoolProvider().diff(POOL, old, new)
    assert (result.changes, result.replaces) == (changes, replaces)


def test_delete_leaves_the_pool_to_its_cluster(azure: FakeAzure) -> None:
    SystemPoolProvider().delete(POOL, props(count=1.0))
    assert azure.puts == []
