"""A cluster's arguments, and what they become of azure-native's ManagedCluster."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from pulumi import Input
from pulumi_azure_native import containerservice

from aksnetpol_components.leaves import Leaf, sent
from aksnetpol_components.network_profile import NetworkProfileArgs, network_profile
from aksnetpol_components.pass_through import arguments, bare, merged
from aksnetpol_components.pool_profile import PoolProfileArgs, pool_properties


class WindowsProfileArgs(TypedDict):
    """The administrator of Windows nodes; must be there from the cluster's creation."""

    admin_username: Input[str]
    """User name, at most 20 characters; cannot change."""
    admin_password: NotRequired[Input[str]]
    """Password, 14 to 123 characters; generated when absent. Changes in place, with acknowledge_reimage; set
    again after each later update of the ManagedCluster, which sends the one of the creation; in the next run
    where that fails."""
    generate_password: NotRequired[bool]
    """Generate an absent password; true by default. False leaves the one that the cluster has; but where an
    earlier one stands in the stack's state, each update of the ManagedCluster sends that, with
    acknowledge_reimage."""


WINDOWS = (Leaf("admin_username", "windowsProfile.adminUsername"),)


class AksClusterArgs(TypedDict):
    """What a cluster is made of."""

    location: Input[str]
    """Azure region."""
    system_pool: PoolProfileArgs
    """The first node pool; Linux, system mode. Further pools are NodePool and WindowsNodePool."""
    network_profile: NetworkProfileArgs
    """Network plugin, engine and address ranges."""
    cluster_name: NotRequired[str]
    """Name in Azure; the component's name by default."""
    resource_group_name: NotRequired[Input[str]]
    """Name of the resource group to make; the cluster's name with "-rg" by default."""
    existing_resource_group_name: NotRequired[Input[str]]
    """Existing resource group to use instead of making one."""
    kubernetes_version: NotRequired[Input[str]]
    """Version of the control plane, "1.35" or "1.35.2"; Azure's default when absent."""
    dns_prefix: NotRequired[Input[str]]
    """Start of the API server's host name; from the cluster's name by default. Cannot change."""
    identity_type: NotRequired[str]
    """"SystemAssigned" (default) or "UserAssigned" (an identity is made)."""
    user_assigned_identity_id: NotRequired[Input[str]]
    """Existing identity to use; its rights on a subnet are then yours to give."""
    grant_subnets: NotRequired[bool]
    """Give the identity made here Network Contributor on every existing subnet in use; true by default."""
    subnet_ids: NotRequired[Sequence[Input[str]]]
    """Existing subnets of further pools; the identity made here may use them and the system pool's."""
    windows_profile: NotRequired[WindowsProfileArgs]
    """Needed if the cluster will ever have Windows pools."""
    ssh_public_key: NotRequired[Input[str]]
    """Key for Linux nodes. Cannot change."""
    linux_admin_username: NotRequired[Input[str]]
    """User of that key, "azureuser" by default."""
    authorized_ip_ranges: NotRequired[Sequence[Input[str]]]
    """Who may reach the API server, as CIDRs."""
    private_cluster: NotRequired[Input[bool]]
    """Gives the API server a private address only."""
    sku_tier: NotRequired[Input[str]]
    """"Free" (default), "Standard" or "Premium"."""
    node_os_upgrade_channel: NotRequired[Input[str]]
    """How AKS keeps the nodes patched: "None", "Unmanaged", "SecurityPatch" or "NodeImage" (Azure's default).
    A change reimages the nodes, within a day."""
    admin_credentials: NotRequired[bool]
    """Take the administrator's kubeconfig; needed where users sign in with Entra ID."""
    acknowledge_reimage: NotRequired[bool]
    """Let a change of engine, plugin or pod range reimage all nodes of all pools, and one of the Windows
    password those of Windows pools; false by default."""
    accept_retired: NotRequired[bool]
    """Let a change install an engine that is retired; false by default."""
    protect: NotRequired[bool]
    """Refuse to delete the resource group and the cluster; true by default."""
    tags: NotRequired[Mapping[str, Input[str]]]
    """Tags of every Azure resource made here."""
    managed_cluster_args: NotRequired[Mapping[str, Any]]
    """Any further azure-native ManagedCluster property; merged over the others."""


def _ssh_key(keys: Sequence[Mapping[str, Any]]) -> str | None:
    return keys[0].get("keyData") if len(keys) == 1 else None


CLUSTER = (
    Leaf("location", "location"),
    Leaf("kubernetes_version", "kubernetesVersion"),
    Leaf("dns_prefix", "dnsPrefix"),
    Leaf(
        "ssh_public_key",
        "linuxProfile.ssh.publicKeys",
        encode=lambda key: [{"key_data": key}],
        decode=_ssh_key,
    ),
    Leaf("authorized_ip_ranges", "apiServerAccessProfile.authorizedIPRanges"),
    Leaf("private_cluster", "apiServerAccessProfile.enablePrivateCluster"),
    Leaf("sku_tier", "sku.tier", default="Free"),
    Leaf("node_os_upgrade_channel", "autoUpgradeProfile.nodeOSUpgradeChannel"),
    Leaf("tags", "tags"),
)


def cluster_properties(
    args: AksClusterArgs, name: str, identity: dict[str, Any], password: Input[str] | None
) -> dict[str, Any]:
    """Return what to send for a cluster, without its resource group and the pass-through arguments.

    Args:
        args: the cluster.
        name: its name in Azure.
        identity: azure-native's `identity` argument.
        password: of its Windows administrator; None leaves it to Azure.
    """
    pool = args["system_pool"]
    inline = pool_properties(pool, os_type="Linux", mode="System")
    own = {
        "resource_name": name,
        "identity": identity,
        "network_profile": network_profile(args["network_profile"]),
        "agent_pool_profiles": [
            arguments(
                containerservice.ManagedClusterAgentPoolProfileArgs,
                {"name": pool["name"], **inline},
                pool.get("agent_pool_args"),
            )
        ],
        "oidc_issuer_profile": {"enabled": True},
        "sku": {"name": "Base"},
        **_logins(args, password),
    }
    properties = merged(own, sent(CLUSTER, args))
    if _has_own_host_name(args):
        properties.pop("dns_prefix", None)  # AKS takes one of the two
    else:
        properties.setdefault("dns_prefix", dns_prefix(name))
    return properties


def dns_prefix(cluster_name: str) -> str:
    """Return a DNS prefix that Azure accepts: 1 to 54 letters, digits and hyphens, alphanumeric ends."""
    return re.sub(r"[^A-Za-z0-9-]", "-", cluster_name)[:54].strip("-")


def _has_own_host_name(args: AksClusterArgs) -> bool:
    return any(bare(key) == "fqdnsubdomain" for key in args.get("managed_cluster_args", {}))


def _logins(args: AksClusterArgs, password: Input[str] | None) -> dict[str, Any]:
    logins: dict[str, Any] = {}
    if "ssh_public_key" in args:
        logins["linux_profile"] = {"admin_username": args.get("linux_admin_username", "azureuser")}
    windows = args.get("windows_profile")
    if windows is not None:
        logins |= merged(sent(WINDOWS, windows), {"windows_profile": {"admin_password": password}})
    return logins
