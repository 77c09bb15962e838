"""Plans the adoption of a live cluster: the stack that describes it, and the ids to import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pulumi_azure_native import containerservice

from aksnetpol.adoption.clear_text import credentials
from aksnetpol.adoption.document import flat, writable
from aksnetpol.adoption.errors import AdoptionError
from aksnetpol.adoption.remainder import paths, remainder
from aksnetpol.adoption.settings import cluster_settings
from aksnetpol_components.cluster import changeable
from aksnetpol_components.cluster_networking import IGNORED, drifted, wanted_leaves
from aksnetpol_components.cluster_properties import cluster_properties
from aksnetpol_components.pool_profile import is_autoscaled, pool_properties
from aksnetpol_components.system_pool import differing
from aksnetpol_stacks import NodePoolSettings, StackSettings
from aksnetpol_stacks.arguments import cluster_args, pool_args
from aksnetpol_stacks.parse import parse

Json = Mapping[str, Any]
# ARM ids by resource type and name in the program.
Imports = Mapping[tuple[str, str], str]

CLUSTER_TYPE = "azure-native:containerservice:ManagedCluster"
POOL_TYPE = "azure-native:containerservice:AgentPool"


@dataclass(frozen=True)
class Adoption:
    """An existing cluster as a stack.

    Args:
        cluster_id: ARM id of the cluster.
        config: the stack's settings by section, as they stand in its file.
        imports: what the program takes over.
        passed: what no setting expresses: paths of properties by the pass-through argument that holds them.
        warnings: what the rules say of the cluster, such as retirements.
    """

    cluster_id: str
    config: Mapping[str, Any]
    imports: Imports
    passed: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...]

    @property
    def pools(self) -> tuple[str, ...]:
        """Names of its pools, the system pool first."""
        cluster = self.config["cluster"]
        return (cluster["systemPool"]["name"], *(pool["name"] for pool in cluster.get("nodePools", ())))


def plan(cluster: Json, pools: Sequence[Json], today: date, *, demo: bool = False) -> Adoption:
    """Plan the adoption of a cluster.

    Args:
        cluster: its ARM document.
        pools: ARM documents of its agent pools.
        today: the day to measure retirements from.
        demo: whether the stack shall make the demo namespace.

    Raises:
        AdoptionError: it is busy or broken, holds a password in clear, or no settings describe it.
    """
    _require_settled(cluster, pools)
    cluster_id = str(cluster["id"])
    live = {"name": cluster["name"], **flat(cluster)}
    live_pools = [{**pool.get("properties", {}), "name": pool["name"]} for pool in pools]
    for one in (live, *live_pools):
        _require_no_credentials(one)
    group = cluster_id.split("/")[4]
    own: dict[str, Any] = cluster_settings(live, group, live_pools)
    data: dict[str, Any] = {"cluster": own, "demo": {"enabled": demo}}
    settings, _ = _accepted(data, today)
    by_name = {pool["name"]: pool for pool in live_pools}
    _pass_through(own, settings, live, by_name)
    settings, warnings = _accepted(data, today)
    _require_expressed(settings, cluster, by_name)
    further = [pool.name for pool in settings.cluster.node_pools]
    imports = {(POOL_TYPE, name): f"{cluster_id}/agentPools/{name}" for name in further}
    return Adoption(
        cluster_id,
        _shown(settings),
        {(CLUSTER_TYPE, "cluster"): cluster_id, **imports},
        _passed(own),
        warnings,
    )


def _require_settled(cluster: Json, pools: Sequence[Json]) -> None:
    for one in (cluster, *pools):
        state = one.get("properties", {}).get("provisioningState", "Succeeded")
        if state != "Succeeded":
            raise AdoptionError(
                f"{one['name']} is {state}. Wait until its operation has ended, or finish the one that "
                "failed with `az aks update`; then adopt it."
            )


def _require_no_credentials(live: Json) -> None:
    if found := list(credentials(live)):
        raise AdoptionError(
            f"{', '.join(found)} of {live['name']}: the URL names a user or a password, which would stand in "
            "clear in the stack's file and state. Give it a URL without them in Azure, then adopt it."
        )


def _accepted(data: dict[str, Any], today: date) -> tuple[StackSettings, tuple[str, ...]]:
    """Read the settings; what is retired is accepted, since it runs."""
    found = parse(data, today)
    if found.settings is not None and found.errors:
        data["cluster"]["acceptRetired"] = True
        found = parse(data, today)
    if found.settings is None or found.errors:
        said = "\n".join(one.advice for one in found.errors)
        raise AdoptionError(f"No settings describe {data['cluster']['name']}:\n{said}")
    return found.settings, tuple(one.advice for one in found.warnings)


def _pass_through(
    own: dict[str, Any], settings: StackSettings, live: Json, pools: Mapping[str, Json]
) -> None:
    """Add the pass-through arguments of the cluster and of each pool to its settings."""
    version = settings.cluster.kubernetes_version
    given = [settings.cluster.system_pool, *settings.cluster.node_pools]
    kinds = [containerservice.ManagedClusterAgentPoolProfileArgs]
    kinds += [containerservice.AgentPoolArgs] * len(settings.cluster.node_pools)
    places = [own["systemPool"], *own.get("nodePools", [])]
    for place, pool, kind in zip(places, given, kinds, strict=True):
        rest = _pool_remainder(pool, version, writable(kind, pools[pool.name]))
        if place is own["systemPool"]:
            rest.pop("enableAutoScaling", None)  # its own resource keeps it as the bounds say
        place.update({"agentPoolArgs": rest} if rest else {})
    sent = cluster_properties(cluster_args(settings), settings.cluster.name, _identity(settings), None)
    wanted = writable(containerservice.ManagedClusterArgs, live)
    ignored = frozenset({"agentPoolProfiles", "resourceName", *IGNORED})
    rest = remainder(sent, wanted, ignored)
    own.update({"managedClusterArgs": rest} if rest else {})


def _pool_remainder(pool: NodePoolSettings, version: str | None, live: Json) -> dict[str, Any]:
    args = pool_args(pool, version)
    sent = pool_properties(args, os_type=pool.os_type.value, mode=pool.mode.value)
    ignored = frozenset({"name", "count"} if is_autoscaled(args) else {"name"})
    return remainder(sent, live, ignored)


def _identity(settings: StackSettings) -> dict[str, Any]:
    identity = settings.cluster.identity
    assigned = {"user_assigned_identities": [identity.resource_id]} if identity.resource_id else {}
    return {"type": identity.type, **assigned}


def _require_expressed(settings: StackSettings, cluster: Json, pools: Mapping[str, Json]) -> None:
    """Make sure that what our own resources own is at its live values: creating them then writes nothing.

    Raises:
        AdoptionError: the networking or the system pool would be changed.
    """
    args = cluster_args(settings)
    if drifted({"wanted": wanted_leaves(args["network_profile"]), "live": cluster}):
        raise AdoptionError(f"No settings describe the networking of {settings.cluster.name}.")
    system = settings.cluster.system_pool.name
    others = differing(pools[system], changeable(args["system_pool"]))
    if others:
        names = ", ".join(others)
        raise AdoptionError(f"No settings describe {names} of the system pool {system}.")


def _shown(settings: StackSettings) -> dict[str, Any]:
    """Return what stands in the file: what is not a default, the place and the pools in any case."""
    cluster = settings.cluster.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    kept = {"name": settings.cluster.name, "location": settings.cluster.location, **cluster}
    kept["systemPool"] = _pool_shown(settings.cluster.system_pool)
    if settings.cluster.node_pools:
        kept["nodePools"] = [_pool_shown(pool) for pool in settings.cluster.node_pools]
    if settings.cluster.windows is not None:
        kept["windows"] = settings.cluster.windows.model_dump(by_alias=True)
    # The properties that need no looking at come last.
    passed = kept.pop("managedClusterArgs", None)
    return {
        "cluster": {**kept, **({"managedClusterArgs": passed} if passed else {})},
        "demo": {"enabled": settings.demo.enabled},
    }


def _pool_shown(pool: NodePoolSettings) -> dict[str, Any]:
    named = {"name": pool.name, "vmSize": pool.vm_size, "count": pool.count}
    return {**named, **pool.model_dump(mode="json", by_alias=True, exclude_unset=True)}


def _passed(own: Json) -> dict[str, tuple[str, ...]]:
    found = {"managedClusterArgs": tuple(paths(own.get("managedClusterArgs", {})))}
    for pool in (own["systemPool"], *own.get("nodePools", ())):
        found[f"{pool['name']}.agentPoolArgs"] = tuple(paths(pool.get("agentPoolArgs", {})))
    return {place: named for place, named in found.items() if named}
