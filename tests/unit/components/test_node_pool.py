"""node_pool.py: what is sent for a pool."""

from typing import Any

import pytest

from aksnetpol_components import NodePool, NodePoolArgs, WindowsNodePool

CLUSTER = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"


def plain(name: str) -> NodePoolArgs:
    return {"cluster_id": CLUSTER, "name": name, "vm_size": "Standard_D4s_v5"}


BASE = {
    "resourceGroupName": "g",
    "resourceName": "c",
    "vmSize": "Standard_D4s_v5",
    "mode": "User",
    "type": "VirtualMachineScaleSets",
    "count": 1,
    "enableAutoScaling": False,
}


def test_linux(deploy: Any) -> None:
    done = deploy(lambda: NodePool("np", plain("work")))
    pool = done.one("AgentPool")
    assert pool.inputs == {**BASE, "agentPoolName": "work", "osType": "Linux"}
    assert pool.options.parent == done.one("NodePool").urn
    assert pool.options.deleteBeforeReplace
    assert list(pool.options.ignoreChanges) == []


def test_windows(deploy: Any) -> None:
    args = plain("npwin")
    args["os_sku"] = "Windows2022"
    args["disable_outbound_nat"] = True
    done = deploy(lambda: WindowsNodePool("npwin", args))
    assert done.one("AgentPool").inputs == {
        **BASE,
        "agentPoolName": "npwin",
        "osType": "Windows",
        "osSKU": "Windows2022",
        "windowsProfile": {"disableOutboundNat": True},
    }


@pytest.mark.parametrize(("count", "sent"), [(None, 2), (4, 4)], ids=["starts-at-least", "starts-at-count"])
def test_autoscaled(deploy: Any, count: int | None, sent: int) -> None:
    args = plain("work")
    args["min_count"], args["max_count"] = 2, 5
    if count is not None:
        args["count"] = count
    pool = deploy(lambda: NodePool("np", args)).one("AgentPool")
    assert pool.inputs == {
        **BASE,
        "agentPoolName": "work",
        "osType": "Linux",
        "count": sent,
        "minCount": 2,
        "maxCount": 5,
        "enableAutoScaling": True,
    }
    assert list(pool.options.ignoreChanges) == ["count"]


def test_everything_else(deploy: Any) -> None:
    args = plain("work")
    args.update(
        mode="System",
        node_labels={"a": "b"},
        node_taints=["k=v:NoSchedule"],
        availability_zones=["1", "2"],
        max_pods=50,
        vnet_subnet_id="/nodes",
        pod_subnet_id="/pods",
        orchestrator_version="1.35",
        enable_fips=True,
        agent_pool_args={"upgradeSettings": {"maxSurge": "33%"}, "osDiskSizeGB": 64},
    )
    sent = deploy(lambda: NodePool("np", args)).one("AgentPool").inputs
    assert sent == {
        **BASE,
        "agentPoolName": "work",
        "osType": "Linux",
        "mode": "System",
        "nodeLabels": {"a": "b"},
        "nodeTaints": ["k=v:NoSchedule"],
        "availabilityZones": ["1", "2"],
        "maxPods": 50,
        "vnetSubnetID": "/nodes",
        "podSubnetID": "/pods",
        "orchestratorVersion": "1.35",
        "enableFIPS": True,
        "upgradeSettings": {"maxSurge": "33%"},
        "osDiskSizeGB": 64,
    }
