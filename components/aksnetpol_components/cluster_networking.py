"""Keeps a cluster's networking as declared, by moves that AKS makes in place.

azure-native plans to replace the whole cluster when one of these leaves changes
(provider/pkg/gen/replacement.go), so ManagedCluster ignores them and this resource owns them.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import pulumi
import pulumi.dynamic

from aksnetpol import clock
from aksnetpol.azure.aks import API_VERSION
from aksnetpol.migration.errors import MigrationError
from aksnetpol_components import dynamic
from aksnetpol_components.leaves import python_name
from aksnetpol_components.network_profile import NetworkProfileArgs, has_pod_cidr, network_profile

if TYPE_CHECKING:
    from aksnetpol.azure import ArmClient

# What ManagedCluster must not compare: networkProfile's leaves that are moved here.
_MOVED = ("networkPlugin", "networkPluginMode", "networkPolicy", "networkDataplane", "podCidr")
LEAVES = {python_name(leaf): leaf for leaf in _MOVED}
# Beside them the plural that Azure derives: an old one would contradict a new range, and nobody declares it.
IGNORED = [f"networkProfile.{leaf}" for leaf in (*LEAVES.values(), "podCidrs")]
_DEFAULTS = {"networkPolicy": "none", "networkDataplane": "azure"}
# What the planner looks at of a pool.
_POOL = {
    python_name(leaf): leaf
    for leaf in (
        "name",
        "mode",
        "osType",
        "osSKU",
        "count",
        "enableAutoScaling",
        "minCount",
        "maxCount",
        "maxPods",
        "vmSize",
        "vnetSubnetID",
        "podSubnetID",
    )
}

Json = Mapping[str, Any]


def wanted_leaves(args: NetworkProfileArgs) -> dict[str, Any]:
    """Return the declared networking as ARM's leaves; what means nothing for the plugin is absent."""
    profile = network_profile(args)
    return {arm: profile[name] for name, arm in LEAVES.items() if name in profile}


def live_document(cluster: Any) -> pulumi.Output[dict[str, Any]]:
    """Return what the planner needs of a ManagedCluster's outputs, in ARM's shape."""
    return pulumi.Output.all(
        id=cluster.id,
        state=cluster.provisioning_state,
        version=cluster.current_kubernetes_version,
        identity=cluster.identity,
        network=cluster.network_profile,
        pools=cluster.agent_pool_profiles,
    ).apply(_document)


def _document(found: Json) -> dict[str, Any]:
    network: Json | None = found["network"]
    if not network:
        return {}  # mocks of a user's tests answer with nothing
    pools: Sequence[Json] = found["pools"] or []
    identity: Json | None = found["identity"]
    properties = {
        "provisioningState": found["state"] or "Succeeded",
        "currentKubernetesVersion": found["version"],
        "networkProfile": _network(network),
        "agentPoolProfiles": [_named(pool, _POOL) for pool in pools],
    }
    who = {"identity": {"type": identity["type"]}} if identity else {}
    return {"id": found["id"], **who, "properties": properties}


def _network(profile: Json) -> dict[str, Any]:
    leaves = {**_DEFAULTS, **_named(profile, LEAVES)}
    if not has_pod_cidr(cast(NetworkProfileArgs, profile)):
        # The SDK's class makes up a range where Azure answers none.
        leaves.pop("podCidr", None)
    return leaves


def _named(value: Json, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what is there, under other names; the SDK's outputs are dictionaries with Python's names."""
    return {arm: value[name] for name, arm in names.items() if value.get(name) is not None}


class ClusterNetworkingProvider(dynamic.Provider):
    """Compares what is declared with what the cluster's refresh saw, and moves the cluster."""

    def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
        """Bring the cluster to the declared networking; a fresh one is there already."""
        if props.get(dynamic.ADOPTING):
            _require(dynamic.arm_client(), props)
        else:
            _migrate(props)
        return pulumi.dynamic.CreateResult(props["cluster_id"], _outs(props))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.DiffResult:
        """Another cluster replaces; another networking is moved to, also one that changed by hand."""
        replaces = ["cluster_id"] if _olds.get("cluster_id") != _news.get("cluster_id") else []
        changed = bool(replaces) or _olds.get("wanted") != _news["wanted"] or drifted(_news)
        return pulumi.dynamic.DiffResult(changes=changed, replaces=replaces)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.UpdateResult:
        """Move the cluster, step by step."""
        _migrate(_news)
        return pulumi.dynamic.UpdateResult(_outs(_news))


def drifted(props: Json) -> bool:
    """Tell whether the live networking is another than the declared one; an unknown one is not."""
    live = props.get("live")
    if not isinstance(live, Mapping) or not live:
        return False
    profile: Json = cast(Json, live)["properties"]["networkProfile"]
    wanted: Json = props["wanted"]
    leaves = (leaf for leaf in LEAVES.values() if leaf in wanted or leaf != "podCidr")
    return any(_text(profile, leaf) != _text(wanted, leaf) for leaf in leaves)


def _text(profile: Json, leaf: str) -> str:
    return str(profile.get(leaf) or _DEFAULTS.get(leaf, "")).lower()


def _require(client: "ArmClient", props: Json) -> None:
    """Make sure that a cluster that is adopted still has the networking that its settings were made of."""
    if drifted({**props, "live": client.get(props["cluster_id"], API_VERSION).body}):
        name = str(props["cluster_id"]).rpartition("/")[2]
        raise MigrationError(
            f"{name}: somebody changed its networking while it was adopted. It was left so. Adopt it again."
        )


def _migrate(props: Json) -> None:
    # Imported here: a preview that changes nothing needs neither.
    from aksnetpol.migration.run import Migration

    client = dynamic.arm_client()
    Migration(client, props["cluster_id"], clock.today()).run(_wish(props))


def _wish(props: Json) -> Any:
    from aksnetpol.engines.moves import Networking, WantedNetworking
    from aksnetpol.migration.run import Wish

    networking = Networking().with_fields(props["wanted"])
    return Wish(
        WantedNetworking.exactly(networking),
        acknowledged=bool(props.get("acknowledge_reimage")),
        accept_retired=bool(props.get("accept_retired")),
    )


def _outs(props: Json) -> dict[str, Any]:
    return {"cluster_id": props["cluster_id"], "wanted": dict(props["wanted"])}


def _warn(props: Json) -> None:
    """Say what a change costs before it begins, in previews too."""
    if not drifted(props):
        return
    from aksnetpol.engines.moves import Refusal, live_cluster, plan
    from aksnetpol.migration.run import replaced
    from aksnetpol.migration.wording import refused, summary, unacknowledged

    wish = _wish(props)
    live = replaced(live_cluster(props["live"]), wish.accept_retired)
    found = plan(live, wish.networking, clock.today())
    if isinstance(found, Refusal):
        pulumi.log.warn(refused(found))
    elif wish.acknowledged:
        pulumi.log.info(summary(found))
    else:
        pulumi.log.warn(f"{summary(found)}\n{unacknowledged(found.cluster)}")


class ClusterNetworking(pulumi.dynamic.Resource, module="aksnetpol", name="ClusterNetworking"):
    """The networking of a managed cluster.

    Args:
        cluster_id: ARM id of the cluster.
        wanted: from `wanted_leaves`.
        live: from `live_document`.
        acknowledge_reimage: whether a change may reimage all nodes of all pools.
        accept_retired: whether a retired engine may be installed.
    """

    wanted: pulumi.Output[Mapping[str, str]]

    def __init__(
        self,
        name: str,
        *,
        cluster_id: pulumi.Input[str],
        wanted: Json,
        live: pulumi.Input[Json],
        acknowledge_reimage: bool,
        accept_retired: bool,
        opts: pulumi.ResourceOptions,
    ) -> None:
        props: dict[str, Any] = {
            "cluster_id": cluster_id,
            "wanted": wanted,
            "live": live,
            "acknowledge_reimage": acknowledge_reimage,
            "accept_retired": accept_retired,
        }
        pulumi.Output.from_input(live).apply(lambda live: _warn({**props, "live": live}))
        super().__init__(ClusterNetworkingProvider(), name, props, opts)
