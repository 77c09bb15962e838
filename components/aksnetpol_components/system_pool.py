"""Keeps the cluster's first pool as declared, through the per-pool API.

ManagedCluster carries one inline pool, because a cluster cannot be created without. Later changes to it
cannot go through ManagedCluster: its agentPoolProfiles read back holds every pool, so it is ignored there,
and ARM wants pool changes "per agent pool" (pulumi-azure-native issues 579, 2719).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import pulumi
import pulumi.dynamic

from aksnetpol.azure.aks import API_VERSION
from aksnetpol.migration.errors import MigrationError
from aksnetpol_components import dynamic

if TYPE_CHECKING:
    from aksnetpol.azure import ArmClient

_READ_ONLY = frozenset(
    {
        "provisioningState",
        "currentOrchestratorVersion",
        "nodeImageVersion",
        "eTag",
        "powerState",
        "status",
        "recentlyUsedVersions",
    }
)


def differing(live: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the wanted properties whose live value is another; missing and empty are the same."""
    return {key: value for key, value in wanted.items() if (live.get(key) or None) != (value or None)}


def ensure(client: "ArmClient", pool_id: str, wanted: Mapping[str, Any]) -> None:
    """Bring one agent pool to the wanted properties by read, modify, write.

    Args:
        client: Azure Resource Manager.
        pool_id: ARM id of the agent pool.
        wanted: ARM properties, for example {"count": 3}; others keep their live values.

    Raises:
        ArmError: Azure refused.
    """
    live: dict[str, Any] = client.get(pool_id, API_VERSION).body["properties"]
    if differing(live, wanted):
        # ARM refuses the autoscaler's bounds on a pool that is not autoscaled.
        bounds = frozenset[str]() if wanted.get("enableAutoScaling") else {"minCount", "maxCount"}
        kept = {key: value for key, value in live.items() if key not in _READ_ONLY | bounds}
        body = {"properties": {**kept, **_whole_numbers(wanted)}}
        client.put(pool_id, API_VERSION, body, if_match=live.get("eTag"))


def require(client: "ArmClient", pool_id: str, wanted: Mapping[str, Any]) -> None:
    """Make sure that one agent pool has the wanted properties; see ensure, which writes them.

    Raises:
        MigrationError: it has others.
        ArmError: Azure refused.
    """
    others = differing(client.get(pool_id, API_VERSION).body["properties"], wanted)
    if others:
        name = pool_id.rpartition("/")[2]
        raise MigrationError(
            f"{name}: somebody changed {', '.join(others)} while the cluster was adopted. It was left so. "
            "Adopt it again."
        )


def _whole_numbers(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Turn 3.0 back into 3: Pulumi hands every number of a dynamic resource over as a float."""
    return {
        key: int(value) if isinstance(value, float) and value.is_integer() else value
        for key, value in properties.items()
    }


class SystemPoolProvider(dynamic.Provider):
    """Compares and changes the pool; never creates or deletes it, the cluster does.

    It reads nothing either: the cluster's refresh brings its pools' live values, and a preview need not
    ask Azure twice.
    """

    def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
        """Bring the pool that the cluster was created with to the declared properties."""
        bring = require if props.get(dynamic.ADOPTING) else ensure
        bring(dynamic.arm_client(), props["pool_id"], props["properties"])
        return pulumi.dynamic.CreateResult(props["pool_id"], _outs(props["pool_id"], props["properties"]))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.DiffResult:
        """Another pool replaces; other properties, or a live pool that has others, change in place."""
        replaces = ["pool_id"] if _olds.get("pool_id") != _news.get("pool_id") else []
        wanted, live = _news["properties"], _news.get("live")
        # Not known while an update of the cluster is only planned.
        drifted = isinstance(live, Mapping) and bool(differing(cast(Mapping[str, Any], live), wanted))
        changed = bool(replaces) or drifted or _olds.get("properties") != wanted
        return pulumi.dynamic.DiffResult(changes=changed, replaces=replaces)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.UpdateResult:
        """Bring the pool to the new properties."""
        ensure(dynamic.arm_client(), _id, _news["properties"])
        return pulumi.dynamic.UpdateResult(_outs(_id, _news["properties"]))


def _outs(pool_id: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"pool_id": pool_id, "properties": dict(properties)}


class SystemPool(pulumi.dynamic.Resource, module="aksnetpol", name="SystemPool"):
    """The changeable properties of a cluster's first pool.

    Args:
        pool_id: ARM id of the agent pool, existing once the cluster exists.
        properties: ARM names and values, only those that may change on a live pool.
        live: what the cluster was last seen to have for them; empty where it has no such pool.
    """

    def __init__(
        self,
        name: str,
        pool_id: pulumi.Input[str],
        properties: Mapping[str, Any],
        live: pulumi.Input[Mapping[str, Any]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        props: dict[str, Any] = {"pool_id": pool_id, "properties": dict(properties), "live": live}
        super().__init__(SystemPoolProvider(), name, props, opts)
