"""State of agent pools: create, change, delete, reimage."""

import uuid
from dataclasses import replace

from aksnetpol.local.arm.containerservice import defaults, errors
from aksnetpol.local.arm.containerservice.document import backfilled, normal, section
from aksnetpol.local.arm.containerservice.machine import POOL_TYPE
from aksnetpol.local.arm.containerservice.rules.changes import IMMUTABLE_POOL, check_fixed
from aksnetpol.local.arm.containerservice.state import Changed, Clusters, reimaged
from aksnetpol.local.arm.containerservice.validation import Validation
from aksnetpol.local.arm.containerservice.view import pool_view
from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.operations import Operation
from aksnetpol.local.arm.store import Json, Resource

# Seconds in Azure, in round figures; Windows images are larger.
_CREATE, _CREATE_WINDOWS, _UPDATE, _REIMAGE, _DELETE = 120.0, 240.0, 60.0, 300.0, 90.0
_WORK = "reconcile-cluster"


class Pools:
    """Agent pools.

    Args:
        context: the emulator's parts.
    """

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._clusters = Clusters(context)
        self._validation = Validation(context)

    def put(self, cluster: Resource, name: str, body: Json, if_match: str | None) -> Changed:
        """Create a pool, or change it: what the body leaves out keeps its value.

        Raises:
            ArmFaultError: 400 of the first broken rule, 409 while an operation runs on the cluster.
        """
        self._clusters.require_idle(cluster)
        sent = section(normal(body), "properties")
        if sent.get("enableAutoScaling") is True and "count" not in sent:
            raise errors.count_missing()
        live = self._store.get(f"{cluster.id}/agentPools/{name}")
        if live is None:
            return self._create(cluster, name, sent)
        if if_match not in (None, "*") and if_match.strip('"') != live.properties["eTag"]:
            raise errors.etag_mismatch()
        return self._update(cluster, live, sent)

    def delete(self, cluster: Resource, pool: Resource) -> Operation:
        """Start the deletion of a pool.

        Raises:
            ArmFaultError: 400 for the last system pool, 409 while an operation runs on the cluster.
        """
        self._clusters.require_idle(cluster)
        others = [item for item in self._clusters.pools(cluster) if item.key != pool.key]
        if not any(item.properties["mode"] == "System" for item in others):
            raise errors.last_system_pool(pool.name)
        return self._clusters.begin(pool, "Deleting", _DELETE, work=_WORK, removes=True, beside=(cluster.id,))

    def reimage(self, cluster: Resource, pool: Resource) -> Changed:
        """Start the upgrade of the node image."""
        self._clusters.require_idle(cluster)
        changed = self._store.put(reimaged(pool))
        return Changed(changed, self._begin(cluster, changed, "UpgradingNodeImageVersion", _REIMAGE))

    def _create(self, cluster: Resource, name: str, sent: Json) -> Changed:
        network = cluster.properties["networkProfile"]
        version = cluster.properties["kubernetesVersion"]
        properties: Json = {"mode": "User", **defaults.pool(sent, network, version)}
        view = pool_view(name, properties)
        self._validation.pool(self._clusters.view(cluster), view, new=True)
        pool = self._store.put(
            Resource(f"{cluster.id}/agentPools/{name}", POOL_TYPE, {"properties": properties})
        )
        seconds = _CREATE_WINDOWS if view.windows else _CREATE
        return Changed(pool, self._begin(cluster, pool, "Creating", seconds), True)

    def _update(self, cluster: Resource, live: Resource, sent: Json) -> Changed:
        properties = backfilled(sent, live.properties)
        check_fixed(live.properties, properties, IMMUTABLE_POOL)
        _check_os_sku(live.properties, properties)
        view = self._clusters.view(cluster)
        others = replace(view, pools=tuple(item for item in view.pools if item.name != live.name))
        self._validation.pool(others, pool_view(live.name, properties), new=False)
        pool = replace(live, body={**live.body, "properties": {**properties, "eTag": str(uuid.uuid4())}})
        moved = properties["osSKU"] != live.properties["osSKU"]
        pool = self._store.put(reimaged(pool) if moved else pool)
        counted = properties["count"] != live.properties["count"]
        state, seconds = ("Scaling" if counted else "Updating"), (_REIMAGE if moved else _UPDATE)
        return Changed(pool, self._begin(cluster, pool, state, seconds))

    def _begin(self, cluster: Resource, pool: Resource, state: str, seconds: float) -> Operation:
        return self._clusters.begin(pool, state, seconds, work=_WORK, beside=(cluster.id,))


def _check_os_sku(live: Json, wanted: Json) -> None:
    """Accept a change of OS image: among Linux ones, Windows 2022 to 2025 (azure-cli-extensions#10255)."""
    before, after = live["osSKU"], wanted["osSKU"]
    linux = live["osType"] == "Linux" and not after.startswith("Windows")
    if before != after and not linux and (before, after) != ("Windows2022", "Windows2025"):
        raise errors.property_change("properties.osSKU")
