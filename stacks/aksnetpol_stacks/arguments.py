"""The table of settings: which component argument each one is, and so which ARM property.

A setting is the argument of the same name, which is the ARM property of its row in the component's table
(`aksnetpol_components.leaves`): a plain setting needs no row here. The rows that are written out are the
exceptions: another name, a value that is not simply the setting's, or the other way not simply ARM's.
The program reads the table towards Azure, adoption from there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, cast, get_args

import pulumi

from aksnetpol.documents import mapping
from aksnetpol.engines import NetworkDataplane, NetworkPolicy, OsSku
from aksnetpol_components import cluster_properties, network_profile, pool_profile
from aksnetpol_components.cluster_properties import AksClusterArgs
from aksnetpol_components.leaves import Json, Leaf, nested
from aksnetpol_components.network_profile import NetworkProfileArgs
from aksnetpol_components.pool_profile import PoolProfileArgs
from aksnetpol_stacks.settings import ClusterSettings, NodePoolSettings, Settings, StackSettings


@dataclass(frozen=True)
class Row:
    """A setting, the argument that it becomes, and the ARM property behind that.

    Args:
        setting: path of its field in the model: "identity.type".
        argument: path of its key in the component's arguments; None where the program sees to it otherwise.
        leaf: of the component's table; None where the argument is no property, or not one alone.
        to_argument: the argument's value of the model, where it is not simply the setting's.
        from_live: the setting of what the leaf read and of the live document, where it is not simply the
            former; None where no setting says it.
    """

    setting: str
    argument: str | None = None
    leaf: Leaf | None = None
    to_argument: Callable[[Any], Any] | None = None
    from_live: Callable[[Any, Json], Any] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether setting, argument and property have one value."""
        return self.leaf is not None and self.to_argument is None and self.from_live is None

    def given(self, model: Settings) -> Any:
        """Return the argument's value for a model's settings, None or something empty where there is none."""
        if self.to_argument is not None:
            return self.to_argument(model)
        value: Any = model
        for name in self.setting.split("."):
            value = None if value is None else getattr(value, name)
        return value.value if isinstance(value, Enum) else value

    def live(self, document: Json) -> Any:
        """Return the setting's value for a live resource, None or something empty where there is none.

        Args:
            document: of ARM, its envelope beside its properties.
        """
        value = None if self.leaf is None else self.leaf.read(document)
        return value if self.from_live is None else self.from_live(value, document)


def cluster_args(settings: StackSettings) -> AksClusterArgs:
    """Return the cluster component's arguments for a stack's settings; what is absent stays absent."""
    args = _given(CLUSTER, settings.cluster)
    password = settings.windows_admin_password
    if password is not None and settings.cluster.windows is not None:
        args["windows_profile"]["admin_password"] = pulumi.Output.secret(password.get_secret_value())
    return cast(AksClusterArgs, args)


def pool_args(pool: NodePoolSettings, version: str | None) -> PoolProfileArgs:
    """Return a pool component's arguments for its settings; what is absent stays absent.

    Args:
        pool: the pool.
        version: of Kubernetes, which is the cluster's setting.
    """
    of_the_cluster = {} if version is None else {"orchestrator_version": version}
    return cast(PoolProfileArgs, _given(POOL, pool) | of_the_cluster)


def is_given(value: Any) -> bool:
    """Tell whether there is something to say: neither None nor an empty collection."""
    return value is not None and value not in ([], {})


def _given(rows: Iterable[Row], model: Settings) -> dict[str, Any]:
    values = ((row.argument.split("."), row.given(model)) for row in rows if row.argument is not None)
    return nested((path, value) for path, value in values if is_given(value))


def _subnets(pools: Sequence[NodePoolSettings]) -> list[str]:
    subnets = [subnet for pool in pools for subnet in (pool.vnet_subnet_id, pool.pod_subnet_id) if subnet]
    return list(dict.fromkeys(subnets))


def _one_of(values: Iterable[Any]) -> Callable[[Any, Json], Any]:
    """What Azure has beside these is for the pass-through."""
    known = tuple(values)
    return lambda value, _: value if value in known else None


def _dataplane(value: Any, cluster: Json) -> Any:
    cilium = mapping(cluster.get("networkProfile")).get("networkPolicy") == NetworkPolicy.CILIUM
    follows = NetworkDataplane.CILIUM if cilium else NetworkDataplane.AZURE
    return None if value == follows else value


def _bound(value: Any, pool: Json) -> Any:
    return value if pool.get("enableAutoScaling") else None


def _table(
    model: type[Settings], arguments: Iterable[str], leaves: Mapping[str, Leaf], *exceptions: Row
) -> tuple[Row, ...]:
    """Return the exceptions, and a row for each other setting that has an argument of its name."""
    named = {argument.rpartition(".")[2]: argument for argument in arguments}
    excepted = {row.setting for row in exceptions}
    same = (Row(name, named[name]) for name in model.model_fields if name in named and name not in excepted)
    return tuple(replace(row, leaf=leaves.get(row.argument or "")) for row in (*exceptions, *same))


def _leaves(leaves: Iterable[Leaf], group: str = "") -> dict[str, Leaf]:
    return {f"{group}{leaf.argument}": leaf for leaf in leaves}


POOL = _table(
    NodePoolSettings,
    PoolProfileArgs.__annotations__,
    _leaves(pool_profile.POOL),
    # NodePool or WindowsNodePool is the program's choice.
    Row("os_type", from_live=lambda _, pool: pool.get("osType")),
    Row("os_sku", "os_sku", from_live=_one_of(OsSku)),
    Row("min_count", "min_count", from_live=_bound),
    Row("max_count", "max_count", from_live=_bound),
    # An image without FIPS is asked for by name only.
    Row(
        "enable_fips",
        "enable_fips",
        to_argument=lambda pool: pool.enable_fips if "enable_fips" in pool.model_fields_set else None,
    ),
)

CLUSTER = _table(
    ClusterSettings,
    [
        *AksClusterArgs.__annotations__,
        *(f"network_profile.{key}" for key in NetworkProfileArgs.__annotations__),
    ],
    {
        **_leaves(cluster_properties.CLUSTER),
        **_leaves(network_profile.NETWORK, "network_profile."),
        **_leaves(cluster_properties.WINDOWS, "windows_profile."),
    },
    Row("name", "cluster_name"),
    Row("resource_group", "resource_group_name"),
    Row("existing_resource_group", "existing_resource_group_name"),
    Row("identity.type", "identity_type"),
    Row("identity.resource_id", "user_assigned_identity_id"),
    Row("identity.grant_subnets", "grant_subnets"),
    Row(
        "system_pool",
        "system_pool",
        to_argument=lambda cluster: pool_args(cluster.system_pool, cluster.kubernetes_version),
    ),
    Row("node_pools", "subnet_ids", to_argument=lambda cluster: _subnets(cluster.node_pools)),
    Row("network_policy", "network_profile.network_policy", from_live=lambda value, _: value or "none"),
    Row(
        "network_dataplane",
        "network_profile.network_dataplane",
        to_argument=lambda cluster: cluster.dataplane.value,
        from_live=_dataplane,
    ),
    Row("pod_cidr", "network_profile.pod_cidr", to_argument=lambda cluster: cluster.pods),
    Row("dns_service_ip", "network_profile.dns_service_ip", to_argument=lambda cluster: cluster.dns),
    Row(
        "outbound_type",
        "network_profile.outbound_type",
        from_live=_one_of(get_args(ClusterSettings.model_fields["outbound_type"].annotation)),
    ),
    Row(
        "private_cluster",
        "private_cluster",
        to_argument=lambda cluster: cluster.private_cluster or None,
        from_live=lambda value, _: value or None,
    ),
    Row("windows.admin_username", "windows_profile.admin_username"),
    Row(
        "windows.generate_password",
        "windows_profile.generate_password",
        # Azure never tells the password.
        from_live=lambda _, cluster: False if cluster.get("windowsProfile") else None,
    ),
)
