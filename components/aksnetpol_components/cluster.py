"""An AKS cluster with its resource group, identity and first node pool."""

from collections.abc import Iterable, Sequence
from typing import Any

import pulumi
from pulumi import Input, Output
from pulumi_azure_native import containerservice, resources

from aksnetpol_components import credentials, identity
from aksnetpol_components.cluster_networking import IGNORED, ClusterNetworking, live_document, wanted_leaves
from aksnetpol_components.cluster_properties import AksClusterArgs, cluster_properties
from aksnetpol_components.component import Component
from aksnetpol_components.leaves import python_name
from aksnetpol_components.pass_through import arguments, given
from aksnetpol_components.password import GeneratedPassword
from aksnetpol_components.password_resend import PasswordResend
from aksnetpol_components.pool_profile import POOL, PoolProfileArgs, is_autoscaled
from aksnetpol_components.resend_count import ResendCount
from aksnetpol_components.system_pool import SystemPool
from aksnetpol_components.windows_password import WindowsPassword

# An engine change reimages every pool in one operation; azure-native gives up after minutes otherwise.
_TIMEOUTS = pulumi.CustomTimeouts(create="1h", update="3h", delete="1h")


class AksCluster(Component):
    """An AKS cluster: resource group, identity with its role on a given subnet, ManagedCluster."""

    cluster_id: Output[str]
    """ARM id; whatever uses it waits for the cluster and its system pool."""
    cluster_name: Output[str]
    """Name in Azure."""
    resource_group_name: Output[str]
    """Name of the resource group."""
    node_resource_group: Output[str]
    """Resource group that AKS keeps the nodes in."""
    kubeconfig: Output[str]
    """Secret."""
    oidc_issuer_url: Output[str]
    """Issuer of the cluster's service account tokens."""
    network_policy: Output[str]
    """The engine in effect, as Azure answers: "none", "azure", "calico" or "cilium"."""
    windows_admin_password: Output[str | None]
    """Secret; given or generated. Nothing without a Windows profile, or where the password is not ours."""

    def __init__(self, name: str, args: AksClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._arguments = args
        self._resource_name = args.get("cluster_name", name)
        self.has_windows = "windows_profile" in args
        self._protected = args.get("protect", True)
        group = self._resource_group()
        password = self._windows_password()
        resend = self._password_resend(password)
        self.managed_cluster = self._managed_cluster(group, password, resend)
        count = None if resend is None else self._resend_count(resend)
        # Azure allows one operation on a cluster at a time: each waits for the one before.
        networking = self._networking([] if count is None else [count])
        rotated = self._windows_password_change(resend, count, networking) if resend and count else networking
        system_pool = self._system_pool([networking, rotated])
        self.cluster_id = system_pool.id.apply(lambda pool_id: pool_id.rsplit("/", 2)[0])
        self.cluster_name = Output.from_input(self._resource_name)
        self.resource_group_name = Output.from_input(group)
        self.node_resource_group = self.managed_cluster.node_resource_group.apply(lambda group: group or "")
        self.kubeconfig = credentials.kubeconfig(
            self.managed_cluster, group, self._resource_name, admin=args.get("admin_credentials", False)
        )
        self.oidc_issuer_url = self.managed_cluster.oidc_issuer_profile.apply(
            lambda profile: profile.issuer_url if profile else ""
        )
        self.network_policy = networking.wanted.apply(lambda wanted: wanted["networkPolicy"])
        self.windows_admin_password = Output.secret(password)
        self.finish()

    def _resource_group(self) -> Input[str]:
        existing = self._arguments.get("existing_resource_group_name")
        if existing is not None:
            return existing
        name = self._arguments.get("resource_group_name", f"{self._resource_name}-rg")
        group = resources.ResourceGroup(
            self.pulumi_resource_name,
            resource_group_name=name,
            location=self._arguments["location"],
            tags=self._arguments.get("tags"),
            opts=self.child(protect=self._protected, delete_before_replace=True),
        )
        # Not group.name: a planned update, of tags say, makes outputs unknown, and an unknown resource group
        # plans a replacement of all that is in it. The id stays known and carries the dependency.
        return Output.all(group.id, name).apply(lambda found: str(found[1]))

    def _windows_password(self) -> Input[str] | None:
        profile = self._arguments.get("windows_profile")
        if profile is None:
            return None
        password = profile.get("admin_password")
        if password is not None:
            return Output.secret(password)
        if not profile.get("generate_password", True):
            return None
        return GeneratedPassword(f"{self.pulumi_resource_name}-windows", opts=self.child()).result

    def _password_resend(self, password: Input[str] | None) -> PasswordResend | None:
        if not self.has_windows:
            return None
        acknowledged = self._arguments.get("acknowledge_reimage", False)
        return PasswordResend(f"{self.pulumi_resource_name}-{self._resource_name}", password, acknowledged)

    def _identity(self, group: Input[str]) -> identity.Identity:
        existing = self._arguments.get("user_assigned_identity_id")
        if existing is not None:
            return identity.Identity({"type": "UserAssigned", "user_assigned_identities": [existing]})
        if self._arguments.get("identity_type") != "UserAssigned":
            return identity.Identity({"type": "SystemAssigned"})
        name = f"{self._resource_name}-identity"
        place = identity.Place(name, group, self._arguments["location"], self._arguments.get("tags"))
        return identity.user_assigned(self.pulumi_resource_name, place, self.child())

    def _managed_cluster(
        self, group: Input[str], password: Input[str] | None, resend: PasswordResend | None
    ) -> containerservice.ManagedCluster:
        who = self._identity(group)
        before = [] if who.principal_id is None else self._allow_subnets(who.principal_id)
        own = {
            "resource_group_name": group,
            **cluster_properties(self._arguments, self._resource_name, who.argument, password),
        }
        extra = self._arguments.get("managed_cluster_args")
        cluster = containerservice.ManagedCluster(
            self.pulumi_resource_name,
            **arguments(containerservice.ManagedClusterArgs, own, extra),
            opts=self.child(
                protect=self._protected,
                depends_on=before,
                delete_before_replace=True,
                custom_timeouts=_TIMEOUTS,
                ignore_changes=self._ignored(),
                hooks=resend and resend.hooks(),
            ),
        )
        if who.argument["type"] == "SystemAssigned":
            self._allow_subnets(
                cluster.identity.apply(lambda made: (made.principal_id if made else None) or "")
            )
        return cluster

    def _allow_subnets(self, principal_id: Input[str]) -> list[pulumi.Resource]:
        """Let the identity join nodes, pods and load balancers to every existing subnet in use."""
        if not self._arguments.get("grant_subnets", True):
            return []
        pool = self._arguments["system_pool"]
        own = given(pool, "vnet_subnet_id", "pod_subnet_id").values()
        name = self.pulumi_resource_name
        return [
            identity.allow_subnet(f"{name}-subnet{number}", principal_id, subnet, self.child())
            for number, subnet in enumerate(_distinct([*own, *self._arguments.get("subnet_ids", [])]))
        ]

    def _ignored(self) -> list[str]:
        """Name what is managed elsewhere: pools by their own API, networking by moves in place, the password
        because changing it here would replace the cluster (azure-native, provider/pkg/gen/replacement.go)."""
        password = ["windowsProfile.adminPassword"] if "windows_profile" in self._arguments else []
        return ["agentPoolProfiles", *IGNORED, *password]

    def _networking(self, before: Sequence[pulumi.Resource]) -> ClusterNetworking:
        return ClusterNetworking(
            self.pulumi_resource_name,
            cluster_id=self.managed_cluster.id,
            wanted=wanted_leaves(self._arguments["network_profile"]),
            live=live_document(self.managed_cluster),
            acknowledge_reimage=self._arguments.get("acknowledge_reimage", False),
            accept_retired=self._arguments.get("accept_retired", False),
            opts=self.child(custom_timeouts=_TIMEOUTS, depends_on=before),
        )

    def _resend_count(self, resend: PasswordResend) -> ResendCount:
        return ResendCount(
            self.pulumi_resource_name,
            cluster_id=self.managed_cluster.id,
            resent=self.managed_cluster.id.apply(lambda _: resend.seen),
            opts=self.child(),
        )

    def _windows_password_change(
        self, resend: PasswordResend, count: ResendCount, networking: ClusterNetworking
    ) -> WindowsPassword:
        return WindowsPassword(
            self.pulumi_resource_name,
            cluster_id=self.managed_cluster.id,
            password=resend.password,
            resends=count.resends,
            acknowledge_reimage=resend.acknowledged,
            opts=self.child(custom_timeouts=_TIMEOUTS, depends_on=[networking]),
        )

    def _system_pool(self, before: Sequence[pulumi.Resource]) -> SystemPool:
        pool = self._arguments["system_pool"]
        pool_id = self.managed_cluster.id.apply(lambda cluster: f"{cluster}/agentPools/{pool['name']}")
        wanted = changeable(pool)
        live = self.managed_cluster.agent_pool_profiles.apply(
            lambda profiles: _live_properties(profiles or [], pool["name"], wanted)
        )
        options = self.child(custom_timeouts=_TIMEOUTS, depends_on=before)
        return SystemPool(self.pulumi_resource_name, pool_id, wanted, live, options)


def changeable(pool: PoolProfileArgs) -> dict[str, Any]:
    """Return the ARM properties of the system pool that may change while it lives."""
    autoscaled = is_autoscaled(pool)
    properties: dict[str, Any] = {
        "enableAutoScaling": autoscaled,
        "nodeLabels": dict(pool.get("node_labels", {})),
        "nodeTaints": list(pool.get("node_taints", [])),
    }
    if autoscaled:
        properties.update(minCount=pool.get("min_count"), maxCount=pool.get("max_count"))
    else:
        properties["count"] = pool.get("count", 1)
    in_place = given(pool, *(leaf.argument for leaf in POOL if leaf.in_place))
    return properties | {leaf.arm: in_place[leaf.argument] for leaf in POOL if leaf.argument in in_place}


def _live_properties(
    profiles: Sequence[containerservice.outputs.ManagedClusterAgentPoolProfileResponse],
    name: str,
    wanted: Iterable[str],
) -> dict[str, Any]:
    """Return what a pool has for the wanted ARM properties; nothing where there is no such pool."""
    found = [profile for profile in profiles if profile.name == name]
    return {key: getattr(profile, python_name(key)) for profile in found for key in wanted}


def _distinct(subnets: Sequence[Input[str]]) -> list[Input[str]]:
    """Drop repeated ids; outputs, whose value is not known yet, count as different."""
    return [subnet for place, subnet in enumerate(subnets) if subnet not in subnets[:place]]
