"""aksnetpol/adoption/planning.py: settings, pass-through and imports of a live cluster."""

from datetime import date
from typing import Any

import pytest
import yaml

from aksnetpol.adoption import AdoptionError, plan, stack_text
from aksnetpol_stacks.parse import parse

from .conftest import CLUSTER_ID, pool

Json = dict[str, Any]
TODAY = date(2026, 11, 23)


def settings(cluster: Json, *pools: Json) -> Json:
    """The settings of an adoption."""
    return dict(plan(cluster, pools or [pool("system")], TODAY).config["cluster"])


def test_what_settings_express_and_what_is_passed_through(cluster: Json) -> None:
    found = plan(cluster, [pool("system"), pool("work", mode="User", maxPods=50, osDiskSizeGB=64)], TODAY)
    assert found.config == {
        "cluster": {
            "name": "aks",
            "location": "eastus",
            "networkPolicy": "cilium",
            "existingResourceGroup": "shop",
            "kubernetesVersion": "1.36",
            "networkPluginMode": "overlay",
            "podCidr": "192.168.0.0/16",
            "dnsServiceIp": "10.0.0.10",
            "dnsPrefix": "shop",
            "identity": {"grantSubnets": False},
            "systemPool": {
                "name": "system",
                "vmSize": "Standard_D4s_v5",
                "count": 2,
                "osType": "Linux",
                "osSku": "Ubuntu",
                "mode": "System",
            },
            "nodePools": [
                {
                    "name": "work",
                    "vmSize": "Standard_D4s_v5",
                    "count": 2,
                    "osType": "Linux",
                    "osSku": "Ubuntu",
                    "mode": "User",
                    "maxPods": 50,
                    "agentPoolArgs": {"osDiskSizeGB": 64, "enableAutoScaling": None},
                }
            ],
            "managedClusterArgs": {"nodeResourceGroup": "MC_shop"},
        },
        "demo": {"enabled": False},
    }
    assert found.passed == {
        "managedClusterArgs": ("nodeResourceGroup",),
        "work.agentPoolArgs": ("osDiskSizeGB", "enableAutoScaling"),
    }
    assert found.imports == {
        ("azure-native:containerservice:ManagedCluster", "cluster"): CLUSTER_ID,
        ("azure-native:containerservice:AgentPool", "work"): f"{CLUSTER_ID}/agentPools/work",
    }
    assert found.pools == ("system", "work")


def test_the_text_reads_back_as_the_same_settings(cluster: Json) -> None:
    found = plan(cluster, [pool("system"), pool("work", mode="User")], TODAY, demo=True)
    config = yaml.safe_load(stack_text(found, "another"))["config"]
    assert config["azure-native:subscriptionId"] == "another"
    data = {key.partition(":")[2]: value for key, value in config.items() if key.startswith("aksnetpol:")}
    assert data == found.config
    assert parse(data, TODAY).errors == ()
    assert data["demo"] == {"enabled": True}


def test_pools_of_another_version_keep_it(cluster: Json) -> None:
    """One setting would move the control plane and all pools together."""
    found = settings(cluster, pool("system"), pool("old", mode="User", orchestratorVersion="1.35"))
    assert "kubernetesVersion" not in found
    assert found["managedClusterArgs"]["kubernetesVersion"] == "1.36"
    assert found["nodePools"][0]["agentPoolArgs"]["orchestratorVersion"] == "1.35"


def test_an_autoscaled_pool_has_its_bounds(cluster: Json) -> None:
    scaled = pool("work", mode="User", enableAutoScaling=True, minCount=1, maxCount=4)
    (found,) = settings(cluster, pool("system"), scaled)["nodePools"]
    assert (found["minCount"], found["maxCount"]) == (1, 4)
    assert "agentPoolArgs" not in found


def test_the_windows_password_is_left_alone(cluster: Json) -> None:
    cluster["properties"]["windowsProfile"] = {"adminUsername": "ops", "enableCSIProxy": True}
    found = settings(cluster)
    assert found["windows"] == {"adminUsername": "ops", "generatePassword": False}
    assert found["managedClusterArgs"]["windowsProfile"] == {"enableCSIProxy": True}


def test_an_own_identity_is_named(cluster: Json) -> None:
    cluster["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {"/own": {"clientId": "c"}}}
    found = settings(cluster)
    assert found["identity"] == {"type": "UserAssigned", "resourceId": "/own", "grantSubnets": False}
    assert "identity" not in found["managedClusterArgs"]


def test_an_image_without_a_setting_is_passed_through(cluster: Json) -> None:
    (found,) = settings(cluster, pool("system"), pool("work", mode="User", osSKU="Mariner"))["nodePools"]
    assert found["agentPoolArgs"]["osSKU"] == "Mariner"


def test_an_outbound_type_without_a_setting_is_passed_through(cluster: Json) -> None:
    cluster["properties"]["networkProfile"]["outboundType"] = "block"
    assert settings(cluster)["managedClusterArgs"]["networkProfile"] == {"outboundType": "block"}


def test_access_to_the_api_server(cluster: Json) -> None:
    access = {
        "authorizedIPRanges": ["20.30.40.0/24"],
        "enablePrivateCluster": False,
        "disableRunCommand": True,
    }
    cluster["properties"]["apiServerAccessProfile"] = access
    found = settings(cluster)
    assert found["authorizedIpRanges"] == ["20.30.40.0/24"]
    rest = {"enablePrivateCluster": False, "disableRunCommand": True}
    assert found["managedClusterArgs"]["apiServerAccessProfile"] == rest


def test_what_is_retired_is_accepted(cluster: Json) -> None:
    network = {"networkPlugin": "azure", "networkPolicy": "azure", "networkDataplane": "azure"}
    cluster["properties"]["networkProfile"] |= network
    cluster["properties"]["windowsProfile"] = {"adminUsername": "ops"}
    windows = pool("npwin", mode="User", osType="Windows", osSKU="Windows2022")
    found = plan(cluster, [pool("system"), windows], TODAY)
    assert found.config["cluster"]["acceptRetired"] is True
    assert any("2026-09-30" in one for one in found.warnings)


@pytest.mark.parametrize(
    ("place", "change", "message"),
    [
        pytest.param("properties", {"provisioningState": "Updating"}, "aks is Updating.", id="busy"),
        pytest.param("properties", {"provisioningState": "Failed"}, "aks is Failed.", id="broken"),
        pytest.param("identity", {"type": "None"}, "--enable-managed-identity", id="service-principal"),
        pytest.param("networkProfile", {"networkPolicy": "new"}, "cluster.networkPolicy", id="engine"),
        pytest.param("networkProfile", {"networkPlugin": "kubenet"}, "cluster.network", id="rules"),
    ],
)
def test_refused(cluster: Json, place: str, change: Json, message: str) -> None:
    (cluster["properties"]["networkProfile"] if place == "networkProfile" else cluster[place]).update(change)
    with pytest.raises(AdoptionError) as caught:
        plan(cluster, [pool("system")], TODAY)
    assert message in str(caught.value)


def test_refused_with_a_password_in_clear(cluster: Json) -> None:
    """It would stand in the stack's file, and no secret can stand for a part of the pass-through."""
    cluster["properties"]["httpProxyConfig"] = {"httpProxy": "http://ops:hunter2@proxy:3128"}
    with pytest.raises(AdoptionError, match=r"^httpProxyConfig\.httpProxy of aks: ") as caught:
        plan(cluster, [pool("system")], TODAY)
    assert "hunter2" not in str(caught.value)


def test_refused_without_a_linux_system_pool(cluster: Json) -> None:
    with pytest.raises(AdoptionError, match="no Linux system pool"):
        plan(cluster, [pool("work", mode="User")], TODAY)


def test_refused_while_a_pool_is_busy(cluster: Json) -> None:
    with pytest.raises(AdoptionError, match="work is Scaling"):
        plan(cluster, [pool("system"), pool("work", mode="User", provisioningState="Scaling")], TODAY)
