"""A live cluster as the settings of a stack, as far as settings have a word for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from aksnetpol.adoption.errors import AdoptionError
from aksnetpol.documents import entries, mapping
from aksnetpol.engines import OsSku
from aksnetpol_stacks import ClusterSettings

Json = Mapping[str, Any]

_OUTBOUND = get_args(ClusterSettings.model_fields["outbound_type"].annotation)
_SAME_NAME = {
    "vmSize": "vmSize",
    "count": "count",
    "osType": "osType",
    "mode": "mode",
    "maxPods": "maxPods",
    "nodeLabels": "nodeLabels",
    "nodeTaints": "nodeTaints",
    "availabilityZones": "availabilityZones",
    "vnetSubnetID": "vnetSubnetId",
    "podSubnetID": "podSubnetId",
    "enableFIPS": "enableFips",
}


def cluster_settings(cluster: Json, group: str, pools: Sequence[Json]) -> dict[str, Any]:
    """Return `aksnetpol:cluster` for a live cluster; what it does not name is for the pass-through.

    Args:
        cluster: its flat ARM document, with `name`.
        group: its resource group.
        pools: flat ARM documents of its pools, with `name`.

    Raises:
        AdoptionError: the cluster is of a kind that no settings make.
    """
    system = _system_pool(pools)
    network: Json = cluster.get("networkProfile") or {}
    own = {
        "name": cluster["name"],
        "location": cluster["location"],
        "existingResourceGroup": group,
        "kubernetesVersion": _version(cluster, pools),
        **_networking(network),
        "dnsPrefix": cluster.get("dnsPrefix"),
        "identity": _identity(cluster),
        "systemPool": _pool(system),
        "nodePools": [_pool(pool) for pool in pools if pool is not system],
        "windows": _windows(cluster),
        "sshPublicKey": _ssh_key(cluster),
        "skuTier": mapping(cluster.get("sku")).get("tier"),
        "tags": cluster.get("tags"),
        **_access(mapping(cluster.get("apiServerAccessProfile"))),
    }
    return {key: value for key, value in own.items() if value not in (None, {}, [])}


def _system_pool(pools: Iterable[Json]) -> Json:
    for pool in pools:
        if pool.get("mode") == "System" and pool.get("osType", "Linux") == "Linux":
            return pool
    raise AdoptionError("The cluster has no Linux system pool, and a stack's cluster has one.")


def _version(cluster: Json, pools: Iterable[Json]) -> str | None:
    """The version, where all pools share it: a setting moves them together."""
    version = cluster.get("kubernetesVersion")
    return version if all(pool.get("orchestratorVersion") == version for pool in pools) else None


def _networking(network: Json) -> dict[str, Any]:
    outbound = network.get("outboundType")
    policy, dataplane = network.get("networkPolicy") or "none", network.get("networkDataplane")
    follows = "cilium" if policy == "cilium" else "azure"
    return {
        "networkPlugin": network.get("networkPlugin"),
        "networkPluginMode": network.get("networkPluginMode"),
        "networkPolicy": policy,
        "networkDataplane": None if dataplane == follows else dataplane,
        "podCidr": network.get("podCidr"),
        "serviceCidr": network.get("serviceCidr"),
        "dnsServiceIp": network.get("dnsServiceIP"),
        "outboundType": outbound if outbound in _OUTBOUND else None,
    }


def _identity(cluster: Json) -> dict[str, Any]:
    identity: Json = cluster.get("identity") or {}
    kind = identity.get("type")
    if kind == "SystemAssigned":
        return {"grantSubnets": False}
    assigned = list(identity.get("userAssignedIdentities") or ())
    if kind != "UserAssigned" or len(assigned) != 1:
        raise AdoptionError(
            f"{cluster['name']} runs as a service principal or as several identities, and a stack's cluster "
            "has one managed identity. Give it one first: az aks update --enable-managed-identity"
        )
    return {"type": kind, "resourceId": assigned[0], "grantSubnets": False}


def _pool(pool: Json) -> dict[str, Any]:
    named = {ours: pool[arm] for arm, ours in _SAME_NAME.items() if pool.get(arm) not in (None, {}, [])}
    if pool.get("enableAutoScaling"):
        named |= {key: pool[key] for key in ("minCount", "maxCount") if key in pool}
    image = pool.get("osSKU")
    return {"name": pool["name"], **named, **({"osSku": image} if image in list(OsSku) else {})}


def _windows(cluster: Json) -> dict[str, Any] | None:
    profile = cluster.get("windowsProfile")
    if not profile:
        return None
    # Azure never tells the password.
    return {"adminUsername": profile.get("adminUsername"), "generatePassword": False}


def _ssh_key(cluster: Json) -> str | None:
    keys: Sequence[Json] = entries(mapping(mapping(cluster.get("linuxProfile")).get("ssh")).get("publicKeys"))
    return keys[0].get("keyData") if len(keys) == 1 else None


def _access(profile: Json) -> dict[str, Any]:
    return {
        "authorizedIpRanges": profile.get("authorizedIPRanges"),
        "privateCluster": profile.get("enablePrivateCluster") or None,
    }
