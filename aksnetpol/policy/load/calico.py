"""Calico NetworkPolicy and GlobalNetworkPolicy, projectcalico.org/v3 (Calico docs, resource reference)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aksnetpol.findings import Finding
from aksnetpol.policy.load import calico_validation
from aksnetpol.policy.load.calico_selector import NO_ONE, NestedTooDeepError, SelectorSyntaxError, parse
from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.load.finding import not_modelled
from aksnetpol.policy.load.meta import Meta
from aksnetpol.policy.model.cluster import (
    NAME_LABEL,
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
from aksnetpol.policy.model.peers import CombinedPeer, IPBlock, Peer, PodPeer, UnknownPeer
from aksnetpol.policy.model.selectors import Selector

TIER_PREFIX = "calico:"
DEFAULT_TIER = Tier(1_000_000, f"{TIER_PREFIX}default")
_SPEC = ("tier", "order", "selector", "types", "ingress", "egress", "serviceAccountSelector")
_GLOBAL = ("namespaceSelector", "doNotTrack", "preDNAT", "applyOnForward", "performanceHints")
_RULE = (
    "action",
    "protocol",
    "notProtocol",
    "icmp",
    "notICMP",
    "ipVersion",
    "source",
    "destination",
    "http",
    "metadata",
)
_SIDE = (
    "nets",
    "notNets",
    "selector",
    "notSelector",
    "namespaceSelector",
    "ports",
    "notPorts",
    "serviceAccounts",
    "services",
)
_NARROWING = ("nets", "notNets", "notSelector", "serviceAccounts", "services")
_NAMESPACE_KEYS = {"projectcalico.org/name": NAME_LABEL}
_NUMBERS = {6: Protocol.TCP, 17: Protocol.UDP, 132: Protocol.SCTP}


@dataclass(frozen=True, slots=True)
class CalicoTier:
    """A Tier: its order, and whether what none of its policies decides passes on."""

    name: str
    order: float
    default_pass: bool


# What Calico makes by itself (api, pkg/apis/projectcalico/v3/tier.go); a Tier of the input goes before.
STATIC_TIERS: Mapping[str, CalicoTier] = {
    name: CalicoTier(name, order, default_pass=True)
    for name, order in (
        ("adminnetworkpolicy", 1_000),
        ("kube-admin", 1_000),
        ("baselineadminnetworkpolicy", 10_000_000),
        ("kube-baseline", 10_000_000),
    )
}


def read_tier(field: Field) -> CalicoTier:
    """Return a Tier."""
    spec = field.get("spec")
    order = spec.get("order") if spec else None
    action = spec.text_of("defaultAction") if spec else ""
    name = field.need("metadata").need("name").text()
    return CalicoTier(name, order.number() if order else float("inf"), action == "Pass")


def read(field: Field, meta: Meta) -> Policy:
    """Return a Calico NetworkPolicy.

    Raises:
        FieldError: a field that Calico does not know, or a selector it cannot read.
    """
    _check(field, everywhere=False)
    spec = field.need("spec").only(*_SPEC, "performanceHints")
    return _policy(field, spec, meta.name, PolicyKind.CALICO_NETWORK_POLICY, meta.namespace)


def read_global(field: Field, meta: Meta) -> Policy | Finding:
    """Return a GlobalNetworkPolicy; a warning for one about host endpoints (Calico docs, protect hosts)."""
    _check(field, everywhere=True)
    spec = field.need("spec").only(*_SPEC, *_GLOBAL)
    for key in ("doNotTrack", "preDNAT"):
        found = spec.get(key)
        if found is not None and found.boolean():
            return not_modelled(
                f"{key} is about host endpoints, which are not modelled; about no pod", found.origin.location
            )
    return _policy(field, spec, meta.name, PolicyKind.CALICO_GLOBAL_NETWORK_POLICY, None)


def _check(field: Field, *, everywhere: bool) -> None:
    """Check what Calico's API is still to take; what is stored, or written past it, is not held to it."""
    version = field.text_of("apiVersion")
    if field.need("metadata").get("uid") is None and not version.startswith("crd."):
        calico_validation.check(field, everywhere=everywhere)


def _policy(field: Field, spec: Field, name: str, kind: PolicyKind, namespace: str | None) -> Policy:
    tier = spec.text_of("tier") or "default"
    order = spec.get("order")
    directions = _types(spec)
    by_account = spec.text_of("serviceAccountSelector").strip() not in ("", "all()")
    namespaces, pods = _selector(spec, "namespaceSelector"), _selector(spec, "selector")
    return Policy(
        kind=kind,
        namespace=namespace,
        name=name,
        subject=PodPeer(namespace, namespaces, pods, perhaps=by_account),
        tier=DEFAULT_TIER if tier == "default" else Tier(DEFAULT_TIER.order, f"{TIER_PREFIX}{tier}"),
        order=order.number() if order else float("inf"),
        ingress=_section(spec, "ingress", namespace) if "Ingress" in directions else None,
        egress=_section(spec, "egress", namespace) if "Egress" in directions else None,
        origin=field.origin,
    )


def _types(spec: Field) -> tuple[str, ...]:
    """Return the directions; without `types`, those that have rules, else ingress."""
    types = spec.get("types")
    if types is not None:
        return tuple(item.choice("Ingress", "Egress") for item in types.items())
    given = tuple(key.title() for key in ("ingress", "egress") if spec.list(key))
    return given or ("Ingress",)


def _section(spec: Field, key: str, namespace: str | None) -> Section:
    rules = [_rule(item, key, namespace) for item in spec.list(key)]
    return Section(tuple(rule for rule in rules if rule is not None), isolates=True)


def _rule(item: Field, key: str, namespace: str | None) -> Rule | None:
    item.only(*_RULE)
    action = item.need("action").choice("Allow", "Deny", "Log", "Pass")
    if action == "Log":
        return None
    source, destination = item.get("source"), item.get("destination")
    own, other = (destination, source) if key == "ingress" else (source, destination)
    for side in (own, other):
        if side is not None:
            side.only(*_SIDE)
    ports = destination.list("ports") if destination else []
    not_ports = destination.list("notPorts") if destination else []
    protocols = _protocols(item)
    return Rule(
        Action(action),
        _peers(item, other, namespace, by_source_port=source is not None and _names_ports(source)),
        _ports(ports, protocols),
        tuple(_port(port, protocol) for port in not_ports for protocol in _each(protocols)),
        _own_side(own, namespace),
        _application(item),
        origin=item.origin,
    )


def _names_ports(side: Field) -> bool:
    return bool(side.list("ports") or side.list("notPorts"))


def _protocols(item: Field) -> list[Protocol] | None:
    """Return the protocols of a rule among those that are modelled; None is all."""
    only, never = item.get("protocol"), item.get("notProtocol")
    if only is not None:
        return _protocol(only)
    if never is not None:
        return [protocol for protocol in Protocol if protocol not in _protocol(never)]
    return [] if item.get("icmp") is not None else None


def _protocol(field: Field) -> list[Protocol]:
    if isinstance(field.value, int):
        found = _NUMBERS.get(field.integer(1, 255))
        return [found] if found else []
    name = field.text().upper()
    if name.isdecimal():
        return [_NUMBERS[int(name)]] if int(name) in _NUMBERS else []
    return [Protocol(name)] if name in list(Protocol) else []


def _ports(ports: list[Field], protocols: list[Protocol] | None) -> tuple[Port, ...] | None:
    if not ports:
        return None if protocols is None else tuple(PortRange(protocol) for protocol in protocols)
    return tuple(_port(port, protocol) for port in ports for protocol in _each(protocols))


def _each(protocols: list[Protocol] | None) -> list[Protocol] | list[None]:
    return [None] if protocols is None else protocols


def _port(port: Field, protocol: Protocol | None) -> Port:
    """Return a port: a number, "first:last", or a name."""
    value = port.value
    if isinstance(value, str) and ":" in value:
        first, last = value.split(":", 1)
        if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last) <= 65535):
            raise port.fail("a range is FIRST:LAST, such as 8000:8010")
        return PortRange(protocol, int(first), int(last))
    if isinstance(value, str) and not value.isdecimal():
        return NamedPort(protocol, value)
    number = Field(int(value) if isinstance(value, str) else value, port.origin).integer(0, 65535)
    return PortRange(protocol, number, number)


def _selector(field: Field, key: str) -> Selector | None:
    found = field.get(key)
    if found is None or not found.text().strip():
        return None
    try:
        return parse(found.text(), _NAMESPACE_KEYS if key == "namespaceSelector" else {})
    except SelectorSyntaxError as error:  # Felix leaves out a policy with such a selector
        raise found.refuse(str(error)) from None
    except NestedTooDeepError as error:
        raise found.fail(str(error)) from None


def _own_side(own: Field | None, namespace: str | None) -> PodPeer | None:
    """Return how a rule narrows the policy's own pods, for certain or perhaps."""
    if own is None or not own.mapping():
        return None
    selector, namespaces = _selector(own, "selector"), _selector(own, "namespaceSelector")
    further = any(own.get(key) is not None for key in _NARROWING)
    if selector is None and namespaces is None and not further:
        return None
    return PodPeer(None if namespaces else namespace, namespaces, selector, perhaps=further)


def _peers(
    item: Field, other: Field | None, namespace: str | None, *, by_source_port: bool
) -> tuple[Peer, ...] | None:
    """Return the other side: everything given must hold, and nothing given is everyone."""
    all_of: list[Peer] = (
        [UnknownPeer("which port it is sent from, nobody knows before")] if by_source_port else []
    )
    none_of: list[Peer] = []
    version = item.get("ipVersion")
    if version is not None:
        all_of.append(IPBlock("0.0.0.0/0" if int(version.integer(4, 6)) == 4 else "::/0", in_cluster=True))
    if other is not None:
        all_of += _positive(other, namespace)
        not_selector = _selector(other, "notSelector")
        if not_selector is not None:
            none_of.append(PodPeer(pod_selector=not_selector))
        none_of += [IPBlock(net.net()) for net in other.list("notNets")]
        nets = tuple(IPBlock(net.net()) for net in other.list("nets"))
        if nets:
            return tuple(
                CombinedPeer((net, *all_of), tuple(none_of)) if all_of or none_of else net for net in nets
            )
    if not all_of and not none_of:
        return None
    if len(all_of) == 1 and not none_of:
        return (all_of[0],)
    return (CombinedPeer(tuple(all_of), tuple(none_of)),)


def _positive(other: Field, namespace: str | None) -> list[Peer]:
    """Return what the other side must be.

    Any selector, a negated one too, holds a namespaced policy's peers to its own namespace or to the
    selected ones (libcalico-go, updateprocessors: GetEntityRuleSelector).
    """
    found: list[Peer] = []
    selector, namespaces = _selector(other, "selector"), _selector(other, "namespaceSelector")
    accounts = other.get("serviceAccounts")
    names = accounts.get("names") if accounts else None
    by_account = accounts is not None and accounts.get("selector") is not None
    held = namespace is not None and other.get("notSelector") is not None
    if namespaces == NO_ONE:
        outside = UnknownPeer(
            "what has no namespace, host endpoints and global network sets, is not in the input"
        )
        found.append(CombinedPeer((outside,), (PodPeer(),)))
    elif selector is not None or namespaces is not None or names is not None or held or by_account:
        own = namespace if namespaces is None else None
        found.append(PodPeer(own, namespaces, selector, names.texts() if names else (), perhaps=by_account))
    services = other.get("services")
    if services is not None:
        place, name = services.text_of("namespace") or namespace or "", services.text_of("name")
        found.append(UnknownPeer(f"Service {place}/{name} is not in the input", (place, name)))
    return found


def _application(item: Field) -> tuple[str, ...]:
    http = item.get("http")
    if http is None:
        return ()
    methods = http.get("methods")
    return (f"HTTP {' '.join(methods.texts()) if methods else 'any'}",)
