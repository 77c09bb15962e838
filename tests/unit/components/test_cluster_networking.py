"""cluster_networking.py: what counts as a change, and what is said before one."""

from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from aksnetpol.migration.errors import MigrationError
from aksnetpol_components import AksCluster
from aksnetpol_components.cluster_networking import ClusterNetworkingProvider, drifted, wanted_leaves

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # how Pulumi writes what a preview cannot know
CLUSTER = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"
NODE_SUBNET = {"networkPlugin": "azure", "networkPolicy": "azure", "networkDataplane": "azure"}
OVERLAY = {
    "networkPlugin": "azure",
    "networkPluginMode": "overlay",
    "networkPolicy": "cilium",
    "networkDataplane": "cilium",
    "podCidr": "10.244.0.0/16",
}


def live(**profile: str) -> dict[str, Any]:
    return {"id": CLUSTER, "properties": {"networkProfile": profile, "agentPoolProfiles": []}}


def props(wanted: dict[str, str], seen: Any = None) -> dict[str, Any]:
    return {"cluster_id": CLUSTER, "wanted": wanted, "live": live(**wanted) if seen is None else seen}


@pytest.mark.parametrize(
    ("wanted", "seen", "expected"),
    [
        pytest.param(OVERLAY, live(**OVERLAY), False, id="as-declared"),
        pytest.param(OVERLAY, live(**OVERLAY | {"networkPolicy": "Cilium"}), False, id="case-is-nothing"),
        pytest.param(
            {**NODE_SUBNET, "networkPolicy": "none"},
            live(networkPlugin="azure"),
            False,
            id="absent-is-default",
        ),
        pytest.param(NODE_SUBNET, live(**NODE_SUBNET, podCidr="10.244.0.0/16"), False, id="range-of-nothing"),
        pytest.param(OVERLAY, live(**NODE_SUBNET), True, id="engine-and-mode"),
        pytest.param(
            NODE_SUBNET,
            live(**NODE_SUBNET, networkPluginMode="overlay"),
            True,
            id="mode-that-nobody-declared",
        ),
        pytest.param(OVERLAY, live(**OVERLAY | {"podCidr": "10.0.0.0/8"}), True, id="other-range"),
        pytest.param(OVERLAY, UNKNOWN, False, id="not-known-in-a-preview"),
        pytest.param(OVERLAY, {}, False, id="not-answered-by-mocks"),
    ],
)
def test_drifted(wanted: dict[str, str], seen: Any, expected: bool) -> None:
    assert drifted(props(wanted, seen)) is expected


@pytest.mark.parametrize(
    ("old", "new", "changes", "replaces"),
    [
        pytest.param(props(OVERLAY), props(OVERLAY), False, [], id="same"),
        pytest.param(props(NODE_SUBNET), props(OVERLAY), True, [], id="declared-anew"),
        pytest.param(props(OVERLAY), props(OVERLAY, live(**NODE_SUBNET)), True, [], id="changed-by-hand"),
        pytest.param(
            {**props(OVERLAY), "cluster_id": "old"}, props(OVERLAY), True, ["cluster_id"], id="new-cluster"
        ),
        pytest.param(
            props(OVERLAY), {**props(OVERLAY), "acknowledge_reimage": True}, False, [], id="only-acknowledged"
        ),
    ],
)
def test_diff(old: dict[str, Any], new: dict[str, Any], changes: bool, replaces: list[str]) -> None:
    result = ClusterNetworkingProvider().diff(CLUSTER, old, new)
    assert (result.changes, result.replaces) == (changes, replaces)


def test_an_adopted_cluster_is_never_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    document = live(**OVERLAY)

    def get(_path: str, _version: str) -> Any:
        return SimpleNamespace(body=document)

    # There is nothing that it could write with.
    monkeypatch.setattr("aksnetpol_components.dynamic.arm_client", lambda: SimpleNamespace(get=get))
    adopted = {**props(OVERLAY), "adopting": True}
    made = ClusterNetworkingProvider().create(adopted)
    assert made.outs == {"cluster_id": CLUSTER, "wanted": OVERLAY}
    document = live(**NODE_SUBNET)
    with pytest.raises(MigrationError, match="c: somebody changed its networking while"):
        ClusterNetworkingProvider().create(adopted)


def test_delete_leaves_the_networking_to_its_cluster() -> None:
    ClusterNetworkingProvider().delete(CLUSTER, props(OVERLAY))


def test_leaves_without_meaning_are_absent() -> None:
    assert wanted_leaves({"network_plugin": "azure", "network_policy": "azure"}) == NODE_SUBNET
    assert (
        wanted_leaves(
            {
                "network_plugin": "azure",
                "network_plugin_mode": "overlay",
                "network_policy": "cilium",
                "network_dataplane": "cilium",
            }
        )
        == OVERLAY
    )


class TestWarnings:
    """What a program says while the live networking is another than the declared one."""

    @pytest.fixture
    def said(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
        said: list[tuple[str, str]] = []
        monkeypatch.setattr(pulumi.log, "warn", lambda message: said.append(("warn", message)))
        monkeypatch.setattr(pulumi.log, "info", lambda message: said.append(("info", message)))
        return said

    @staticmethod
    def cluster(seen: dict[str, Any], **more: Any) -> None:
        args: Any = {
            "location": "eastus",
            "cluster_name": "c1",
            "system_pool": {"name": "system", "vm_size": "v", "count": 3},
            "network_profile": {
                "network_plugin": "azure",
                "network_policy": "cilium",
                "network_dataplane": "cilium",
            },
            # The mocked Azure answers with what it was given.
            "managed_cluster_args": {"network_profile": seen},
            **more,
        }
        AksCluster("main", args)

    def test_nothing_to_say(self, deploy: Any, said: list[tuple[str, str]]) -> None:
        deploy(lambda: self.cluster({}))
        assert said == []

    def test_costs_come_first(self, deploy: Any, said: list[tuple[str, str]]) -> None:
        deploy(lambda: self.cluster({"network_policy": "azure", "network_dataplane": "azure"}))
        ((level, message),) = said
        assert level == "warn"
        assert (
            "c1 moves in place from Azure CNI node subnet, azure to Azure CNI node subnet, cilium" in message
        )
        assert "Reimages all nodes of all pools at once. There is no way back." in message
        assert "set acknowledgeReimage: true under aksnetpol:cluster" in message

    def test_acknowledged(self, deploy: Any, said: list[tuple[str, str]]) -> None:
        seen = {"network_policy": "azure", "network_dataplane": "azure"}
        deploy(lambda: self.cluster(seen, acknowledge_reimage=True))
        ((level, message),) = said
        assert level == "info"
        assert "acknowledgeReimage" not in message

    def test_no_way(self, deploy: Any, said: list[tuple[str, str]]) -> None:
        deploy(lambda: self.cluster({"network_plugin": "none", "network_policy": "none"}))
        ((level, message),) = said
        assert level == "warn"
        assert message.startswith("c1 cannot be moved from no network plugin, no engine")
        assert "It stays at: no network plugin, no engine." in message
