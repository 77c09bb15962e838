"""What azure-native replaces; rows from its provider/pkg/provider/diff.go and gen/replacement.go."""

from __future__ import annotations

from typing import Any

import pytest

from aksnetpol.local.providers.azure_native.diff import CREATE_BEFORE_DELETE, difference
from aksnetpol.local.providers.azure_native.resource_types import RESOURCE_TYPES
from aksnetpol.local.providers.changes import Kind
from aksnetpol.local.providers.plugin import State

Json = dict[str, Any]
ADD, DELETE, UPDATE = Kind.ADD, Kind.DELETE, Kind.UPDATE

CLUSTER: Json = {
    "resourceGroupName": "rg",
    "resourceName": "aks",
    "location": "eastus",
    "dnsPrefix": "aks",
    "kubernetesVersion": "1.35",
    "sku": {"name": "Base", "tier": "Standard"},
    "identity": {"type": "SystemAssigned"},
    "networkProfile": {
        "networkPlugin": "azure",
        "networkPolicy": "none",
        "serviceCidr": "10.0.0.0/16",
        "serviceCidrs": ["10.0.0.0/16"],
        "loadBalancerProfile": {"managedOutboundIPs": {"count": 1}},
    },
    "windowsProfile": {"adminUsername": "azureuser", "adminPassword": "Long-Enough-Password-1"},
    "linuxProfile": {"adminUsername": "azureuser", "ssh": {"publicKeys": [{"keyData": "one"}]}},
    "agentPoolProfiles": [{"name": "system", "vmSize": "Standard_D4s_v5", "count": 1}],
    "tags": {"team": "net"},
}
GONE = object()


def changed(document: Json, path: str, value: Any) -> Json:
    """A copy with one leaf changed; GONE removes it."""
    head, _, rest = path.partition(".")
    copy: Json = {**document}
    if rest:
        copy[head] = changed(copy.get(head, {}), rest, value)
    elif value is GONE:
        del copy[head]
    else:
        copy[head] = value
    return copy


# id, path, new value; what the engine is told: path, kind, whether it replaces
ROWS: list[tuple[str, str, Any, list[tuple[str, Kind, bool]]]] = [
    ("engine", "networkProfile.networkPolicy", "calico", [("networkProfile.networkPolicy", UPDATE, True)]),
    ("engine-removed", "networkProfile.networkPolicy", GONE,
     [("networkProfile.networkPolicy", DELETE, True)]),
    ("mode-appears", "networkProfile.networkPluginMode", "overlay",
     [("networkProfile.networkPluginMode", ADD, True)]),
    ("pod-range-appears", "networkProfile.podCidr", "10.244.0.0/16", [("networkProfile.podCidr", ADD, True)]),
    ("dataplane-appears", "networkProfile.networkDataplane", "cilium",
     [("networkProfile.networkDataplane", ADD, True)]),
    ("load-balancer", "networkProfile.loadBalancerProfile.managedOutboundIPs.count", 2,
     [("networkProfile.loadBalancerProfile.managedOutboundIPs.count", UPDATE, False)]),
    ("other-leaf-appears", "networkProfile.advancedNetworking", {"enabled": True},
     [("networkProfile.advancedNetworking", ADD, False)]),
    ("whole-profile-gone", "networkProfile", GONE, [("networkProfile", DELETE, False)]),
    ("version", "kubernetesVersion", "1.36", [("kubernetesVersion", UPDATE, False)]),
    ("tags", "tags.team", "web", [("tags.team", UPDATE, False)]),
    ("tag-with-dots", "tags", {"team": "net", "a.b": "c"}, [('tags["a.b"]', ADD, False)]),
    ("dns-prefix", "dnsPrefix", "other", [("dnsPrefix", UPDATE, True)]),
    ("name", "resourceName", "other", [("resourceName", UPDATE, True)]),
    ("group", "resourceGroupName", "other", [("resourceGroupName", UPDATE, True)]),
    ("group-in-capitals", "resourceGroupName", "RG", []),
    ("location", "location", "westeurope", [("location", UPDATE, True)]),
    ("location-in-words", "location", "East US", []),
    ("sku-words", "sku", {"name": "Basic", "tier": "Paid"}, []),
    ("sku-tier", "sku", {"name": "Base", "tier": "Free"}, [("sku.tier", UPDATE, False)]),
    ("sku-other-keys", "sku", {"name": "Basic"}, [("sku.name", UPDATE, False), ("sku.tier", DELETE, False)]),
    # Whatever changes below an object that replaces does so too, unless it appears or goes.
    ("password", "windowsProfile.adminPassword", "Another-Password-12",
     [("windowsProfile.adminPassword", UPDATE, True)]),
    ("below-windows-appears", "windowsProfile.licenseType", "Windows_Server",
     [("windowsProfile.licenseType", ADD, False)]),
    ("below-windows-goes", "windowsProfile.adminPassword", GONE,
     [("windowsProfile.adminPassword", DELETE, False)]),
    ("windows-goes", "windowsProfile", GONE, [("windowsProfile", DELETE, True)]),
    ("ssh-key", "linuxProfile.ssh.publicKeys", [{"keyData": "two"}],
     [("linuxProfile.ssh.publicKeys[0].keyData", UPDATE, True)]),
    ("ssh-key-added", "linuxProfile.ssh.publicKeys", [{"keyData": "one"}, {"keyData": "two"}],
     [("linuxProfile.ssh.publicKeys[1]", ADD, False)]),
    # A list that replaces does so as a whole; its items have keys of their own ("serviceCidrs[]").
    ("item-of-a-list", "networkProfile.serviceCidrs", ["10.1.0.0/16"],
     [("networkProfile.serviceCidrs[0]", UPDATE, False)]),
    ("item-added", "networkProfile.serviceCidrs", ["10.0.0.0/16", "fd00::/108"],
     [("networkProfile.serviceCidrs[1]", ADD, False)]),
    ("list-goes", "networkProfile.serviceCidrs", GONE, [("networkProfile.serviceCidrs", DELETE, True)]),
    ("inline-pool-size", "agentPoolProfiles", [{"name": "system", "vmSize": "Standard_D8s_v5", "count": 1}],
     [("agentPoolProfiles[0].vmSize", UPDATE, False)]),
    ("inline-pool-added", "agentPoolProfiles", [*CLUSTER["agentPoolProfiles"], {"name": "more"}],
     [("agentPoolProfiles[1]", ADD, False)]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "expected"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_a_cluster(path: str, value: Any, expected: list[tuple[str, Kind, bool]]) -> None:
    kind = RESOURCE_TYPES["azure-native:containerservice:ManagedCluster"]
    found = difference(kind, State("/aks", {}, CLUSTER), changed(CLUSTER, path, value))
    assert [(change.text, change.kind, replaces) for change, replaces in found.changes] == expected
    assert found.delete_before_replace == any(replaces for *_, replaces in expected)


OTHERS: list[tuple[str, str, Json, Json, bool]] = [
    ("pool-size", "containerservice:AgentPool", {"vmSize": "a"}, {"vmSize": "b"}, True),
    ("pool-count", "containerservice:AgentPool", {"count": 1}, {"count": 2}, False),
    ("pool-elsewhere", "containerservice:AgentPool", {"resourceName": "a"}, {"resourceName": "b"}, True),
    ("network-location", "network:VirtualNetwork", {"location": "eastus"}, {"location": "westus"}, True),
    ("subnet-prefix", "network:Subnet", {"addressPrefix": "a"}, {"addressPrefix": "b"}, False),
    ("role-principal", "authorization:RoleAssignment", {"principalId": "a"}, {"principalId": "b"}, True),
    ("role-scope", "authorization:RoleAssignment", {"scope": "a"}, {"scope": "b"}, True),
    ("group-tags", "resources:ResourceGroup", {"tags": {"a": "b"}}, {"tags": {"a": "c"}}, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("token", "old", "new", "replaces"), [r[1:] for r in OTHERS], ids=[r[0] for r in OTHERS]
)
def test_other_resources(token: str, old: Json, new: Json, replaces: bool) -> None:
    found = difference(RESOURCE_TYPES[f"azure-native:{token}"], State("/x", {}, old), new)
    assert [flag for _, flag in found.changes] == [replaces]


def test_naming_what_azure_has_replaces_nothing_at_the_top_only() -> None:
    """calculateChangesAndReplacements: an added input that equals the output is no replacement."""
    kind = RESOURCE_TYPES["azure-native:containerservice:ManagedCluster"]
    outputs = {"nodeResourceGroup": "MC_1", "networkProfile": {"podCidr": "10.244.0.0/16"}}
    old = State("/aks", outputs, CLUSTER)
    same = difference(kind, old, {**CLUSTER, "nodeResourceGroup": "MC_1"})
    other = difference(kind, old, {**CLUSTER, "nodeResourceGroup": "MC_2"})
    nested = difference(kind, old, changed(CLUSTER, "networkProfile.podCidr", "10.244.0.0/16"))
    assert [[flag for _, flag in found.changes] for found in (same, other, nested)] == [
        [False],
        [True],
        [True],
    ]


def test_a_name_of_our_own_lets_the_replacement_come_first() -> None:
    kind = RESOURCE_TYPES["azure-native:containerservice:ManagedCluster"]
    old = State("/aks", {}, {**CLUSTER, CREATE_BEFORE_DELETE: True})
    found = difference(kind, old, {**CLUSTER, "dnsPrefix": "other", CREATE_BEFORE_DELETE: True})
    assert [flag for _, flag in found.changes] == [True]
    assert not found.delete_before_replace
