"""What a cluster's arguments become of azure-native's ManagedCluster."""

import re
from typing import TYPE_CHECKING, Any

from pulumi import Input
from pulumi_azure_native import containerservice

from aksnetpol_components.network_profile import network_profile
from aksnetpol_components.pass_through import arguments, bare, given
from aksnetpol_components.pool_profile import pool_properties

if TYPE_CHECKING:
    from aksnetpol_components.cluster import AksClusterArgs


def cluster_properties(
    args: "AksClusterArgs", name: str, identity: dict[str, Any], password: Input[str] | None
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
    properties: dict[str, Any] = {
        "resource_name": name,
        "location": args["location"],
        **_host_name(args, name),
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
        "sku": {"name": "Base", "tier": args.get("sku_tier", "Free")},
    }
    properties.update(given(args, "kubernetes_version", "tags"))
    return {**properties, **_access(args), **_logins(args, password)}


def dns_prefix(cluster_name: str) -> str:
    """Return a DNS prefix that Azure accepts: 1 to 54 letters, digits and hyphens, alphanumeric ends."""
    return re.sub(r"[^A-Za-z0-9-]", "-", cluster_name)[:54].strip("-")


def _host_name(args: "AksClusterArgs", name: str) -> dict[str, Any]:
    extra = args.get("managed_cluster_args", {})
    if any(bare(key) == "fqdnsubdomain" for key in extra):
        return {}  # stands in its place: AKS takes one of the two
    return {"dns_prefix": args.get("dns_prefix", dns_prefix(name))}


def _access(args: "AksClusterArgs") -> dict[str, Any]:
    profile: dict[str, Any] = {}
    if "authorized_ip_ranges" in args:
        profile["authorized_ip_ranges"] = args["authorized_ip_ranges"]
    if "private_cluster" in args:
        profile["enable_private_cluster"] = args["private_cluster"]
    return {"api_server_access_profile": profile} if profile else {}


def _logins(args: "AksClusterArgs", password: Input[str] | None) -> dict[str, Any]:
    logins: dict[str, Any] = {}
    if "ssh_public_key" in args:
        logins["linux_profile"] = {
            "admin_username": args.get("linux_admin_username", "azureuser"),
            "ssh": {"public_keys": [{"key_data": args["ssh_public_key"]}]},
        }
    windows = args.get("windows_profile")
    if windows is not None:
        logins["windows_profile"] = {
            "admin_username": windows["admin_username"],
            "admin_password": password,
        }
    return logins
