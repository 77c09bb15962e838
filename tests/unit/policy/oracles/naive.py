"""A second opinion on NetworkPolicy, read from the Kubernetes specification and nothing else.

One question at a time (source, destination, port, protocol), plain manifests in, a bool out: no
indexes, no sets of pods, no sharing with `aksnetpol`. Slow and obvious on purpose. Sources in the
comments: T = k8s.io/api networking/v1 types.go, D = kubernetes pkg/apis/networking/v1/defaults.go,
W = the Kubernetes documentation's page on network policies.
"""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Manifest = Mapping[str, Any]
Endpoint = Manifest | str  # a Pod, or the address of someone outside the cluster


def connects(
    manifests: Iterable[Manifest], source: Endpoint, destination: Endpoint, port: int, protocol: str
) -> bool:
    """Tell whether a new connection is allowed: the source may send it and the destination take it (W)."""
    if source is destination:
        return True  # W: a pod can not block access from itself
    cluster = list(manifests)
    return all(
        side_allows(cluster, direction, pod, peer, destination, port, protocol)
        for direction, pod, peer in (("Egress", source, destination), ("Ingress", destination, source))
        if not isinstance(pod, str)
    )


def side_allows(
    cluster: Sequence[Manifest],
    direction: str,
    pod: Manifest,
    peer: Endpoint,
    destination: Endpoint,
    port: int,
    protocol: str,
) -> bool:
    """Tell whether the policies that isolate the pod in this direction allow the peer: their union (W)."""
    isolating = [
        policy
        for policy in cluster
        if policy["kind"] == "NetworkPolicy"
        and policy["metadata"]["namespace"] == pod["metadata"]["namespace"]
        and direction in policy_types(policy["spec"])
        and selects(policy["spec"].get("podSelector") or {}, labels(pod))
    ]
    if not isolating:
        return True
    rules = [(policy, rule) for policy in isolating for rule in policy["spec"].get(direction.lower()) or []]
    peers_key = "to" if direction == "Egress" else "from"
    return any(
        any_peer_matches(cluster, policy, rule.get(peers_key) or [], peer)
        and any_port_matches(rule.get("ports") or [], destination, port, protocol)
        for policy, rule in rules
    )


def policy_types(spec: Manifest) -> Sequence[str]:
    """D: without policyTypes, Ingress always and Egress when there is at least one egress rule."""
    return spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])


def any_peer_matches(
    cluster: Sequence[Manifest], policy: Manifest, peers: Sequence[Manifest], endpoint: Endpoint
) -> bool:
    """T: no peers at all, missing or empty, means every peer."""
    return not peers or any(peer_matches(cluster, policy, peer, endpoint) for peer in peers)


def peer_matches(cluster: Sequence[Manifest], policy: Manifest, peer: Manifest, endpoint: Endpoint) -> bool:
    """T: ipBlock alone; else both selectors hold, an absent namespaceSelector is the policy's namespace."""
    if "ipBlock" in peer:
        return ip_block_matches(peer["ipBlock"], endpoint)
    if isinstance(endpoint, str):
        return False
    namespace = endpoint["metadata"]["namespace"]
    if "namespaceSelector" in peer:
        in_namespace = selects(peer["namespaceSelector"], namespace_labels(cluster, namespace))
    else:
        in_namespace = namespace == policy["metadata"]["namespace"]
    return in_namespace and selects(peer.get("podSelector") or {}, labels(endpoint))


def ip_block_matches(block: Manifest, endpoint: Endpoint) -> bool:
    """T: inside cidr and in none of except. Pod addresses count, as the upstream e2e cases expect."""
    address = ipaddress.ip_address(endpoint if isinstance(endpoint, str) else endpoint["status"]["podIP"])
    return address in ipaddress.ip_network(block["cidr"], strict=False) and not any(
        address in ipaddress.ip_network(hole, strict=False) for hole in block.get("except") or []
    )


def any_port_matches(ports: Sequence[Manifest], destination: Endpoint, port: int, protocol: str) -> bool:
    """T: no ports at all, missing or empty, means every port and protocol."""
    return not ports or any(port_matches(entry, destination, port, protocol) for entry in ports)


def port_matches(entry: Manifest, destination: Endpoint, port: int, protocol: str) -> bool:
    """T: protocol is TCP unless given; no port is every port; a name is looked up at the destination pod."""
    if entry.get("protocol", "TCP") != protocol:
        return False
    if "port" not in entry:
        return True
    wanted = entry["port"]
    if isinstance(wanted, str):
        return not isinstance(destination, str) and (wanted, protocol, port) in named_ports(destination)
    return wanted <= port <= entry.get("endPort", wanted)


def named_ports(pod: Manifest) -> set[tuple[str, str, int]]:
    return {
        (port["name"], port.get("protocol", "TCP"), port["containerPort"])
        for container in pod["spec"]["containers"]
        for port in container.get("ports") or []
        if "name" in port
    }


def labels(manifest: Manifest) -> Mapping[str, str]:
    return manifest["metadata"].get("labels") or {}


def namespace_labels(cluster: Sequence[Manifest], name: str) -> Mapping[str, str]:
    """The control plane puts kubernetes.io/metadata.name on every namespace, whatever the manifest says."""
    [namespace] = [
        item for item in cluster if item["kind"] == "Namespace" and item["metadata"]["name"] == name
    ]
    return {**labels(namespace), "kubernetes.io/metadata.name": name}


def selects(selector: Manifest, found: Mapping[str, str]) -> bool:
    """Label selectors: everything must hold, so an empty selector selects everything."""
    return all(found.get(key) == value for key, value in (selector.get("matchLabels") or {}).items()) and all(
        requirement_holds(item, found) for item in selector.get("matchExpressions") or []
    )


def requirement_holds(requirement: Manifest, found: Mapping[str, str]) -> bool:
    """NotIn and DoesNotExist hold where the key is missing (Kubernetes docs, Labels and Selectors)."""
    key, operator = requirement["key"], requirement["operator"]
    if operator == "Exists":
        return key in found
    if operator == "DoesNotExist":
        return key not in found
    if operator == "In":
        return key in found and found[key] in requirement["values"]
    if operator == "NotIn":
        return key not in found or found[key] not in requirement["values"]
    raise ValueError(f"operator {operator}")
