"""cluster.py: what is registered for a cluster, with which options and secrets."""

from typing import Any

import pulumi
import pytest

from aksnetpol_components import AksCluster, AksClusterArgs, ArgumentError
from aksnetpol_components.cluster import changeable
from aksnetpol_components.cluster_networking import IGNORED
from aksnetpol_components.cluster_properties import dns_prefix

SUBNET = (
    "/subscriptions/sub-of-net/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
)


def plain() -> AksClusterArgs:
    return {
        "location": "westeurope",
        "cluster_name": "c1",
        "system_pool": {"name": "system", "vm_size": "Standard_D4s_v5", "count": 3},
        "network_profile": {
            "network_plugin": "azure",
            "network_plugin_mode": "overlay",
            "network_policy": "cilium",
            "network_dataplane": "cilium",
        },
    }


def test_minimal_cluster(deploy: Any) -> None:
    done = deploy(lambda: AksCluster("main", plain()))
    cluster = done.one("ManagedCluster")
    assert cluster.inputs == {
        "resourceName": "c1",
        "resourceGroupName": "c1-rg",
        "location": "westeurope",
        "dnsPrefix": "c1",
        "identity": {"type": "SystemAssigned"},
        "networkProfile": {
            "networkPlugin": "azure",
            "networkPluginMode": "overlay",
            "networkPolicy": "cilium",
            "networkDataplane": "cilium",
            "podCidr": "10.244.0.0/16",
            "serviceCidr": "10.0.0.0/16",
            "dnsServiceIP": "10.0.0.10",
            "outboundType": "loadBalancer",
            "loadBalancerSku": "standard",
        },
        "agentPoolProfiles": [
            {
                "name": "system",
                "vmSize": "Standard_D4s_v5",
                "count": 3,
                "enableAutoScaling": False,
                "osType": "Linux",
                "mode": "System",
                "type": "VirtualMachineScaleSets",
            }
        ],
        "oidcIssuerProfile": {"enabled": True},
        "sku": {"name": "Base", "tier": "Free"},
    }
    assert {found.type for found in done.registrations} == {
        "pulumi:pulumi:Stack",
        "aksnetpol:index:AksCluster",
        "azure-native:resources:ResourceGroup",
        "azure-native:containerservice:ManagedCluster",
        "pulumi-python:dynamic/aksnetpol:ClusterNetworking",
        "pulumi-python:dynamic/aksnetpol:SystemPool",
    }


def test_children_have_the_component_as_parent(deploy: Any) -> None:
    args = plain()
    args["windows_profile"] = {"admin_username": "azureuser"}
    args["identity_type"] = "UserAssigned"
    args["system_pool"]["vnet_subnet_id"] = SUBNET
    done = deploy(lambda: AksCluster("main", args))
    component = done.one("AksCluster")
    children = [
        found for found in done.registrations if found.type.split(":")[0] not in ("pulumi", "aksnetpol")
    ]
    assert len(children) == 9
    assert {found.options.parent for found in children} == {component.urn}


@pytest.mark.parametrize("protect", [None, True, False], ids=["default", "on", "off"])
def test_protect(deploy: Any, protect: bool | None) -> None:
    args = plain()
    if protect is not None:
        args["protect"] = protect
    done = deploy(lambda: AksCluster("main", args))
    protected = {found.type.rsplit(":")[-1] for found in done.registrations if found.options.protect}
    assert protected == (set() if protect is False else {"ResourceGroup", "ManagedCluster"})


def test_options_of_the_cluster(deploy: Any) -> None:
    options = deploy(lambda: AksCluster("main", plain())).one("ManagedCluster").options
    assert list(options.ignoreChanges) == ["agentPoolProfiles", *IGNORED]
    assert options.deleteBeforeReplace
    assert options.customTimeouts.update == "3h"


def test_existing_resource_group(deploy: Any) -> None:
    args = plain()
    args["existing_resource_group_name"] = "shared"
    done = deploy(lambda: AksCluster("main", args))
    assert not done.all("ResourceGroup")
    assert done.one("ManagedCluster").inputs["resourceGroupName"] == "shared"


def test_outputs(deploy: Any, output: Any) -> None:
    seen: dict[str, Any] = {}

    def program() -> None:
        cluster = AksCluster("main", plain())
        for name in AksCluster.__annotations__:
            seen[name] = output(getattr(cluster, name))

    done = deploy(program)
    group = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/c1-rg"
    assert {name: found.value for name, found in seen.items()} == {
        "cluster_id": f"{group}/providers/Microsoft.ContainerService/managedClusters/c1",
        "cluster_name": "c1",
        "resource_group_name": "c1-rg",
        "node_resource_group": "MC_nodes",
        "kubeconfig": "apiVersion: v1\nkind: Config\n",
        "oidc_issuer_url": "https://oidc.example/issuer/",
        "network_policy": "cilium",
        "windows_admin_password": None,
    }
    assert {name for name, found in seen.items() if found.secret} == {"kubeconfig", "windows_admin_password"}
    assert done.azure.calls == [
        (
            "azure-native:containerservice:listManagedClusterUserCredentials",
            {"resourceGroupName": "c1-rg", "resourceName": "c1"},
        )
    ]


def test_admin_credentials(deploy: Any) -> None:
    args = plain()
    args["admin_credentials"] = True
    (call,) = deploy(lambda: AksCluster("main", args)).azure.calls
    assert call[0] == "azure-native:containerservice:listManagedClusterAdminCredentials"


def test_generated_windows_password_is_secret(deploy: Any, output: Any) -> None:
    args = plain()
    args["windows_profile"] = {"admin_username": "azureuser"}
    seen: list[Any] = []
    done = deploy(lambda: seen.append(output(AksCluster("main", args).windows_admin_password)))
    generated = done.one("GeneratedPassword")
    assert list(generated.options.additionalSecretOutputs) == ["result"]
    cluster = done.one("ManagedCluster")
    assert cluster.inputs["windowsProfile"] == {
        "adminUsername": "azureuser",
        "adminPassword": "Generated-Password-1",
    }
    assert generated.urn in cluster.options.propertyDependencies["windowsProfile"].urns
    assert seen[0].secret
    ignored = ["agentPoolProfiles", *IGNORED, "windowsProfile.adminPassword"]
    assert list(cluster.options.ignoreChanges) == ignored


def test_given_windows_password_is_secret(deploy: Any) -> None:
    args = plain()
    args["windows_profile"] = {"admin_username": "azureuser", "admin_password": "Given-Password-22"}
    done = deploy(lambda: AksCluster("main", args))
    assert not done.all("GeneratedPassword")
    assert done.one("ManagedCluster").is_secret("windowsProfile", "adminPassword")


def test_a_windows_password_that_is_not_ours_is_left_alone(deploy: Any, output: Any) -> None:
    args = plain()
    args["windows_profile"] = {"admin_username": "azureuser", "generate_password": False}
    seen: list[Any] = []
    done = deploy(lambda: seen.append(output(AksCluster("shop", args).windows_admin_password)))
    assert not done.all("GeneratedPassword")
    assert done.one("ManagedCluster").inputs["windowsProfile"] == {"adminUsername": "azureuser"}
    assert done.one("WindowsPassword").inputs["password"] is None
    assert seen[0].value is None


def test_a_resend_is_counted_before_anything_that_may_fail(deploy: Any) -> None:
    args = plain()
    args["windows_profile"] = {"admin_username": "azureuser"}
    done = deploy(lambda: AksCluster("main", args))
    counted = done.one("ResendCount")
    assert list(counted.options.dependencies) == [done.one("ManagedCluster").urn]
    assert counted.urn in done.one("ClusterNetworking").options.dependencies
    assert counted.urn in done.one("WindowsPassword").options.propertyDependencies["resends"].urns


def test_a_host_name_has_one_start(deploy: Any) -> None:
    args = plain()
    args["managed_cluster_args"] = {"fqdnSubdomain": "shop"}
    inputs = deploy(lambda: AksCluster("shop", args)).one("ManagedCluster").inputs
    assert inputs["fqdnSubdomain"] == "shop"
    assert "dnsPrefix" not in inputs


def test_system_assigned_identity_gets_its_role_after_the_cluster(deploy: Any) -> None:
    args = plain()
    args["system_pool"]["vnet_subnet_id"] = SUBNET
    done = deploy(lambda: AksCluster("main", args))
    role = done.one("RoleAssignment")
    assert role.inputs == {
        "scope": SUBNET,
        "principalId": "cluster-principal",
        "principalType": "ServicePrincipal",
        "roleDefinitionId": "/subscriptions/sub-of-net/providers/Microsoft.Authorization/roleDefinitions/"
        "4d97b98b-1d4f-4787-a291-c67834d212e7",
    }
    assert done.one("ManagedCluster").urn in role.options.dependencies


def test_user_assigned_identity_gets_its_role_before_the_cluster(deploy: Any) -> None:
    args = plain()
    args["identity_type"] = "UserAssigned"
    args["system_pool"]["vnet_subnet_id"] = SUBNET
    done = deploy(lambda: AksCluster("main", args))
    role = done.one("RoleAssignment")
    cluster = done.one("ManagedCluster")
    assert done.one("UserAssignedIdentity").inputs["resourceName"] == "c1-identity"
    assert role.inputs["principalId"] == "identity-principal"
    assert role.urn in cluster.options.dependencies
    identity = cluster.inputs["identity"]
    assert identity["type"] == "UserAssigned"
    assert identity["userAssignedIdentities"][0].endswith("/resourceGroups/c1-rg/identity")


def test_rights_that_are_there_are_not_given(deploy: Any) -> None:
    args = plain()
    args["system_pool"]["vnet_subnet_id"] = SUBNET
    args["grant_subnets"] = False
    assert not deploy(lambda: AksCluster("main", args)).all("RoleAssignment")


def test_every_subnet_gets_one_role(deploy: Any) -> None:
    args = plain()
    args["system_pool"]["vnet_subnet_id"] = SUBNET
    args["system_pool"]["pod_subnet_id"] = f"{SUBNET}-pods"
    args["subnet_ids"] = [SUBNET, f"{SUBNET}-more"]
    done = deploy(lambda: AksCluster("main", args))
    assert [role.inputs["scope"] for role in done.all("RoleAssignment")] == [
        SUBNET,
        f"{SUBNET}-pods",
        f"{SUBNET}-more",
    ]


def test_existing_identity_brings_its_own_rights(deploy: Any) -> None:
    args = plain()
    args["user_assigned_identity_id"] = "/subscriptions/s/identity"
    args["system_pool"]["vnet_subnet_id"] = SUBNET
    done = deploy(lambda: AksCluster("main", args))
    assert not done.all("RoleAssignment")
    assert not done.all("UserAssignedIdentity")
    assert done.one("ManagedCluster").inputs["identity"] == {
        "type": "UserAssigned",
        "userAssignedIdentities": ["/subscriptions/s/identity"],
    }


def test_access_and_logins(deploy: Any) -> None:
    args = plain()
    args["authorized_ip_ranges"] = ["203.0.113.0/24"]
    args["private_cluster"] = True
    args["ssh_public_key"] = "ssh-ed25519 AAAA"
    args["sku_tier"] = "Standard"
    args["kubernetes_version"] = "1.35"
    args["tags"] = {"team": "net"}
    done = deploy(lambda: AksCluster("main", args))
    sent = done.one("ManagedCluster").inputs
    assert sent["apiServerAccessProfile"] == {
        "authorizedIPRanges": ["203.0.113.0/24"],
        "enablePrivateCluster": True,
    }
    assert sent["linuxProfile"] == {
        "adminUsername": "azureuser",
        "ssh": {"publicKeys": [{"keyData": "ssh-ed25519 AAAA"}]},
    }
    assert (sent["sku"]["tier"], sent["kubernetesVersion"], sent["tags"]) == (
        "Standard",
        "1.35",
        {"team": "net"},
    )
    assert done.one("ResourceGroup").inputs["tags"] == {"team": "net"}


def test_any_azure_property_is_merged_last(deploy: Any) -> None:
    args = plain()
    args["managed_cluster_args"] = {
        "networkProfile": {"advanced_networking": {"enabled": True}, "outboundType": "userDefinedRouting"},
        "enableRBAC": True,
    }
    sent = deploy(lambda: AksCluster("main", args)).one("ManagedCluster").inputs
    assert sent["networkProfile"]["advancedNetworking"] == {"enabled": True}
    assert sent["networkProfile"]["outboundType"] == "userDefinedRouting"
    assert sent["networkProfile"]["networkPolicy"] == "cilium"
    assert sent["enableRBAC"] is True


def test_unknown_azure_property_is_an_error(deploy: Any) -> None:
    args = plain()
    args["managed_cluster_args"] = {"enableRBCA": True}
    with pytest.raises(ArgumentError, match="no property 'enableRBCA'; did you mean 'enable_rbac'"):
        deploy(lambda: AksCluster("main", args))


def test_transforms_reach_the_children(deploy: Any) -> None:
    def tag(child: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if child.type_ != "azure-native:containerservice:ManagedCluster":
            return None
        return pulumi.ResourceTransformationResult({**child.props, "tags": {"by": "transform"}}, child.opts)

    options = pulumi.ResourceOptions(transformations=[tag])
    done = deploy(lambda: AksCluster("main", plain(), options))
    assert done.one("ManagedCluster").inputs["tags"] == {"by": "transform"}


def test_system_pool_follows_the_cluster(deploy: Any) -> None:
    done = deploy(lambda: AksCluster("main", plain()))
    pool = done.one("SystemPool")
    assert pool.inputs["pool_id"].endswith("/managedClusters/c1/agentPools/system")
    assert pool.inputs["properties"] == {
        "count": 3,
        "enableAutoScaling": False,
        "nodeLabels": {},
        "nodeTaints": [],
    }
    assert pool.inputs["live"] == {
        "count": 3,
        "enableAutoScaling": False,
    }
    assert done.one("ManagedCluster").urn in pool.options.dependencies


def test_autoscaled_count_is_left_to_the_autoscaler() -> None:
    pool = changeable({"name": "s", "vm_size": "v", "count": 2, "min_count": 1, "max_count": 5})
    assert pool == {
        "enableAutoScaling": True,
        "minCount": 1,
        "maxCount": 5,
        "nodeLabels": {},
        "nodeTaints": [],
    }


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("c1", "c1"), ("my_cluster", "my-cluster"), ("a" * 53 + "_b", "a" * 53), ("x" * 63, "x" * 54)],
    ids=["same", "underscore", "cut-at-hyphen", "long"],
)
def test_dns_prefix(name: str, prefix: str) -> None:
    assert dns_prefix(name) == prefix
