"""The azure-native stand-in against the emulator: what the real provider would do, as its state shows it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from aksnetpol.azure import ArmClient
from aksnetpol.errors import AksnetpolError
from aksnetpol.local.arm import Emulator, Fault, RunningClock, Settings
from aksnetpol.local.providers.azure_native.diff import CREATE_BEFORE_DELETE
from aksnetpol.local.providers.azure_native.plugin import AzureNative
from aksnetpol.local.providers.errors import PartialError, ProviderError
from aksnetpol.local.providers.naming import Naming
from aksnetpol.local.providers.plugin import Resource, State
from aksnetpol.local.providers.wire import UNKNOWN

Json = dict[str, Any]
SEED = Naming(b"seed")


def resource(token: str, name: str = "it", arm_id: str = "") -> Resource:
    return Resource(f"urn:pulumi:dev::aksnetpol::azure-native:{token}::{name}", arm_id)


GROUP, CLUSTER = resource("resources:ResourceGroup"), resource("containerservice:ManagedCluster")
POOL, NETWORK = resource("containerservice:AgentPool"), resource("network:VirtualNetwork")
SUBNET, ROLE = resource("network:Subnet"), resource("authorization:RoleAssignment")


@dataclass
class Azure:
    """The emulator and a provider instance."""

    emulator: Emulator
    arm: ArmClient
    plugin: AzureNative
    groups: list[str] = field(default_factory=list[str])

    def group(self) -> str:
        """Make a resource group; its name."""
        name = f"rg{len(self.groups)}"
        self.groups.append(name)
        self.create(GROUP, {"resourceGroupName": name, "location": "eastus"})
        return name

    def create(self, what: Resource, inputs: Json) -> State:
        return self.plugin.create(what, inputs, preview=False, timeout=None)

    def update(self, what: Resource, old: State, inputs: Json) -> State:
        known = Resource(what.urn, old.id)
        return self.plugin.update(known, old, inputs, preview=False, timeout=None)

    def cluster(self, **more: Any) -> Json:
        """Inputs of a cluster in a group of its own."""
        return {
            "resourceGroupName": self.group(),
            "resourceName": "aks",
            "location": "East US",
            "dnsPrefix": "aks",
            "identity": {"type": "SystemAssigned"},
            "networkProfile": {"networkPlugin": "azure", "networkPolicy": "none"},
            "agentPoolProfiles": [
                {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D4s_v5"}
            ],
            **more,
        }


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    emulator = Emulator(
        tmp_path_factory.mktemp("azure") / "home",
        clock=RunningClock(1e6),
        settings=Settings(retry_after=0.005),
    )
    with emulator:
        arm = ArmClient({**os.environ, **emulator.environment()}, sleep=lambda _: None)
        yield Azure(emulator, arm, AzureNative(arm, {}))
        arm.close()


def test_check_names_what_the_program_leaves_unnamed(azure: Azure) -> None:
    given = {"resourceGroupName": azure.group(), "location": "eastus"}
    first = azure.plugin.check(CLUSTER, {}, given, SEED)
    assert first["resourceName"] == SEED.random("it")
    assert first[CREATE_BEFORE_DELETE] is True
    assert first["azureApiVersion"] == "2025-09-01"
    # The next update keeps the name, whatever the seed.
    assert azure.plugin.check(CLUSTER, first, given, Naming(b"other")) == first
    named = azure.plugin.check(CLUSTER, {}, {**given, "resourceName": "aks"}, SEED)
    assert CREATE_BEFORE_DELETE not in named


def test_check_names_roles_by_guid_and_features_not_at_all(azure: Azure) -> None:
    role = azure.plugin.check(ROLE, {}, {"scope": "/s", "principalId": "p"}, SEED)
    assert role["roleAssignmentName"] == SEED.guid()
    feature = resource("features:SubscriptionFeatureRegistration")
    with pytest.raises(ProviderError, match="missing required property 'featureName'"):
        azure.plugin.check(feature, {}, {"providerNamespace": "Microsoft.ContainerService"}, SEED)
    with pytest.raises(ProviderError, match="missing required property 'resourceName'"):
        azure.plugin.check(CLUSTER, {}, {"resourceGroupName": "rg", "location": "x"}, Naming(allowed=False))


@pytest.mark.parametrize(
    ("configuration", "old", "expected"),
    [
        ({}, {}, "eastus"),
        ({"location": "westus"}, {}, "westus"),
        ({"location": "westus"}, {"location": "x"}, "x"),
    ],
    ids=["of-the-group", "of-the-provider", "of-last-time"],
)
def test_check_places_what_the_program_leaves_unplaced(
    azure: Azure, configuration: Json, old: Json, expected: str
) -> None:
    plugin = AzureNative(azure.arm, configuration)
    given = {"resourceGroupName": azure.group(), "resourceName": "aks"}
    assert plugin.check(CLUSTER, old, given, SEED)["location"] == expected


def test_check_says_when_there_is_no_place(azure: Azure) -> None:
    with pytest.raises(ProviderError, match="pulumi config set azure-native:location"):
        azure.plugin.check(GROUP, {}, {"resourceGroupName": "rg"}, SEED)
    unknown = {"resourceGroupName": UNKNOWN, "resourceName": "aks"}
    assert azure.plugin.check(CLUSTER, {}, unknown, SEED)["location"] == UNKNOWN


def test_a_preview_knows_the_inputs_and_changes_nothing(azure: Azure) -> None:
    inputs = azure.cluster()
    planned = azure.plugin.create(CLUSTER, inputs, preview=True, timeout=None)
    assert planned.id == ""
    assert planned.outputs["dnsPrefix"] == "aks"
    assert planned.outputs["fqdn"] == UNKNOWN
    assert planned.outputs["networkProfile"]["networkPolicy"] == "none"
    assert planned.outputs["networkProfile"]["podCidr"] == UNKNOWN
    made = azure.create(CLUSTER, inputs)
    again = azure.plugin.update(
        Resource(CLUSTER.urn, made.id), made, {**inputs, "tags": {"a": "b"}}, preview=True, timeout=None
    )
    assert (again.outputs["name"], again.outputs["location"]) == ("aks", "eastus")
    assert "tags" not in azure.arm.get(made.id, "2025-09-01").body


def test_what_exists_is_not_created_again(azure: Azure) -> None:
    inputs = azure.cluster()
    azure.create(CLUSTER, inputs)
    with pytest.raises(
        ProviderError, match=r"cannot create already existing resource '/subscriptions/.*/aks'"
    ):
        azure.create(CLUSTER, inputs)


def test_a_second_preview_has_no_difference(azure: Azure) -> None:
    inputs = azure.plugin.check(CLUSTER, {}, azure.cluster(), SEED)
    made = azure.create(CLUSTER, inputs)
    assert made.outputs["fqdn"].startswith("aks-")
    assert made.outputs["networkProfile"]["serviceCidr"] == "10.0.0.0/16"
    read = azure.plugin.read(Resource(CLUSTER.urn, made.id), made.outputs, inputs)
    assert read.inputs == inputs
    assert azure.plugin.diff(CLUSTER, read, inputs).changes == []


def test_an_import_brings_what_a_program_would_say(azure: Azure) -> None:
    inputs = azure.plugin.check(CLUSTER, {}, azure.cluster(tags={"team": "net"}), SEED)
    made = azure.create(CLUSTER, inputs)
    read = azure.plugin.read(Resource(CLUSTER.urn, made.id), {}, {})
    assert read.inputs["resourceName"] == "aks"
    assert read.inputs["tags"] == {"team": "net"}
    assert read.inputs["networkProfile"]["serviceCidr"] == "10.0.0.0/16"
    assert not {"fqdn", "provisioningState", "id", "eTag"} & set(read.inputs)
    # A program that says all of it plans nothing.
    again = azure.plugin.check(CLUSTER, {}, read.inputs, SEED)
    assert azure.plugin.diff(CLUSTER, read, again).changes == []


def test_a_refresh_takes_what_changed_elsewhere_and_only_that(azure: Azure) -> None:
    inputs = azure.cluster()
    made = azure.create(CLUSTER, inputs)
    body = {"location": "eastus", "properties": {"networkProfile": {"networkPolicy": "calico"}}}
    azure.arm.put(made.id, "2025-09-01", body)
    read = azure.plugin.read(Resource(CLUSTER.urn, made.id), made.outputs, inputs)
    assert read.inputs["networkProfile"] == {"networkPlugin": "azure", "networkPolicy": "calico"}
    assert read.inputs["location"] == "East US"
    found = azure.plugin.diff(CLUSTER, read, inputs)
    assert [(one.text, replaces) for one, replaces in found.changes] == [
        ("networkProfile.networkPolicy", True)
    ]


def test_what_is_gone_reads_as_gone_and_deletes_as_deleted(azure: Azure) -> None:
    inputs = azure.cluster()
    made = azure.create(CLUSTER, inputs)
    known = Resource(CLUSTER.urn, made.id)
    azure.plugin.delete(known, made.outputs, timeout=None)
    assert azure.plugin.read(known, made.outputs, inputs).id == ""
    azure.plugin.delete(known, made.outputs, timeout=None)


def test_a_failed_operation_keeps_what_it_made(azure: Azure) -> None:
    """Else the next update would meet 'already existing', and nothing would delete the cluster."""
    inputs = azure.cluster()
    group = inputs["resourceGroupName"]
    azure.emulator.faults.add(
        Fault("operation", "PUT", f"{group}/.*/aks$", code="QuotaExceeded", message="No more cores.")
    )
    with pytest.raises(PartialError, match="QuotaExceeded") as caught:
        azure.create(CLUSTER, inputs)
    kept = caught.value.state
    assert kept.id.endswith("/managedClusters/aks")
    assert kept.outputs["provisioningState"] == "Failed"
    assert kept.inputs == inputs
    mended = azure.update(CLUSTER, kept, inputs)
    assert mended.outputs["provisioningState"] == "Succeeded"


def test_a_refused_request_makes_nothing(azure: Azure) -> None:
    wrong = azure.cluster(networkProfile={"networkPlugin": "kubenet", "networkPolicy": "azure"})
    with pytest.raises(AksnetpolError, match="NetworkPolicyAzureNotSupportedForKubenet") as caught:
        azure.create(CLUSTER, wrong)
    assert not isinstance(caught.value, PartialError)
    azure.create(CLUSTER, {**wrong, "networkProfile": {"networkPlugin": "azure"}})


def test_identities_come_and_go(azure: Azure) -> None:
    inputs = azure.cluster()
    group = inputs["resourceGroupName"]
    token = resource("managedidentity:UserAssignedIdentity")
    one, two = (
        azure.create(token, {"resourceGroupName": group, "resourceName": name, "location": "eastus"})
        for name in ("one", "two")
    )
    assert one.outputs["principalId"]
    both = {**inputs, "identity": {"type": "UserAssigned", "userAssignedIdentities": [one.id, two.id]}}
    made = azure.create(CLUSTER, both)
    assert set(made.outputs["identity"]["userAssignedIdentities"]) == {one.id, two.id}
    fewer = {**both, "identity": {"type": "UserAssigned", "userAssignedIdentities": [two.id]}}
    left = azure.update(CLUSTER, State(made.id, made.outputs, both), fewer)
    assert list(left.outputs["identity"]["userAssignedIdentities"]) == [two.id]
    read = azure.plugin.read(Resource(CLUSTER.urn, left.id), left.outputs, fewer)
    assert read.inputs["identity"] == fewer["identity"]


def test_a_network_keeps_subnets_that_are_resources_of_their_own(azure: Azure) -> None:
    names = {"resourceGroupName": azure.group(), "virtualNetworkName": "v"}
    inputs: Json = {**names, "location": "eastus", "addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}}
    network = azure.create(NETWORK, inputs)
    subnet = azure.create(SUBNET, {**names, "subnetName": "s", "addressPrefix": "10.1.0.0/16"})
    changed = azure.update(NETWORK, network, {**inputs, "tags": {"a": "b"}})
    assert [one["name"] for one in changed.outputs["subnets"]] == ["s"]
    read = azure.plugin.read(Resource(NETWORK.urn, network.id), network.outputs, inputs)
    assert "subnets" not in read.inputs
    assert azure.plugin.read(Resource(SUBNET.urn, subnet.id), {}, {}).inputs["addressPrefix"] == "10.1.0.0/16"


def test_pools_scale_in_place(azure: Azure) -> None:
    cluster = azure.cluster()
    azure.create(CLUSTER, cluster)
    names = {name: cluster[name] for name in ("resourceGroupName", "resourceName")}
    inputs: Json = {**names, "agentPoolName": "work", "count": 1, "vmSize": "Standard_D4s_v5"}
    made = azure.create(POOL, inputs)
    # The SDK's `type` is the pool's, not ARM's.
    assert made.outputs["type"] == "VirtualMachineScaleSets"
    more = {**inputs, "count": 3}
    found = azure.plugin.diff(POOL, State(made.id, made.outputs, inputs), more)
    assert [replaces for _, replaces in found.changes] == [False]
    assert azure.update(POOL, made, more).outputs["count"] == 3


def test_functions(azure: Azure) -> None:
    cluster = azure.cluster()
    azure.create(CLUSTER, cluster)
    names = {name: cluster[name] for name in ("resourceGroupName", "resourceName")}
    token = "azure-native:containerservice:listManagedClusterUserCredentials"
    answer = azure.plugin.invoke(token, names)
    assert answer["kubeconfigs"]["value"][0]["name"] == "clusterUser"
    # Marked as secret: the engine then encrypts it.
    assert len(answer["kubeconfigs"]) == 2
    who = azure.plugin.invoke("azure-native:authorization:getClientConfig", {})
    identity = azure.emulator.identity
    assert (who["subscriptionId"], who["clientId"]) == (identity.subscription_id, identity.client_id)


def test_what_the_stand_in_does_not_have_it_names(azure: Azure) -> None:
    with pytest.raises(ProviderError, match=r"no azure-native:storage:StorageAccount\. It has:"):
        azure.plugin.check(resource("storage:StorageAccount"), {}, {}, SEED)
    with pytest.raises(ProviderError, match="Local mode has no function azure-native:storage:listKeys"):
        azure.plugin.invoke("azure-native:storage:listKeys", {})
