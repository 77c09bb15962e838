"""Reads a live cluster from what Azure Resource Manager answers."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from aksnetpol.engines.model import (
    Cluster,
    NetworkDataplane,
    NetworkPlugin,
    NetworkPluginMode,
    NetworkPolicy,
    NodePool,
    OsSku,
    OsType,
    PoolMode,
)
from aksnetpol.engines.moves.errors import LiveDocumentError
from aksnetpol.engines.moves.live import LiveCluster, LiveNodePool
from aksnetpol.engines.moves.networking import Networking

_ID = re.compile(r"/subscriptions/([^/]+)/resourcegroups/([^/]+)/.*/managedclusters/([^/]+)", re.IGNORECASE)


def _lower(value: Any) -> Any:
    """Azure compares these without regard to case, and some clients sent capitals."""
    return value.lower() or None if isinstance(value, str) else value


def _known_sku(value: Any) -> OsSku | None:
    """Images that the rules know nothing of are none to them."""
    return OsSku(value) if isinstance(value, str) and value in set(OsSku) else None


def _known_mode(value: Any) -> PoolMode:
    """Of modes the rules know only that a pool is for the system, or is not."""
    return PoolMode.SYSTEM if value == PoolMode.SYSTEM else PoolMode.USER


class _Document(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")


class _Network(_Document):
    network_plugin: Annotated[NetworkPlugin, BeforeValidator(_lower)] = NetworkPlugin.AZURE
    network_plugin_mode: Annotated[NetworkPluginMode | None, BeforeValidator(_lower)] = None
    network_policy: Annotated[NetworkPolicy | None, BeforeValidator(_lower)] = None
    network_dataplane: Annotated[NetworkDataplane | None, BeforeValidator(_lower)] = None
    pod_cidr: str | None = None
    service_cidr: str = "10.0.0.0/16"
    dns_service_ip: Annotated[str, Field(alias="dnsServiceIP")] = "10.0.0.10"


class _UpgradeSettings(_Document):
    max_surge: str | None = None
    max_unavailable: str | None = None
    drain_timeout_in_minutes: int | None = None
    node_soak_duration_in_minutes: int | None = None


class _Pool(_Document):
    name: str
    mode: Annotated[PoolMode, BeforeValidator(_known_mode)] = PoolMode.USER
    os_type: OsType = OsType.LINUX
    os_sku: Annotated[OsSku | None, BeforeValidator(_known_sku)] = Field(None, alias="osSKU")
    count: int = 0
    enable_auto_scaling: bool | None = None
    min_count: int | None = None
    max_count: int | None = None
    max_pods: int | None = None
    enable_fips: bool | None = Field(None, alias="enableFIPS")
    vm_size: str | None = None
    vnet_subnet_id: str | None = Field(None, alias="vnetSubnetID")
    pod_subnet_id: str | None = Field(None, alias="podSubnetID")
    upgrade_settings: _UpgradeSettings | None = None

    def live(self) -> LiveNodePool:
        """Return the pool as the planner sees it; what Azure leaves out has its default."""
        settings = self.upgrade_settings or _UpgradeSettings()
        plain = LiveNodePool(
            NodePool(
                self.name,
                self.os_type,
                self.os_sku,
                self.mode,
                self.count,
                bool(self.enable_auto_scaling),
                self.min_count,
                self.max_count,
                self.max_pods,
                bool(self.enable_fips),
            )
        )
        timeout, soak = settings.drain_timeout_in_minutes, settings.node_soak_duration_in_minutes
        return LiveNodePool(
            plain.pool,
            self.vm_size or plain.vm_size,
            self.vnet_subnet_id,
            self.pod_subnet_id,
            settings.max_surge or plain.max_surge,
            settings.max_unavailable or plain.max_unavailable,
            plain.drain_timeout if timeout is None else timeout,
            plain.soak if soak is None else soak,
        )


class _Typed(_Document):
    type: str = "ServicePrincipal"


class _Mode(_Document):
    mode: str | None = None


class _Windows(_Document):
    admin_username: str | None = None


class _Properties(_Document):
    kubernetes_version: str | None = None
    current_kubernetes_version: str | None = None
    provisioning_state: str = "Succeeded"
    dns_prefix: str | None = None
    network_profile: _Network = Field(default_factory=_Network)
    agent_pool_profiles: list[_Pool] | None = None
    node_provisioning_profile: _Mode | None = None
    windows_profile: _Windows | None = None


class _ManagedCluster(_Document):
    id: str
    identity: _Typed | None = None
    properties: _Properties


def live_cluster(
    document: Mapping[str, Any], pools: Sequence[Mapping[str, Any]] | None = None
) -> LiveCluster:
    """Read a live cluster.

    Args:
        document: the answer to a GET of the managed cluster.
        pools: the items of a GET of its agentPools; by default its agentPoolProfiles, which hold them all.

    Raises:
        LiveDocumentError: a value is not one that the planner knows.
    """
    try:
        found = _ManagedCluster.model_validate(document)
        named = None if pools is None else [_Pool.model_validate(_flat(pool)) for pool in pools]
    except ValidationError as error:
        one = error.errors()[0]
        where = ".".join(map(str, one["loc"]))
        raise LiveDocumentError(
            f"Azure answers a cluster that cannot be planned for: {where} is {one['input']!r}. {one['msg']}."
        ) from error
    match = _ID.search(found.id)
    if match is None:
        raise LiveDocumentError(f"{found.id!r} is not the id of a managed cluster.")
    subscription, group, name = match.groups()
    properties = found.properties
    profiles = properties.agent_pool_profiles or [] if named is None else named
    lives = _first_system([profile.live() for profile in profiles])
    return LiveCluster(
        _cluster(name, properties, lives),
        lives,
        group,
        subscription,
        (properties.node_provisioning_profile or _Mode()).mode == "Auto",
        (found.identity or _Typed()).type,
        provisioning_state=properties.provisioning_state,
    )


def _flat(pool: Mapping[str, Any]) -> dict[str, Any]:
    """An agent pool resource in the shape of agentPoolProfiles."""
    return {"name": pool.get("name"), **pool.get("properties", {})}


def _first_system(pools: list[LiveNodePool]) -> tuple[LiveNodePool, ...]:
    """The rules expect a system pool first; Azure answers in an order of its own."""
    return tuple(sorted(pools, key=lambda one: one.pool.mode is not PoolMode.SYSTEM))


def _cluster(name: str, properties: _Properties, pools: tuple[LiveNodePool, ...]) -> Cluster:
    network = properties.network_profile
    windows = properties.windows_profile or _Windows()
    plain = Cluster(
        name,
        tuple(one.pool for one in pools),
        kubernetes_version=properties.current_kubernetes_version or properties.kubernetes_version,
        service_cidr=network.service_cidr,
        dns_service_ip=network.dns_service_ip,
        dns_prefix=properties.dns_prefix,
        windows_admin_username=windows.admin_username,
    )
    found = Networking(
        network.network_plugin,
        network.network_plugin_mode,
        network.network_policy or NetworkPolicy.NONE,
        network.network_dataplane or NetworkDataplane.AZURE,
        network.pod_cidr,
    ).on(plain)
    return Networking.of(found).on(found)
