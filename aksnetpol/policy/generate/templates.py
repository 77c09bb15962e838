"""Policies that many namespaces start from."""

from __future__ import annotations

from collections.abc import Iterable

from aksnetpol.policy.generate.manifest import Manifest, network_policy, pods_of_namespace
from aksnetpol.policy.model.cluster import Direction, Protocol

DNS_PORT = 53
DEMO_NAMESPACE = "demo"


def default_deny(namespace: str, directions: Iterable[Direction]) -> Manifest:
    """Return a policy that isolates all pods of a namespace and allows nothing.

    Source: Kubernetes docs, Network Policies, "Default policies".
    """
    return network_policy(namespace, "default-deny", {}, dict.fromkeys(directions, ()))


def allow_dns(namespace: str) -> Manifest:
    """Return a policy that lets all pods of a namespace ask the cluster's DNS, over UDP and TCP.

    It isolates them for egress: what else they send needs policies of its own. TCP is for answers that are
    too long for UDP. Source: Kubernetes docs, "Customizing DNS Service" (the label k8s-app=kube-dns, which
    CoreDNS keeps).
    """
    rule = {
        "to": [pods_of_namespace("kube-system", {"matchLabels": {"k8s-app": "kube-dns"}})],
        "ports": [{"protocol": str(protocol), "port": DNS_PORT} for protocol in (Protocol.UDP, Protocol.TCP)],
    }
    return network_policy(namespace, "allow-dns", {}, {Direction.EGRESS: [rule]})


def demo_policy(namespace: str = DEMO_NAMESPACE) -> Manifest:
    """Return the documented demo's policy: the server takes TCP 80 from the client.

    Source: AKS docs, use-network-policies.
    """
    rule = {
        "from": [{"podSelector": {"matchLabels": {"app": "client"}}}],
        "ports": [{"port": 80, "protocol": str(Protocol.TCP)}],
    }
    return network_policy(
        namespace, "demo-policy", {"matchLabels": {"app": "server"}}, {Direction.INGRESS: [rule]}
    )
