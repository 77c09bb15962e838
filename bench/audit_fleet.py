"""Puts many clusters into the state of an emulator that does not run yet, in a second."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aksnetpol.local.arm.containerservice import defaults
from aksnetpol.local.arm.containerservice.machine import CLUSTER_TYPE, POOL_TYPE
from aksnetpol.local.arm.operations import with_state
from aksnetpol.local.arm.resources.state import GROUP_TYPE
from aksnetpol.local.arm.settings import Identity
from aksnetpol.local.arm.store import Json, Resource, Store

SUCCEEDED = "Succeeded"
GROUP, LOCATIONS = "fleet", ("westeurope", "eastus", "northeurope")


def _pool(**properties: object) -> Json:
    return {"mode": "System", "count": 3, "vmSize": "Standard_D4s_v5", "osSKU": "Ubuntu2404", **properties}


def _windows(**properties: object) -> Json:
    return {"mode": "User", "count": 2, "vmSize": "Standard_D4s_v5", "osType": "Windows", **properties}


@dataclass(frozen=True)
class Kind:
    """A kind of cluster, of which a fleet has many.

    Args:
        network: networkProfile, before defaults.
        pools: properties of agent pools by name, before defaults.
        properties: of the cluster, besides.
    """

    name: str
    network: Json
    pools: dict[str, Json] = field(default_factory=lambda: {"system": _pool()})
    version: str = "1.36"
    properties: Json = field(default_factory=dict[str, object])


_NODE_SUBNET: Json = {"networkPlugin": "azure"}
_CILIUM: Json = {"networkPluginMode": "overlay", "networkPlugin": "azure", "networkDataplane": "cilium"}
KINDS = (
    Kind("good", _CILIUM),
    Kind("npm", {**_NODE_SUBNET, "networkPolicy": "azure"}),
    Kind(
        "npmwin",
        {**_NODE_SUBNET, "networkPolicy": "azure"},
        {"system": _pool(), "win": _windows(osSKU="Windows2022")},
    ),
    Kind("npmbig", {**_NODE_SUBNET, "networkPolicy": "azure"}, {"system": _pool(count=260)}),
    Kind("npmnear", {**_NODE_SUBNET, "networkPolicy": "azure"}, {"system": _pool(count=240)}),
    Kind("kubenet", {"networkPlugin": "kubenet", "networkPolicy": "calico"}),
    Kind(
        "win19",
        {**_NODE_SUBNET, "networkPolicy": "calico"},
        {"system": _pool(), "win": _windows(osSKU="Windows2019")},
        "1.32",
    ),
    Kind("jammy", _CILIUM, {"system": _pool(osSKU="Ubuntu2204"), "work": _pool(mode="User")}),
    Kind("mariner", _CILIUM, {"system": _pool(osSKU="CBLMariner")}, "1.34"),
    Kind("longterm", _CILIUM, version="1.31", properties={"supportPlan": "AKSLongTermSupport"}),
)


def seed(home: Path, clusters: int, subscriptions: Sequence[str] = (), kinds: Sequence[Kind] = KINDS) -> None:
    """Write clusters of all kinds, spread evenly over the emulator's own subscription and others.

    Args:
        home: of the emulator.
        subscriptions: further ones: `Settings.readable_subscriptions`.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = Identity.remembered(home)
    everywhere = (own.subscription_id, *subscriptions)
    store = Store(home / "arm.sqlite")
    with store.transaction():
        group: Json = {"location": LOCATIONS[0], "properties": {"provisioningState": SUCCEEDED}}
        store.put(Resource(f"/subscriptions/{own.subscription_id}/resourceGroups/{GROUP}", GROUP_TYPE, group))
        for number in range(clusters):
            kind = kinds[number % len(kinds)]
            subscription = everywhere[number // len(kinds) % len(everywhere)]
            location = LOCATIONS[number % len(LOCATIONS)]
            place = defaults.Place(subscription, GROUP, location, f"{kind.name}-{number:04}")
            for resource in _resources(kind, place, own.tenant_id):
                store.put(with_state(resource, SUCCEEDED))
    store.close()


def new_subscriptions(count: int) -> tuple[str, ...]:
    """Return ids, the same ones each time."""
    return tuple(str(uuid.uuid5(uuid.NAMESPACE_URL, f"subscription {number}")) for number in range(count))


def _resources(kind: Kind, place: defaults.Place, tenant: str) -> list[Resource]:
    properties: Json = {
        "dnsPrefix": place.name,
        "kubernetesVersion": kind.version,
        "networkProfile": kind.network,
        **kind.properties,
    }
    body = defaults.cluster({"location": place.location, "properties": properties}, place, tenant)
    scope = f"/subscriptions/{place.subscription}/resourcegroups/{place.group}/providers"
    cluster = Resource(f"{scope}/{CLUSTER_TYPE}/{place.name}", CLUSTER_TYPE, body)
    network = body["properties"]["networkProfile"]
    return [
        cluster,
        *(
            Resource(
                f"{cluster.id}/agentPools/{name}",
                POOL_TYPE,
                {"properties": defaults.pool(pool, network, kind.version)},
            )
            for name, pool in kind.pools.items()
        ),
    ]
