"""A live cluster as ARM answers it."""

import copy
from typing import Any

import pytest

Json = dict[str, Any]
CLUSTER_ID = "/subscriptions/s/resourcegroups/shop/providers/Microsoft.ContainerService/managedClusters/aks"
CLUSTER: Json = {
    "id": CLUSTER_ID,
    "name": "aks",
    "location": "eastus",
    "identity": {"type": "SystemAssigned", "principalId": "p"},
    "sku": {"name": "Base", "tier": "Free"},
    "properties": {
        "provisioningState": "Succeeded",
        "dnsPrefix": "shop",
        "kubernetesVersion": "1.36",
        "currentKubernetesVersion": "1.36.3",
        "nodeResourceGroup": "MC_shop",
        "networkProfile": {
            "networkPlugin": "azure",
            "networkPluginMode": "overlay",
            "networkPolicy": "cilium",
            "networkDataplane": "cilium",
            "podCidr": "192.168.0.0/16",
            "podCidrs": ["192.168.0.0/16"],
            "serviceCidr": "10.0.0.0/16",
            "dnsServiceIP": "10.0.0.10",
            "outboundType": "loadBalancer",
            "loadBalancerSku": "standard",
        },
        "oidcIssuerProfile": {"enabled": True},
    },
}
SYSTEM: Json = {
    "mode": "System",
    "osType": "Linux",
    "osSKU": "Ubuntu",
    "count": 2,
    "vmSize": "Standard_D4s_v5",
    "type": "VirtualMachineScaleSets",
    "orchestratorVersion": "1.36",
    "provisioningState": "Succeeded",
}


def pool(name: str, **changed: Any) -> Json:
    """A pool's document."""
    return {"name": name, "id": f"{CLUSTER_ID}/agentPools/{name}", "properties": {**SYSTEM, **changed}}


@pytest.fixture
def cluster() -> Json:
    """A cluster's document, to be changed."""
    return copy.deepcopy(CLUSTER)
