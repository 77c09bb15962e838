"""Reads a live cluster as the planner sees it: from Azure, and from its pods where they can be looked at."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aksnetpol.azure import ArmError, aks
from aksnetpol.documents import entries, mapping
from aksnetpol.engines.addresses import network
from aksnetpol.engines.moves import LiveCluster, live_cluster
from aksnetpol.migration.pods import with_pods
from aksnetpol.migration.quota import with_quota

if TYPE_CHECKING:
    from aksnetpol.azure import ArmClient

_NETWORK_API = "2024-05-01"
_AZURE_RESERVED = 5  # addresses of every subnet; Microsoft Learn, virtual-networks-faq


def read(
    arm: "ArmClient", cluster_id: str, *, quota: bool = False, kubeconfig: Path | None = None
) -> LiveCluster:
    """Read a cluster, and what is known of its subnets.

    Args:
        quota: whether to read what is left of the subscription's too.
        kubeconfig: for a look at the pods; None does without.

    Raises:
        AzureError: Azure cannot be reached, or refuses.
        LiveDocumentError: Azure answers what the planner does not know.
        ApiError: the pods cannot be looked at.
    """
    document = arm.get(cluster_id, aks.API_VERSION).body
    live = _in_azure(arm, cluster_id, document)
    if quota:
        live = with_quota(arm, live, str(document.get("location", "")))
    return live if kubeconfig is None else with_pods(live, kubeconfig)


def described(
    arm: "ArmClient", cluster_id: str, document: Mapping[str, Any], kubeconfig: Path | None = None
) -> LiveCluster:
    """Return a cluster of a document that was read before; see read."""
    live = _in_azure(arm, cluster_id, document)
    return live if kubeconfig is None else with_pods(live, kubeconfig)


def _in_azure(arm: "ArmClient", cluster_id: str, document: Mapping[str, Any]) -> LiveCluster:
    return _with_subnets(arm, live_cluster(document, aks.pools(arm, cluster_id)))


def _with_subnets(arm: "ArmClient", live: LiveCluster) -> LiveCluster:
    """Add free addresses and network ranges of the user's own subnets; who may not read them does without."""
    free: dict[str, int] = {}
    prefixes: list[str] = []
    for subnet in dict.fromkeys(one.vnet_subnet_id for one in live.pools if one.vnet_subnet_id):
        try:
            found = mapping(arm.get(subnet, _NETWORK_API).body.get("properties"))
            parent = mapping(arm.get(subnet.rsplit("/subnets/", 1)[0], _NETWORK_API).body.get("properties"))
        except ArmError:
            continue
        prefixes += entries(mapping(parent.get("addressSpace")).get("addressPrefixes"))
        size = network(found.get("addressPrefix") or next(iter(entries(found.get("addressPrefixes"))), None))
        if size is not None:
            taken = max(len(entries(found.get("ipConfigurations"))), _own_addresses(live, subnet))
            free[subnet] = max(0, size.num_addresses - _AZURE_RESERVED - taken)
    return replace(live, free_addresses=free, virtual_network_prefixes=tuple(dict.fromkeys(prefixes)))


def _own_addresses(live: LiveCluster, subnet: str) -> int:
    """Addresses that the cluster's own nodes take in a subnet."""
    return sum(
        one.pool.count * live.addresses_per_node(one, live.networking)
        for one in live.pools
        if one.vnet_subnet_id == subnet
    )
