"""What engines make of policies that they read otherwise, or refuse; `profiles` says which does what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.cluster import (
    ADMIN_TIER,
    Action,
    Cluster,
    Direction,
    NamedPort,
    Policy,
    PolicyKind,
    Port,
    PortRange,
    Protocol,
    Rule,
    Section,
    Service,
    Tier,
)
from aksnetpol.policy.model.peers import (
    CombinedPeer,
    DomainPeer,
    Entity,
    EntityPeer,
    IPBlock,
    NodePeer,
    Peer,
    PodPeer,
)
from aksnetpol.policy.model.selectors import NEGATIVE, AllOf, AnyOf, Operator, Requirement, Selector

_CLUSTER_WIDE = {
    PolicyKind.CLUSTER_NETWORK_POLICY,
    PolicyKind.ADMIN_NETWORK_POLICY,
    PolicyKind.BASELINE_ADMIN_NETWORK_POLICY,
}


def rules_of(policy: Policy) -> Iterator[Rule]:
    """Yield the rules of both directions."""
    for direction in Direction:
        section = policy.section(direction)
        yield from section.rules if section else ()


def _peers_of(policy: Policy) -> Iterator[Peer]:
    yield policy.subject
    for rule in rules_of(policy):
        for peer in rule.peers or ():
            yield from (*peer.all_of, *peer.none_of) if isinstance(peer, CombinedPeer) else (peer,)


def _blocks_of(policy: Policy) -> Iterator[IPBlock]:
    return (peer for peer in _peers_of(policy) if isinstance(peer, IPBlock))


def _selectors_of(policy: Policy) -> Iterator[Selector]:
    for peer in _peers_of(policy):
        if isinstance(peer, PodPeer):
            yield from (s for s in (peer.namespace_selector, peer.pod_selector) if s is not None)


def _ports_of(policy: Policy) -> Iterator[Port]:
    return (port for rule in rules_of(policy) for port in rule.ports or ())


def _unless(policy: Policy, *, unsupported: bool) -> Policy | None:
    return None if unsupported else policy


def named_ports_unsupported(policy: Policy) -> Policy | None:
    """Drop a policy with a named port."""
    return _unless(policy, unsupported=any(isinstance(port, NamedPort) for port in _ports_of(policy)))


def sctp_unsupported(policy: Policy) -> Policy | None:
    """Drop a policy with an SCTP port."""
    return _unless(policy, unsupported=any(port.protocol is Protocol.SCTP for port in _ports_of(policy)))


def negation_unsupported(policy: Policy) -> Policy | None:
    """Drop a policy with NotIn or DoesNotExist."""
    negative = any(r.operator in NEGATIVE for s in _selectors_of(policy) for r in s.requirements())
    return _unless(policy, unsupported=negative)


def except_unsupported(policy: Policy) -> Policy | None:
    """Drop a policy with an except."""
    return _unless(policy, unsupported=any(block.excepts for block in _blocks_of(policy)))


def ipv6_unsupported(policy: Policy) -> Policy | None:
    """Drop a policy with an IPv6 block."""
    return _unless(policy, unsupported=any(":" in block.cidr for block in _blocks_of(policy)))


def sloppy_zero_unsupported(policy: Policy) -> Policy | None:
    """Drop a policy with a /0 block that has host bits set."""
    sloppy = any(
        cidr.endswith("/0") and not addresses.is_canonical(cidr)
        for block in _blocks_of(policy)
        for cidr in (block.cidr, *block.excepts)
    )
    return _unless(policy, unsupported=sloppy)


def selectors_unsupported(policy: Policy) -> Policy | None:
    """Drop a policy that is not made of CIDRs only (NPM Lite)."""
    rules = [*rules_of(policy)]
    other = any(isinstance(peer, PodPeer) for rule in rules for peer in rule.peers or ())
    ports_only = any(rule.ports and not rule.peers for rule in rules)
    named = any(isinstance(port, NamedPort) for port in _ports_of(policy))
    return _unless(policy, unsupported=other or ports_only or named)


def end_port_ignored(policy: Policy) -> Policy:
    """Read a range as its first port."""

    def first(port: Port) -> Port:
        if isinstance(port, PortRange) and port.end_port and port.last != port.first:
            return replace(port, last=port.first)
        return port

    def read(rule: Rule) -> Rule:
        return rule if rule.ports is None else replace(rule, ports=tuple(map(first, rule.ports)))

    return policy.with_rules(read)


def not_in_as_or(policy: Policy) -> Policy:
    """Read a namespaceSelector's NotIn [a, b] as "not a, or not b", which everyone meets."""

    def split(selector: Selector | None) -> Selector | None:
        if not isinstance(selector, AllOf):
            return selector
        return AllOf(tuple(_split_not_in(part) for part in selector.parts))

    def spread(peer: Peer) -> tuple[Peer, ...]:
        if isinstance(peer, PodPeer) and peer.namespace_selector is not None:
            return (replace(peer, namespace_selector=split(peer.namespace_selector)),)
        return (peer,)

    return _with_peers(policy, spread)


def _split_not_in(part: Selector) -> Selector:
    if isinstance(part, Requirement) and part.operator is Operator.NOT_IN and len(part.values) > 1:
        return AnyOf(tuple(replace(part, values=(value,)) for value in part.values))
    return part


def negated_namespaces_match_outside(policy: Policy) -> Policy:
    """Let a namespaceSelector made of negations only match external addresses too."""

    def widen(peer: Peer) -> tuple[Peer, ...]:
        selector = peer.namespace_selector if isinstance(peer, PodPeer) else None
        parts = [*selector.requirements()] if selector is not None else []
        if parts and all(part.operator in NEGATIVE for part in parts):
            return (peer, EntityPeer(Entity.WORLD, "world"))
        return (peer,)

    return _with_peers(policy, widen)


def _with_peers(policy: Policy, change: Callable[[Peer], tuple[Peer, ...]]) -> Policy:
    """Return the policy with each peer of its rules changed."""

    def changed(rule: Rule) -> Rule:
        if rule.peers is None:
            return rule
        return replace(rule, peers=tuple(new for peer in rule.peers for new in change(peer)))

    return policy.with_rules(changed)


def in_calico_tier(policy: Policy) -> Policy:
    """Put a NetworkPolicy at order 1000 of Calico's default tier."""
    if policy.kind is not PolicyKind.NETWORK_POLICY:
        return policy
    return replace(policy, tier=Tier(1_000_000, "calico:default"), order=1000.0)


def in_calico_tier_of_its_kind(policy: Policy) -> Policy:
    """Put a cluster-wide policy of Kubernetes in the tier that Calico makes for its kind."""
    match policy.kind:
        case PolicyKind.ADMIN_NETWORK_POLICY:
            name = "adminnetworkpolicy"
        case PolicyKind.BASELINE_ADMIN_NETWORK_POLICY:
            name = "baselineadminnetworkpolicy"
        case PolicyKind.CLUSTER_NETWORK_POLICY:
            name = "kube-admin" if policy.tier == ADMIN_TIER else "kube-baseline"
        case _:
            return policy
    return replace(policy, tier=Tier(policy.tier.order, f"calico:{name}"))


def nodes_and_domains_fail(policy: Policy) -> Policy:
    """Drop a cluster-wide rule with a peer that Calico cannot convert; but a Deny or Pass denies all."""
    if policy.kind not in _CLUSTER_WIDE:
        return policy

    def converted(rule: Rule) -> Rule | None:
        if not any(isinstance(peer, NodePeer | DomainPeer) for peer in rule.peers or ()):
            return rule
        allows = rule.action is Action.ALLOW
        return None if allows else replace(rule, action=Action.DENY, peers=None, ports=None)

    return policy.with_rules(converted)


def service_traffic_through_nodes(cluster: Cluster) -> Iterable[Policy]:
    """Yield what lets traffic from outside through nodes to the pods of a service, as policies."""
    for service in cluster.services:
        forwarded = service.type in ("LoadBalancer", "NodePort")
        if forwarded and service.external_traffic_policy == "Cluster" and service.selector:
            yield _open_to_world(service)


def _open_to_world(service: Service) -> Policy:
    selector = AllOf.labelled(service.selector or {})
    world = (EntityPeer(Entity.WORLD, "world"),)
    rule = Rule(Action.ALLOW, world, tuple(port.arrival for port in service.ports), origin=service.origin)
    return Policy(
        kind=PolicyKind.ENGINE,
        namespace=service.namespace,
        name=f"service {service.name}",
        subject=PodPeer(service.namespace, pod_selector=selector),
        tier=Tier(0, "engine"),
        ingress=Section((rule,), isolates=False),
        origin=service.origin,
    )
