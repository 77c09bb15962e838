"""The networkProfile of a managed cluster, every leaf that can replace a cluster given explicitly."""

from typing import Any, NotRequired, TypedDict

from pulumi import Input

from aksnetpol_components.leaves import Leaf, sent


class NetworkProfileArgs(TypedDict):
    """How the cluster's pods are connected, and which engine enforces network policies."""

    network_plugin: str
    """"azure", "kubenet" or "none"."""
    network_plugin_mode: NotRequired[str]
    """"overlay"; without it pods take addresses of the node subnet (or kubenet's own)."""
    network_policy: NotRequired[Input[str]]
    """The engine: "none" (default), "azure", "calico" or "cilium"."""
    network_dataplane: NotRequired[Input[str]]
    """"azure" (default) or "cilium"."""
    pod_cidr: NotRequired[Input[str]]
    """Addresses of pods; used with overlay and kubenet only."""
    service_cidr: NotRequired[Input[str]]
    """Addresses of services."""
    dns_service_ip: NotRequired[Input[str]]
    """Address of the cluster's DNS service; needed beside service_cidr."""
    outbound_type: NotRequired[Input[str]]
    """How the cluster reaches the internet; "loadBalancer" by default."""


NETWORK = (
    Leaf("network_plugin", "networkProfile.networkPlugin"),
    Leaf("network_plugin_mode", "networkProfile.networkPluginMode"),
    Leaf("network_policy", "networkProfile.networkPolicy", default="none"),
    Leaf("network_dataplane", "networkProfile.networkDataplane", default="azure"),
    Leaf("pod_cidr", "networkProfile.podCidr", default="10.244.0.0/16"),
    Leaf("service_cidr", "networkProfile.serviceCidr", default="10.0.0.0/16"),
    Leaf("dns_service_ip", "networkProfile.dnsServiceIP", default="10.0.0.10"),
    Leaf("outbound_type", "networkProfile.outboundType", default="loadBalancer"),
)


def network_profile(args: NetworkProfileArgs) -> dict[str, Any]:
    """Return the networkProfile to send, as a dictionary.

    A dictionary and not `ContainerServiceNetworkProfileArgs`: that class injects podCidr, serviceCidr,
    dnsServiceIP and outboundType, which breaks node-subnet clusters and custom service ranges.
    A leaf that appears or disappears later makes azure-native replace the cluster, so each one that
    means something for the plugin is always there (azure-native, provider/pkg/gen/replacement.go).
    """
    profile: dict[str, Any] = {"load_balancer_sku": "standard", **sent(NETWORK, args)["network_profile"]}
    if not has_pod_cidr(args):
        profile.pop("pod_cidr")
    return profile


def has_pod_cidr(args: NetworkProfileArgs) -> bool:
    """Tell whether pods have a range of their own (AKS docs, concepts-network-ip-address-planning)."""
    return args["network_plugin"] == "kubenet" or args.get("network_plugin_mode") == "overlay"
