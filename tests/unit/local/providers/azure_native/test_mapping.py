"""Between the SDK's properties and ARM's documents, there and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aksnetpol.local.providers.azure_native import mapping
from aksnetpol.local.providers.azure_native.resource_types import RESOURCE_TYPES, ResourceType

Json = dict[str, Any]
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
ROOT = f"/subscriptions/{SUBSCRIPTION}"
GROUP = f"{ROOT}/resourceGroups/rg"
AKS = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks"


def kind(token: str) -> ResourceType:
    return RESOURCE_TYPES[f"azure-native:{token}"]


CLUSTER, POOL = kind("containerservice:ManagedCluster"), kind("containerservice:AgentPool")
NETWORK = kind("network:VirtualNetwork")

IDS: list[tuple[str, Json, str]] = [
    ("resources:ResourceGroup", {"resourceGroupName": "rg"}, GROUP),
    ("containerservice:ManagedCluster", {"resourceGroupName": "rg", "resourceName": "aks"}, AKS),
    ("containerservice:AgentPool", {"resourceGroupName": "rg", "resourceName": "aks", "agentPoolName": "p"},
     f"{AKS}/agentPools/p"),
    ("network:Subnet", {"resourceGroupName": "rg", "virtualNetworkName": "v", "subnetName": "s"},
     f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/s"),
    ("authorization:RoleAssignment", {"scope": AKS.strip("/"), "roleAssignmentName": "r"},
     f"{AKS}/providers/Microsoft.Authorization/roleAssignments/r"),
    ("features:SubscriptionFeatureRegistration", {"providerNamespace": "Microsoft.X", "featureName": "f"},
     f"{ROOT}/providers/Microsoft.Features/featureProviders/Microsoft.X/subscriptionFeatureRegistrations/f"),
]  # fmt: skip


@pytest.mark.parametrize(("token", "names", "arm_id"), IDS, ids=[row[0] for row in IDS])
def test_ids_there_and_back(token: str, names: Json, arm_id: str) -> None:
    assert mapping.resource_id(kind(token), names, SUBSCRIPTION) == arm_id
    assert mapping.parameters_of(kind(token), arm_id) == names
    # AKS writes resourcegroups and ManagedClusters in its own case.
    lower = {key: str(value).lower() for key, value in names.items()}
    assert mapping.parameters_of(kind(token), arm_id.lower()) == lower


def test_an_id_of_something_else_has_no_names() -> None:
    assert mapping.parameters_of(CLUSTER, GROUP) == {}
    assert mapping.parameters_of(CLUSTER, f"{AKS}/agentPools/p") == {}


def test_a_scope_is_taken_with_and_without_its_slash() -> None:
    role = kind("authorization:RoleAssignment")
    ids = {
        mapping.resource_id(role, {"scope": scope, "roleAssignmentName": "r"}, SUBSCRIPTION)
        for scope in (AKS, AKS.strip("/"))
    }
    assert len(ids) == 1


DOCUMENTS: list[tuple[str, ResourceType, Json, Json]] = [
    ("flat-properties-go-inside", CLUSTER,
     {"resourceGroupName": "rg", "resourceName": "aks", "location": "eastus", "dnsPrefix": "aks",
      "sku": {"name": "Base"}, "tags": {"a": "b"}, "azureApiVersion": "2025-09-01"},
     {"location": "eastus", "sku": {"name": "Base"}, "tags": {"a": "b"}, "properties": {"dnsPrefix": "aks"}}),
    ("a-pool's-type-is-a-property", POOL,
     {"resourceGroupName": "rg", "resourceName": "aks", "agentPoolName": "p", "type": "VirtualMachines"},
     {"properties": {"type": "VirtualMachines"}}),
    ("inline-pools-stay-flat", CLUSTER, {"agentPoolProfiles": [{"name": "p", "count": 1}]},
     {"properties": {"agentPoolProfiles": [{"name": "p", "count": 1}]}}),
    ("inline-subnets-nest", NETWORK, {"subnets": [{"name": "s", "addressPrefix": "10.0.0.0/24"}]},
     {"properties": {"subnets": [{"name": "s", "properties": {"addressPrefix": "10.0.0.0/24"}}]}}),
    ("delegations-nest-deeper", NETWORK,
     {"subnets": [{"name": "s", "delegations": [{"name": "d", "serviceName": "x"}]}]},
     {"properties": {"subnets": [{"name": "s", "properties": {
         "delegations": [{"name": "d", "properties": {"serviceName": "x"}}]}}]}}),
    ("a-group-is-not-flat", kind("resources:ResourceGroup"),
     {"resourceGroupName": "rg", "location": "eastus"}, {"location": "eastus"}),
    ("identities-become-keys", CLUSTER,
     {"identity": {"type": "UserAssigned", "userAssignedIdentities": ["/a", "/b"]}},
     {"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/a": {}, "/b": {}}},
      "properties": {}}),
    ("a-system-identity-has-none", CLUSTER, {"identity": {"type": "SystemAssigned"}},
     {"identity": {"type": "SystemAssigned"}, "properties": {}}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("resource", "inputs", "document"), [row[1:] for row in DOCUMENTS], ids=[row[0] for row in DOCUMENTS]
)
def test_to_arm(resource: ResourceType, inputs: Json, document: Json) -> None:
    assert mapping.to_arm(resource, inputs) == document


def test_an_identity_taken_away_is_sent_as_null_by_patch() -> None:
    before: Json = {"identity": {"type": "UserAssigned", "userAssignedIdentities": ["/a", "/b"]}}
    now: Json = {"identity": {"type": "UserAssigned", "userAssignedIdentities": ["/b"]}}
    sent = mapping.to_arm(CLUSTER, now, before)
    assert sent["identity"]["userAssignedIdentities"] == {"/a": None, "/b": {}}
    assert mapping.removes_identities(sent)
    assert not mapping.removes_identities(mapping.to_arm(CLUSTER, now, now))


TEXT = st.text("abc123", min_size=1, max_size=6)
NAME_VALUE = st.dictionaries(TEXT, TEXT, min_size=1, max_size=2)
NETWORK_PROFILE = st.fixed_dictionaries(
    {"networkPlugin": TEXT},
    optional={
        "networkPolicy": TEXT,
        "podCidrs": st.lists(TEXT, min_size=1, max_size=2),
        "loadBalancerProfile": st.builds(
            lambda count: {"managedOutboundIPs": {"count": count}}, st.integers(1, 9)
        ),
    },
)
INPUTS: dict[str, st.SearchStrategy[Json]] = {
    "containerservice:ManagedCluster": st.fixed_dictionaries(
        {"location": TEXT},
        optional={
            "tags": NAME_VALUE,
            "sku": st.just({"name": "Base", "tier": "Free"}),
            "identity": st.builds(
                lambda ids: {"type": "UserAssigned", "userAssignedIdentities": sorted(ids)},
                st.sets(TEXT, min_size=1, max_size=3),
            ),
            "enableRBAC": st.booleans(),
            "networkProfile": NETWORK_PROFILE,
            "agentPoolProfiles": st.lists(
                st.fixed_dictionaries(
                    {"name": TEXT},
                    optional={
                        "osDiskSizeGB": st.integers(1, 99),
                        "vnetSubnetID": TEXT,
                        "nodeLabels": NAME_VALUE,
                    },
                ),
                min_size=1,
                max_size=2,
            ),
        },
    ),
    "containerservice:AgentPool": st.fixed_dictionaries(
        {"type": TEXT}, optional={"count": st.integers(0, 9), "osSKU": TEXT, "enableFIPS": st.booleans()}
    ),
    "network:VirtualNetwork": st.fixed_dictionaries(
        {"location": TEXT},
        optional={
            "addressSpace": st.builds(lambda one: {"addressPrefixes": [one]}, TEXT),
            "subnets": st.lists(
                st.fixed_dictionaries({"name": TEXT}, optional={"addressPrefix": TEXT}),
                min_size=1,
                max_size=2,
            ),
        },
    ),
    "resources:ResourceGroup": st.fixed_dictionaries({"location": TEXT}, optional={"tags": NAME_VALUE}),
}


@pytest.mark.parametrize("token", INPUTS)
@given(data=st.data())
def test_what_was_sent_reads_back_as_the_same_inputs(token: str, data: st.DataObject) -> None:
    """Import brings what a program would say: no property is lost, renamed, or put elsewhere."""
    resource = kind(token)
    names: Json = {name: f"n{index}" for index, name in enumerate(resource.parameters)}
    inputs = data.draw(INPUTS[token])
    arm_id = mapping.resource_id(resource, names, SUBSCRIPTION)
    outputs = mapping.to_outputs(resource, {"id": arm_id, **mapping.to_arm(resource, {**names, **inputs})})
    assert mapping.to_inputs(resource, arm_id, outputs) == {
        **inputs,
        **names,
        "azureApiVersion": resource.api_version,
    }


def test_only_properties_that_a_program_can_say_are_imported() -> None:
    outputs = mapping.to_outputs(
        CLUSTER,
        {
            "id": AKS,
            "name": "aks",
            "type": "t",
            "properties": {"provisioningState": "Succeeded", "fqdn": "x"},
        },
    )
    assert outputs["provisioningState"] == "Succeeded"
    assert mapping.to_inputs(CLUSTER, AKS, outputs) == {
        "resourceGroupName": "rg",
        "resourceName": "aks",
        "azureApiVersion": "2025-09-01",
    }


def test_an_import_leaves_out_what_is_empty() -> None:
    """azure-native, provider/pkg/convert: removeEmptyCollections; a false or an empty text stays."""
    live: Json = {"tags": {}, "dnsPrefix": "", "storageProfile": {"diskCSIDriver": {}}, "enableRBAC": False}
    assert mapping.to_inputs(CLUSTER, AKS, live) == {
        "dnsPrefix": "",
        "enableRBAC": False,
        "resourceGroupName": "rg",
        "resourceName": "aks",
        "azureApiVersion": "2025-09-01",
    }


def test_the_autoscaler_profile_has_hyphens_in_arm() -> None:
    inputs: Json = {"autoScalerProfile": {"scanInterval": "20s", "expander": "random"}}
    document = mapping.to_arm(CLUSTER, inputs)
    assert document["properties"]["autoScalerProfile"] == {"scan-interval": "20s", "expander": "random"}
    assert mapping.to_outputs(CLUSTER, document)["autoScalerProfile"] == inputs["autoScalerProfile"]


def test_a_refresh_leaves_lists_that_are_kept_elsewhere() -> None:
    """Subnets that are resources of their own are no inputs of their network."""
    space: Json = {"addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}}
    after: Json = {**space, "subnets": [{"name": "s"}]}
    assert mapping.merged_inputs(NETWORK, space, space, after) == space
    inline: Json = {**space, "subnets": []}
    assert mapping.merged_inputs(NETWORK, inline, inline, after) == after
