from typing import Any

import pytest

from aksnetpol.deploy.pending import operations, settled, with_inputs_of

_GROUP = "urn:pulumi:dev::shop::x$azure-native:resources:ResourceGroup::rg"
_CLUSTER = "urn:pulumi:dev::shop::x$azure-native:containerservice/v20250801:ManagedCluster::aks"
_POD = "urn:pulumi:dev::shop::kubernetes:core/v1:Pod::server"
_ARM = {"ARM_SUBSCRIPTION_ID": "s1"}


def _deployment(urn: str, kind: str = "creating", **inputs: str) -> dict[str, Any]:
    return {"pending_operations": [{"type": kind, "resource": {"urn": urn, "inputs": inputs}}]}


@pytest.mark.parametrize(
    ("deployment", "environment", "expected"),
    [
        pytest.param(
            _deployment(_GROUP, resourceGroupName="g"), _ARM, "/subscriptions/s1/resourceGroups/g", id="group"
        ),
        pytest.param(
            _deployment(_CLUSTER, resourceGroupName="g", resourceName="c"),
            _ARM,
            "/subscriptions/s1/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c",
            id="cluster-of-a-versioned-module",
        ),
        pytest.param(_deployment(_CLUSTER, resourceGroupName="g"), _ARM, None, id="inputs-do-not-tell"),
        pytest.param(_deployment(_GROUP, resourceGroupName="g"), {}, None, id="no-subscription"),
        pytest.param(_deployment(_GROUP, "deleting", resourceGroupName="g"), _ARM, None, id="deletion"),
        pytest.param(_deployment(_POD), _ARM, None, id="kubernetes-is-applied-again"),
    ],
)
def test_a_creation_in_azure_is_taken_as_done(
    deployment: dict[str, Any], environment: dict[str, str], expected: str | None
) -> None:
    after = settled(deployment, environment)
    assert [one.get("id") for one in after["resources"]] == ([expected] if expected else [])
    assert operations(after) == ()


def test_what_is_in_the_state_already_is_not_added_twice() -> None:
    existing = {"urn": _GROUP, "id": "old"}
    after = settled({**_deployment(_GROUP, resourceGroupName="g"), "resources": [existing]}, _ARM)
    assert after["resources"] == [existing]


def test_the_inputs_of_the_program_come_back_after_the_refresh() -> None:
    unfinished = operations(_deployment(_GROUP, resourceGroupName="g"))
    refreshed = [
        {"urn": _GROUP, "inputs": {"resourceGroupName": "g", "tags": {}}},
        {"urn": _POD, "inputs": {"a": 1}},
    ]
    after = with_inputs_of(unfinished, {"resources": refreshed})
    assert [one["inputs"] for one in after["resources"]] == [{"resourceGroupName": "g"}, {"a": 1}]


def test_the_label_is_type_and_name() -> None:
    (one,) = operations(_deployment(_CLUSTER))
    assert one.label == "ManagedCluster aks"


def test_a_settled_stack_has_none() -> None:
    assert operations({"resources": []}) == ()
