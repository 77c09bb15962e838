"""aksnetpol/adoption/document.py: what of an ARM document a program can say."""

from pulumi_azure_native.containerservice import AgentPoolArgs, ManagedClusterArgs

from aksnetpol.adoption.document import flat, writable


def test_the_envelope_and_the_properties_stand_side_by_side() -> None:
    document = {
        "id": "/x",
        "name": "aks",
        "type": "Microsoft.ContainerService/ManagedClusters",
        "location": "eastus",
        "properties": {"dnsPrefix": "a"},
    }
    assert flat(document) == {"location": "eastus", "dnsPrefix": "a"}


def test_what_azure_alone_writes_is_left_out_and_so_is_what_is_empty() -> None:
    live = {
        "fqdn": "x",
        "provisioningState": "Succeeded",
        "tags": {},
        "addonProfiles": {
            "azurepolicy": {"enabled": True, "config": {"a_b": "c"}, "identity": {"clientId": "x"}}
        },
        "networkProfile": {"podCidrs": [], "loadBalancerProfile": {"effectiveOutboundIPs": [{"id": "x"}]}},
        "oidcIssuerProfile": {"enabled": False, "issuerURL": "https://x"},
    }
    assert writable(ManagedClusterArgs, live) == {
        "addonProfiles": {"azurepolicy": {"enabled": True, "config": {"a_b": "c"}}},
        "oidcIssuerProfile": {"enabled": False},
    }


def test_names_that_arm_spells_with_hyphens() -> None:
    live = {"autoScalerProfile": {"scan-interval": "20s", "expander": "random"}}
    assert writable(ManagedClusterArgs, live) == {
        "autoScalerProfile": {"scanInterval": "20s", "expander": "random"}
    }


def test_identities_are_a_list() -> None:
    live = {"identity": {"type": "UserAssigned", "principalId": "p", "userAssignedIdentities": {"/a": {}}}}
    assert writable(ManagedClusterArgs, live) == {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/a"]}
    }


def test_the_type_of_a_pool_is_its_own() -> None:
    pool = {
        "type": "agentPools",
        "properties": {"type": "VirtualMachineScaleSets"},
    }
    assert writable(AgentPoolArgs, flat(pool)) == {"type": "VirtualMachineScaleSets"}
