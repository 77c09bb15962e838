"""NetworkPolicy, networking.k8s.io/v1 (types.go, defaults.go, validation.go of Kubernetes)."""

from __future__ import annotations

from aksnetpol.policy.load import api_validation
from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.load.label_selector import read_selector
from aksnetpol.policy.load.meta import Meta
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.cluster import (
    NETWORK_POLICY_TIER,
    Action,
    NamedPort,
    Policy,
    PolicyKind,
    Port,
    PortRange,
    Protocol,
    Rule,
    Section,
)
from aksnetpol.policy.model.peers import IPBlock, Peer, PodPeer


def read(field: Field, meta: Meta) -> Policy:
    """Return a NetworkPolicy in the tiered form.

    Raises:
        RefusedError: the API server refuses it.
        FieldError: it cannot be read.
    """
    if field.need("metadata").get("uid") is None:  # else the API server has taken it, perhaps long ago
        api_validation.check(field)
    spec = field.need("spec").only("podSelector", "policyTypes", "ingress", "egress")
    selector = spec.get("podSelector")
    types, written = _types(spec)
    ingress = tuple(_rule(item, meta.namespace, "from") for item in spec.list("ingress"))
    egress = tuple(_rule(item, meta.namespace, "to") for item in spec.list("egress"))
    return Policy(
        kind=PolicyKind.NETWORK_POLICY,
        namespace=meta.namespace,
        name=meta.name,
        subject=PodPeer(meta.namespace, pod_selector=read_selector(selector) if selector else None),
        tier=NETWORK_POLICY_TIER,
        ingress=Section(ingress, isolates=True) if "Ingress" in types else None,
        egress=Section(egress, isolates=True) if "Egress" in types else None,
        written_types=written,
        origin=field.origin,
    )


def _types(spec: Field) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """Return the effective policyTypes (defaults.go: Egress only when there are egress rules)."""
    given = spec.get("policyTypes")
    written = tuple(item.choice("Ingress", "Egress") for item in given.items()) if given else None
    if written:
        return written, written
    return ("Ingress", "Egress") if spec.list("egress") else ("Ingress",), written


def _rule(item: Field, namespace: str, peers_key: str) -> Rule:
    item.only(peers_key, "ports")
    peers = tuple(_peer(peer, namespace) for peer in item.list(peers_key))
    ports = tuple(_port(port) for port in item.list("ports"))
    return Rule(Action.ALLOW, peers or None, ports or None, origin=item.origin)


def _peer(peer: Field, namespace: str) -> Peer:
    peer.only("podSelector", "namespaceSelector", "ipBlock")
    pods, namespaces, block = (peer.get(key) for key in ("podSelector", "namespaceSelector", "ipBlock"))
    if block is not None:
        if pods or namespaces:
            raise peer.refuse("an ipBlock takes no other selector beside it")
        return read_ip_block(block)
    if pods is None and namespaces is None:
        raise peer.refuse("a peer has a podSelector, a namespaceSelector or an ipBlock")
    return PodPeer(
        None if namespaces else namespace,
        read_selector(namespaces) if namespaces else None,
        read_selector(pods) if pods else None,
    )


def read_ip_block(block: Field) -> IPBlock:
    """Return an ipBlock; each except must lie inside cidr and be smaller (validation.go)."""
    block.only("cidr", "except")
    cidr = block.need("cidr").cidr()
    whole = addresses.cidr_interval(cidr)
    excepts: list[str] = []
    for item in block.list("except"):
        hole = addresses.cidr_interval(item.cidr())
        if not (whole[0] <= hole[0] and hole[1] <= whole[1] and hole != whole):
            raise item.refuse(f"must lie inside {cidr} and be smaller")
        excepts.append(item.text())
    return IPBlock(cidr, tuple(excepts))


def _port(port: Field) -> Port:
    port.only("protocol", "port", "endPort")
    written = port.get("protocol")
    protocol = written.protocol() if written else Protocol.TCP
    number, end = port.get("port"), port.get("endPort")
    if number is None:
        if end is not None:
            raise end.refuse("endPort needs a port")
        return PortRange(protocol)
    if isinstance(number.value, str):
        if end is not None:
            raise end.refuse("endPort needs a port that is a number")
        return NamedPort(protocol, number.text())
    first = number.integer(1, 65535)
    last = end.integer(1, 65535) if end else first
    if last < first:
        raise port.refuse(f"endPort {last} is below port {first}")
    return PortRange(protocol, first, last, end_port=end is not None)
