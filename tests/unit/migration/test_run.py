"""run.py: a live cluster reaches what is wanted, or is left with a word on how to go on."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from aksnetpol.azure import ArmError, CloudError, OperationError
from aksnetpol.engines.moves import Networking, Step, WantedNetworking
from aksnetpol.migration.errors import MigrationError
from aksnetpol.migration.run import Migration, Wish

CLUSTER = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"
TODAY = date(2026, 11, 23)
IDENTITY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"
CILIUM = {
    "networkPlugin": "azure",
    "networkPluginMode": "overlay",
    "networkPolicy": "cilium",
    "networkDataplane": "cilium",
}


def wish(**leaves: str) -> Wish:
    return Wish(WantedNetworking.exactly(Networking().with_fields(leaves)), acknowledged=True)


def hesitant(**leaves: str) -> Wish:
    return replace(wish(**leaves), acknowledged=False)


@dataclass
class FakeAzure:
    """A cluster that takes every PUT, after the trouble that a test lays in its way."""

    profile: dict[str, Any]
    trouble: list[Callable[["FakeAzure", dict[str, Any]], None] | None] = field(default_factory=list[Any])
    states: list[str] = field(default_factory=list[str])
    puts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    state: str = "Succeeded"
    version: int = 1

    def get(self, path: str, api_version: str) -> Any:
        assert (path, api_version) == (CLUSTER, "2025-09-01")
        return SimpleNamespace(
            body={
                "id": CLUSTER,
                "eTag": f"version {self.version}",
                "location": "eastus",
                "extendedLocation": {"type": "EdgeZone", "name": "losangeles"},
                "tags": {"a": "b"},
                "sku": {"name": "Base", "tier": "Free"},
                "identity": {
                    "type": "UserAssigned",
                    "userAssignedIdentities": {IDENTITY: {"principalId": "p", "clientId": "c"}},
                    "delegatedResources": {"a": {"resourceId": "r"}},
                },
                "properties": {
                    "provisioningState": self.states.pop(0) if self.states else self.state,
                    "currentKubernetesVersion": "1.36.3",
                    "fqdn": "c.example",
                    "dnsPrefix": "c",
                    "networkProfile": {**self.profile, "podCidrs": ["10.244.0.0/16"]},
                    "agentPoolProfiles": [
                        {"name": "system", "mode": "System", "osType": "Linux", "count": 3, "vmSize": "v"}
                    ],
                },
            }
        )

    def put(
        self, path: str, api_version: str, body: dict[str, Any], *, timeout: float, if_match: str | None
    ) -> None:
        assert (path, api_version) == (CLUSTER, "2025-09-01")
        assert timeout >= 3600
        assert if_match == f"version {self.version}"
        self.version += 1
        self.puts.append(body)
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble is not None:
            trouble(self, body)
        else:
            self.take(body)

    def take(self, body: dict[str, Any], state: str = "Succeeded") -> None:
        self.profile = dict(body["properties"]["networkProfile"])
        self.profile.pop("podCidrs", None)
        self.state = state


def run(azure: FakeAzure, wanted: Wish) -> tuple[int, list[Step], list[float]]:
    steps: list[Step] = []
    naps: list[float] = []
    client: Any = azure
    migration = Migration(client, CLUSTER, TODAY, naps.append, lambda step, _number, _of: steps.append(step))
    return migration.run(wanted), steps, naps


def kubenet() -> FakeAzure:
    return FakeAzure({"networkPlugin": "kubenet", "networkPolicy": "calico", "podCidr": "10.244.0.0/16"})


def test_a_cluster_that_is_there_gets_no_write() -> None:
    azure = FakeAzure({**CILIUM, "podCidr": "10.244.0.0/16"})
    assert run(azure, hesitant(**CILIUM)) == (0, [], [])
    assert azure.puts == []


def test_three_steps_from_kubenet_with_calico() -> None:
    azure = kubenet()
    done, steps, _ = run(azure, wish(**CILIUM))
    assert done == 3
    assert [step.move for step in steps] == ["uninstall-calico", "kubenet-to-overlay", "none-to-cilium"]
    changed = [put["properties"]["networkProfile"] for put in azure.puts]
    assert [one["networkPolicy"] for one in changed] == ["none", "none", "cilium"]
    assert [one["networkPlugin"] for one in changed] == ["kubenet", "azure", "azure"]
    assert {key: azure.profile[key] for key in CILIUM} == CILIUM


def test_the_rest_of_the_cluster_is_sent_as_it_is_without_what_azure_fills_in() -> None:
    azure = FakeAzure({"networkPlugin": "azure", "networkPolicy": "azure"})
    run(azure, wish(networkPolicy="none"))
    (body,) = azure.puts
    assert body == {
        "location": "eastus",
        "extendedLocation": {"type": "EdgeZone", "name": "losangeles"},
        "tags": {"a": "b"},
        "sku": {"name": "Base", "tier": "Free"},
        "identity": {
            "type": "UserAssigned",
            "userAssignedIdentities": {IDENTITY: {}},
            "delegatedResources": {"a": {"resourceId": "r"}},
        },
        "properties": {
            "dnsPrefix": "c",
            "networkProfile": {
                "networkPlugin": "azure",
                "networkPolicy": "none",
                "podCidrs": ["10.244.0.0/16"],
            },
            "agentPoolProfiles": [
                {"name": "system", "mode": "System", "osType": "Linux", "count": 3, "vmSize": "v"}
            ],
        },
    }


def test_a_new_pod_range_drops_its_plural() -> None:
    azure = FakeAzure({**CILIUM, "podCidr": "10.244.0.0/16"})
    run(azure, wish(**CILIUM, podCidr="10.240.0.0/12"))
    (body,) = azure.puts
    assert body["properties"]["networkProfile"]["podCidr"] == "10.240.0.0/12"
    assert "podCidrs" not in body["properties"]["networkProfile"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        pytest.param(hesitant(**CILIUM), "set acknowledgeReimage: true", id="not-acknowledged"),
        pytest.param(wish(networkPlugin="none"), "cannot be moved from kubenet", id="no-way"),
    ],
)
def test_nothing_is_written_when_refused(wanted: Wish, said: str) -> None:
    azure = kubenet()
    with pytest.raises(MigrationError, match=said):
        run(azure, wanted)
    assert azure.puts == []


def test_waits_for_somebody_elses_operation() -> None:
    azure = FakeAzure({"networkPlugin": "azure", "networkPolicy": "azure"}, states=["Updating", "Updating"])
    done, _, naps = run(azure, wish(networkPolicy="none"))
    assert (done, len(naps)) == (1, 2)


def test_a_conflict_is_waited_out() -> None:
    def conflict(_azure: FakeAzure, _body: dict[str, Any]) -> None:
        raise ArmError(409, "OperationNotAllowed", "another operation is in progress")

    azure = FakeAzure({"networkPlugin": "azure", "networkPolicy": "azure"}, trouble=[conflict])
    run(azure, wish(networkPolicy="none"))
    assert [put["properties"]["networkProfile"]["networkPolicy"] for put in azure.puts] == ["none", "none"]


def test_a_lost_answer_is_not_repeated() -> None:
    def lost(azure: FakeAzure, body: dict[str, Any]) -> None:
        azure.take(body)
        raise ArmError(409, "OperationNotAllowed", "the request that was sent again met its own operation")

    azure = FakeAzure({"networkPlugin": "azure", "networkPolicy": "azure"}, trouble=[lost])
    run(azure, wish(networkPolicy="none"))
    assert len(azure.puts) == 1


@pytest.mark.parametrize("status", [409, 412])
def test_a_cluster_that_somebody_changed_meanwhile_is_read_again(status: int) -> None:
    def changed(azure: FakeAzure, _body: dict[str, Any]) -> None:
        azure.profile["outboundType"] = "userDefinedRouting"
        raise ArmError(status, "EtagMismatch", "Operation is not allowed")

    azure = FakeAzure({"networkPlugin": "azure", "networkPolicy": "azure"}, trouble=[changed])
    run(azure, wish(networkPolicy="none"))
    assert len(azure.puts) == 2
    assert azure.profile["outboundType"] == "userDefinedRouting"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_operation_that_could_not_be_polled_is_looked_after(status: int) -> None:
    def unanswered(azure: FakeAzure, body: dict[str, Any]) -> None:
        azure.take(body)
        raise ArmError(status, "ServerTimeout", "try later")

    azure = FakeAzure({"networkPlugin": "azure", "networkPolicy": "azure"}, trouble=[unanswered])
    assert run(azure, wish(networkPolicy="none"))[0] == 1
    assert len(azure.puts) == 1


def test_conflicts_that_last_end_it_with_azures_words() -> None:
    def conflict(_azure: FakeAzure, _body: dict[str, Any]) -> None:
        raise ArmError(409, "OperationNotAllowed", "this would exceed the quota of 10 cores.")

    azure = FakeAzure({"networkPlugin": "azure", "networkPolicy": "azure"}, trouble=[conflict] * 20)
    with pytest.raises(MigrationError) as caught:
        run(azure, wish(networkPolicy="none"))
    assert str(caught.value) == (
        "Uninstall Azure NPM: this would exceed the quota of 10 cores. (OperationNotAllowed) c is now at "
        "Azure CNI node subnet, azure, provisioningState Succeeded; nothing was rolled back. Remove what "
        "Azure names. Run the same command again: it goes on from there."
    )
    assert len(azure.puts) == 3


def test_a_request_whose_answer_never_came_is_looked_after() -> None:
    def lost(azure: FakeAzure, body: dict[str, Any]) -> None:
        azure.take(body)
        raise CloudError("does not answer")

    azure = FakeAzure({"networkPlugin": "azure", "networkPolicy": "azure"}, trouble=[lost])
    assert run(azure, wish(networkPolicy="none"))[0] == 1
    assert len(azure.puts) == 1


@dataclass
class Unreachable(FakeAzure):
    """Answers the first read only."""

    reads: int = 0

    def get(self, path: str, api_version: str) -> Any:
        self.reads += 1
        if self.reads > 1:
            raise CloudError("Azure does not answer.")
        return super().get(path, api_version)


def test_azure_that_stays_silent_ends_it_after_some_minutes() -> None:
    azure = Unreachable({"networkPlugin": "azure", "networkPolicy": "azure"})
    with pytest.raises(
        MigrationError, match=r"does not answer\. What Azure has begun with c goes on without"
    ):
        run(azure, wish(networkPolicy="none"))
    assert (len(azure.puts), azure.reads) == (1, 31)


def test_azure_out_of_reach_at_the_start_is_said_at_once() -> None:
    azure = Unreachable({"networkPlugin": "azure"}, reads=1)
    with pytest.raises(CloudError):
        run(azure, wish(networkPolicy="none"))
    assert azure.reads == 2


def test_a_failed_drain_says_how_to_go_on_and_the_next_run_does() -> None:
    def drain(azure: FakeAzure, body: dict[str, Any]) -> None:
        azure.take(body, "Failed")
        raise OperationError(
            200, "PodDrainFailure", "Drain of node n failed: pod shop/web-0 cannot be evicted"
        )

    azure = kubenet()
    azure.trouble = [None, drain]
    with pytest.raises(MigrationError) as caught:
        run(azure, wish(**CILIUM))
    message = str(caught.value)
    assert message == (
        "Move from kubenet to Azure CNI Overlay: Drain of node n failed: pod shop/web-0 cannot be evicted. "
        "(PodDrainFailure) c is now at Azure CNI Overlay, no engine, provisioningState Failed; nothing was "
        "rolled back. Remove what Azure names. Run the same command again: it goes on from there."
    )
    done, steps, _ = run(azure, wish(**CILIUM))
    assert ([step.move for step in steps], done) == (["none-to-cilium"], 1)
    assert azure.state == "Succeeded"


def test_nodes_that_a_failed_last_step_left_behind_are_finished() -> None:
    azure = FakeAzure({**CILIUM, "podCidr": "10.244.0.0/16"}, state="Failed")
    assert run(azure, wish(**CILIUM))[0] == 1
    assert azure.state == "Succeeded"


def test_something_that_undoes_every_step_is_not_fought_for_ever() -> None:
    def undone(azure: FakeAzure, _body: dict[str, Any]) -> None:
        azure.profile = {"networkPlugin": "azure", "networkPolicy": "azure"}

    azure = FakeAzure({"networkPlugin": "azure", "networkPolicy": "azure"}, trouble=[undone] * 20)
    with pytest.raises(MigrationError, match="something else changes it"):
        run(azure, wish(networkPolicy="none"))
    assert len(azure.puts) == 8
