"""The networkProfile of a managed cluster, every leaf that can replace a cluster given explicitly."""

from typing import Any, NotRequired, TypedDict

from pulumi import Input

DEFAULT_POD_CIDR = "10.244.0.0/16"
DEFAULT_SERVICE_CIDR = "10.0.0.0/16"
DEFAULT_DNS_SERVICE_IP = "10.0.0.10"


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


def network_profile(args: NetworkProfileArgs) -> dict[str, Any]:
    """Return the networkProfile to send, as a dictionary.

    A dictionary and not `ContainerServiceNetworkProfileArgs`: that class injects podCidr, serviceCidr,
    dnsServiceIP and outboundType, which breaks node-subnet clusters and custom service ranges.
    A leaf that appears or disappears later makes azure-native replace the cluster, so each one that
    means something for the plugin is always there (azure-native, provider/pkg/gen/replacement.go).
    """
    profile: dict[str, Any] = {
        "network_plugin": args["network_plugin"],
        "network_policy": args.get("network_policy", "none"),
        "network_dataplane": args.get("network_dataplane", "azure"),
        "service_cidr": args.get("service_cidr", DEFAULT_SERVICE_CIDR),
        "dns_service_ip": args.get("dns_service_ip", DEFAULT_DNS_SERVICE_IP),
        "outbound_type": args.get("outbound_type", "loadBalancer"),
        "load_balancer_sku": "standard",
    }
    if "network_plugin_mode" in args:
        profile["network_plugin_mode"] = args["network_plugin_mode"]
    if has_pod_cidr(args):
        profile["pod_cidr"] = args.get("pod_cidr", DEFAULT_POD_CIDR)
    return profile


def has_pod_cidr(args: NetworkProfileArgs) -> bool:
    """Tell whether pods have a range of their own (AKS docs, concepts-network-ip-address-planning)."""
    return args["network_plugin"] == "kubenet" or args.get("network_plugin_mode") == "overlay"
