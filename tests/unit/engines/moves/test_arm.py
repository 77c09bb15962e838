"""What Azure answers becomes what the planner looks at."""

from typing import Any

import pytest

from aksnetpol.engines import NetworkPlugin, NetworkPluginMode, NetworkPolicy, OsSku, OsType, PoolMode
from aksnetpol.engines.moves import LiveDocumentError, Networking, live_cluster

_ID = "/subscriptions/0b/resourcegroups/shop-rg/providers/Microsoft.ContainerService/managedClusters/aks"


def document(network: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    pools = [
        {"name": "npwin", "mode": "User", "osType": "Windows", "osSKU": "Windows2022", "count": 2},
        {
            "name": "nodepool1",
            "mode": "System",
            "osType": "Linux",
            "osSKU": "Ubuntu",
            "count": 7,
            "maxPods": 30,
            "vnetSubnetID": "/subnets/nodes",
            "upgradeSettings": {
                "maxSurge": "33%",
                "drainTimeoutInMinutes": 45,
                "nodeSoakDurationInMinutes": 5,
            },
        },
    ]
    profile = {"networkPlugin": "azure", "networkPolicy": "calico", **(network or {})}
    own = {
        "kubernetesVersion": "1.35",
        "currentKubernetesVersion": "1.35.2",
        "networkProfile": profile,
        "agentPoolProfiles": pools,
        "nodeProvisioningProfile": {"mode": "Auto"},
        "windowsProfile": {"adminUsername": "azureuser"},
        **properties,
    }
    return {"id": _ID, "identity": {"type": "UserAssigned"}, "properties": own}


def test_a_cluster_is_read_whole() -> None:
    live = live_cluster(document())
    assert (live.subscription_id, live.resource_group, live.cluster.name) == ("0b", "shop-rg", "aks")
    assert live.networking == Networking(network_policy=NetworkPolicy.CALICO)
    assert live.cluster.kubernetes_version == "1.35.2"
    assert (live.node_auto_provisioning, live.identity_type) == (True, "UserAssigned")
    system, windows = live.pools
    assert (system.pool.name, system.pool.max_pods, system.vnet_subnet_id) == (
        "nodepool1",
        30,
        "/subnets/nodes",
    )
    assert (system.surge_nodes, system.drain_timeout, system.soak, system.rounds) == (3, 45, 5, 3)
    assert (windows.pool.os_type, windows.pool.os_sku) == (OsType.WINDOWS, OsSku.WINDOWS_2022)
    assert (windows.max_surge, windows.drain_timeout) == ("10%", 30)
    assert live.obstacles is None


def test_pools_of_their_own_request_win() -> None:
    pool = {"name": "only", "properties": {"mode": "System", "osType": "Linux", "count": 4}}
    assert [one.pool.name for one in live_cluster(document(), [pool]).pools] == ["only"]


@pytest.mark.parametrize(
    ("network", "networking"),
    [
        pytest.param(
            {"networkPolicy": "Azure"}, Networking(network_policy=NetworkPolicy.AZURE), id="capitals"
        ),
        pytest.param({"networkPolicy": ""}, Networking(), id="empty-is-none"),
        pytest.param(
            {"networkPolicy": None, "podCidr": "10.224.0.0/16"}, Networking(), id="unused-pod-range"
        ),
        pytest.param(
            {"networkPluginMode": "overlay", "podCidr": "10.244.0.0/16"},
            Networking(
                network_plugin_mode=NetworkPluginMode.OVERLAY,
                network_policy=NetworkPolicy.CALICO,
                pod_cidr="10.244.0.0/16",
            ),
            id="overlay",
        ),
        pytest.param(
            {"networkPlugin": "kubenet", "podCidr": "10.244.0.0/16"},
            Networking(NetworkPlugin.KUBENET, None, NetworkPolicy.CALICO, pod_cidr="10.244.0.0/16"),
            id="kubenet",
        ),
    ],
)
def test_networking_as_azure_spells_it(network: dict[str, Any], networking: Networking) -> None:
    assert live_cluster(document(network)).networking == networking


def test_an_image_that_the_rules_do_not_know_is_none_to_them() -> None:
    pool = {"name": "old", "mode": "System", "osType": "Linux", "osSKU": "CBLMariner", "count": 1}
    assert live_cluster(document(agentPoolProfiles=[pool])).pools[0].pool.os_sku is None


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param(document({"networkPolicy": "antrea"}), "networkPolicy is 'antrea'", id="engine"),
        pytest.param({**document(), "id": "/subscriptions/0b"}, "not the id of a managed cluster", id="id"),
    ],
)
def test_what_is_not_known_is_said(answer: dict[str, Any], says: str) -> None:
    with pytest.raises(LiveDocumentError, match=says):
        live_cluster(answer)


def test_a_pool_of_another_mode_is_no_system_pool() -> None:
    """Gateway pools, say: AKS docs, configure-static-egress-gateway."""
    pools = [
        {"name": "gwpool", "mode": "Gateway", "count": 2},
        {"name": "system", "mode": "System", "count": 3},
    ]
    live = live_cluster(document(agentPoolProfiles=pools))
    assert [(one.pool.name, one.pool.mode) for one in live.pools] == [
        ("system", PoolMode.SYSTEM),
        ("gwpool", PoolMode.USER),
    ]
