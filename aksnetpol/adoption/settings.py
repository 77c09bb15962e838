"""A live cluster as the settings of a stack, as far as settings have a word for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic.alias_generators import to_camel

from aksnetpol.adoption.errors import AdoptionError
from aksnetpol.documents import mapping
from aksnetpol_components.leaves import nested
from aksnetpol_stacks.arguments import CLUSTER, POOL, Row, is_given

Json = Mapping[str, Any]


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
    # What more than one property says, or none.
    own = {
        "name": cluster["name"],
        "existingResourceGroup": group,
        "kubernetesVersion": _version(cluster, pools),
        "identity": _identity(cluster),
        "systemPool": _pool(system),
        "nodePools": [_pool(pool) for pool in pools if pool is not system],
    }
    return {key: value for key, value in {**_said(CLUSTER, cluster), **own}.items() if is_given(value)}


def _said(rows: Iterable[Row], live: Json) -> dict[str, Any]:
    """Return what the table's settings say of a live resource."""
    values = (([to_camel(part) for part in row.setting.split(".")], row.live(live)) for row in rows)
    return nested((path, value) for path, value in values if is_given(value))


def _system_pool(pools: Iterable[Json]) -> Json:
    for pool in pools:
        if pool.get("mode") == "System" and pool.get("osType", "Linux") == "Linux":
            return pool
    raise AdoptionError("The cluster has no Linux system pool, and a stack's cluster has one.")


def _version(cluster: Json, pools: Iterable[Json]) -> str | None:
    """The version, where all pools share it: a setting moves them together."""
    version = cluster.get("kubernetesVersion")
    return version if all(pool.get("orchestratorVersion") == version for pool in pools) else None


def _identity(cluster: Json) -> dict[str, Any]:
    identity = mapping(cluster.get("identity"))
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
    return {"name": pool["name"], **_said(POOL, pool)}
