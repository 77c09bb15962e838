"""ClusterNetworkPolicy (policy.networking.k8s.io/v1alpha2) and its forerunners of v1alpha1.

Sources: network-policy-api, clusternetworkpolicy_types.go, adminnetworkpolicy_types.go, shared_types.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.load.label_selector import read_selector
from aksnetpol.policy.load.meta import Meta
from aksnetpol.policy.model.cluster import (
    ADMIN_TIER,
    BASELINE_TIER,
    Action,
    NamedPort,
    Policy,
    PolicyKind,
    Port,
    PortRange,
    Protocol,
    Rule,
    Section,
    Tier,
)
from aksnetpol.policy.model.peers import DomainPeer, IPBlock, NodePeer, Peer, PodPeer

_ACTIONS = {"Accept": Action.ALLOW, "Allow": Action.ALLOW, "Deny": Action.DENY, "Pass": Action.PASS}
_INGRESS_PEERS = ("namespaces", "pods")
_EGRESS_PEERS = ("namespaces", "pods", "nodes", "networks", "domainNames")


def read(field: Field, meta: Meta) -> Policy:
    """Return a ClusterNetworkPolicy.

    Raises:
        FieldError: the API server would reject it.
    """
    spec = field.need("spec").only("tier", "priority", "subject", "ingress", "egress")
    tier = {"Admin": ADMIN_TIER, "Baseline": BASELINE_TIER}[spec.need("tier").choice("Admin", "Baseline")]
    return _policy(field, meta, PolicyKind.CLUSTER_NETWORK_POLICY, tier, ("Accept", "Deny", "Pass"))


def read_admin(field: Field, meta: Meta) -> Policy:
    """Return an AdminNetworkPolicy."""
    field.need("spec").only("priority", "subject", "ingress", "egress")
    return _policy(field, meta, PolicyKind.ADMIN_NETWORK_POLICY, ADMIN_TIER, ("Allow", "Deny", "Pass"))


def read_baseline(field: Field, meta: Meta) -> Policy:
    """Return the BaselineAdminNetworkPolicy: asked after every ClusterNetworkPolicy of the tier."""
    field.need("spec").only("subject", "ingress", "egress")
    kind = PolicyKind.BASELINE_ADMIN_NETWORK_POLICY
    return _policy(field, meta, kind, BASELINE_TIER, ("Allow", "Deny"))


def _policy(field: Field, meta: Meta, kind: PolicyKind, tier: Tier, actions: tuple[str, ...]) -> Policy:
    spec = field.need("spec")
    priority = spec.get("priority")
    if priority is None and kind is not PolicyKind.BASELINE_ADMIN_NETWORK_POLICY:
        raise spec.fail("priority is missing")
    ingress = tuple(_rule(item, "from", _INGRESS_PEERS, actions) for item in spec.list("ingress"))
    egress = tuple(_rule(item, "to", _EGRESS_PEERS, actions) for item in spec.list("egress"))
    return Policy(
        kind=kind,
        namespace=None,
        name=meta.name,
        subject=_pods(spec.need("subject").only(*_INGRESS_PEERS)),
        tier=tier,
        order=priority.integer(0, 1000) if priority else 1001,
        ingress=Section(ingress, isolates=False) if ingress else None,
        egress=Section(egress, isolates=False) if egress else None,
        origin=field.origin,
    )


def _pods(peer: Field) -> PodPeer:
    if peer.one_of("namespaces", "pods") == "namespaces":
        return PodPeer(namespace_selector=read_selector(peer.need("namespaces")), pod_network_only=True)
    pods = peer.need("pods").only("namespaceSelector", "podSelector")
    namespaces, selector = pods.get("namespaceSelector"), pods.get("podSelector")
    return PodPeer(
        namespace_selector=read_selector(namespaces) if namespaces else None,
        pod_selector=read_selector(selector) if selector else None,
        pod_network_only=True,
    )


def _rule(item: Field, peers_key: str, known: tuple[str, ...], actions: tuple[str, ...]) -> Rule:
    item.only("name", "action", peers_key, "protocols", "ports")
    action = _ACTIONS[item.need("action").choice(*actions)]
    peers = list(item.need(peers_key).items())
    if not peers:
        raise item.fail(f"{peers_key} needs at least one item")
    found: list[Peer] = []
    for peer in peers:
        if any(key in known for key in peer.mapping()):
            found.extend(_peers(peer.only(*known), known))
        elif action is not Action.ALLOW:
            # An unknown kind of peer must fail closed: Accept matches no one, Deny and Pass deny all.
            return Rule(Action.DENY, None, None, name=item.text_of("name"), origin=item.origin)
    ports = item.list("protocols") + item.list("ports")
    ranges = tuple(_port(port) for port in ports)
    return Rule(action, tuple(found), ranges or None, name=item.text_of("name"), origin=item.origin)


def _peers(peer: Field, known: tuple[str, ...]) -> Iterator[Peer]:
    match peer.one_of(*known):
        case "nodes":
            yield NodePeer(read_selector(peer.need("nodes")))
        case "networks":
            for network in peer.need("networks").items():
                yield IPBlock(network.cidr(), in_cluster=True)
        case "domainNames":
            for name in peer.need("domainNames").texts():
                yield DomainPeer(name, any_depth=True)
        case _:
            yield _pods(peer)


def _port(port: Field) -> Port:
    match port.one_of("tcp", "udp", "sctp", "destinationNamedPort", "portNumber", "portRange", "namedPort"):
        case "destinationNamedPort" | "namedPort" as key:
            return NamedPort(None, port.need(key).text())
        case "portNumber":
            number = port.need("portNumber").only("protocol", "port")
            first = number.need("port").integer(1, 65535)
            return PortRange(_protocol(number), first, first)
        case "portRange":
            return _range(port.need("portRange").only("protocol", "start", "end"))
        case key:
            return _of_protocol(port.need(key).only("destinationPort"), Protocol(key.upper()))


def _of_protocol(port: Field, protocol: Protocol) -> PortRange:
    destination = port.get("destinationPort")
    if destination is None:
        return PortRange(protocol)
    if destination.only("number", "range").one_of("number", "range") == "range":
        return _range(destination.need("range").only("start", "end"), protocol)
    first = destination.need("number").integer(1, 65535)
    return PortRange(protocol, first, first)


def _range(field: Field, protocol: Protocol | None = None) -> PortRange:
    first, last = (field.need(key).integer(1, 65535) for key in ("start", "end"))
    if first >= last:
        raise field.fail("start must be less than end")
    return PortRange(protocol or _protocol(field), first, last)


def _protocol(field: Field) -> Protocol:
    found = field.get("protocol")
    return found.protocol() if found else Protocol.TCP
