"""Clusters as Azure Resource Manager lists them."""

from collections.abc import Callable
from typing import Any

import pytest

from aksnetpol.audit import Subscription

SHOP = Subscription("11111111-1111-1111-1111-111111111111", "shop")
MakeCluster = Callable[..., dict[str, Any]]


def pool(name: str = "system", **properties: Any) -> dict[str, Any]:
    """An item of agentPoolProfiles: three Linux nodes of the system pool by default."""
    plain = {"mode": "System", "osType": "Linux", "osSKU": "Ubuntu2404", "count": 3, "maxPods": 30}
    return {"name": name, **plain, **properties}


@pytest.fixture
def cluster() -> MakeCluster:
    """Makes a document; overlay and Cilium on Kubernetes 1.36 by default: nothing to find."""

    def make(
        name: str = "aks",
        *,
        network: dict[str, Any] | None = None,
        pools: list[dict[str, Any]] | None = None,
        subscription: str = SHOP.id,
        **properties: Any,
    ) -> dict[str, Any]:
        overlay = {"networkPluginMode": "overlay", "podCidr": "10.244.0.0/16"}
        plain = {"networkPlugin": "azure", "networkPolicy": "cilium", "networkDataplane": "cilium", **overlay}
        base = {"currentKubernetesVersion": "1.36.3", "provisioningState": "Succeeded"}
        return {
            "id": f"/subscriptions/{subscription}/resourcegroups/rg/providers/"
            f"Microsoft.ContainerService/managedClusters/{name}",
            "location": "westeurope",
            "properties": {
                **base,
                "networkProfile": plain if network is None else network,
                "agentPoolProfiles": [pool()] if pools is None else pools,
                **properties,
            },
        }

    return make
