"""CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy, cilium.io/v2 (Cilium docs, "Policy language")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aksnetpol.findings import Finding
from aksnetpol.policy.load import cilium_validation
from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.load.finding import not_modelled
from aksnetpol.policy.load.label_selector import OPERATORS
from aksnetpol.policy.load.meta import Meta
from aksnetpol.policy.model.cluster import (
    NAME_LABEL,
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
from aksnetpol.policy.model.peers import (
    CombinedPeer,
    DomainPeer,
    Entity,
    EntityPeer,
    IPBlock,
    NodePeer,
    Peer,
    PodPeer,
    UnknownPeer,
)
from aksnetpol.policy.model.selectors import AllOf, Operator, Requirement

_NAMESPACE = "io.kubernetes.pod.namespace"
_OWN_NAMESPACE = f"k8s:{_NAMESPACE}"
_NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
_SPEC = ("endpointSelector", "nodeSelector", "ingress", "ingressDeny", "egress", "egressDeny")
_MORE = ("enableDefaultDeny", "labels", "description", "log")
_PEERS = ("Endpoints", "CIDR", "CIDRSet", "Entities", "Nodes", "Groups", "Services", "FQDNs")
_CLUSTER = "io.cilium.k8s.policy.cluster"
_RESERVED = "reserved:"
_ENTITIES = {entity.value: entity for entity in Entity if entity is not Entity.OTHER}
_OTHERS = ("kube-apiserver", "health", "init", "unmanaged", "ingress")


def read(field: Field, meta: Meta) -> list[Policy | Finding]:
    """Return a CiliumNetworkPolicy: one policy per entry of `specs`, a warning for one about nodes.

    Raises:
        FieldError: a field that Cilium does not know, or no longer.
    """
    return list(_policies(field, meta, PolicyKind.CILIUM_NETWORK_POLICY, meta.namespace))


def read_clusterwide(field: Field, meta: Meta) -> list[Policy | Finding]:
    """Return a CiliumClusterwideNetworkPolicy."""
    return list(_policies(field, meta, PolicyKind.CILIUM_CLUSTERWIDE_NETWORK_POLICY, None))


def _policies(
    field: Field, meta: Meta, kind: PolicyKind, namespace: str | None
) -> Iterator[Policy | Finding]:
    one = field.get("spec")
    specs = ([one] if one else []) + field.list("specs")
    if not specs:
        raise field.fail("spec or specs is missing")
    for spec in specs:  # the agent takes all of them, or none
        cilium_validation.check(spec)
    for number, spec in enumerate(specs):
        spec.only(*_SPEC, *_MORE)
        nodes = spec.get("nodeSelector")
        if nodes is not None:
            yield not_modelled(
                "a nodeSelector selects nodes, whose policies are not modelled; no pod's",
                nodes.origin.location,
            )
            continue
        subject = _subject(spec.need("endpointSelector"), namespace)
        if not isinstance(subject, PodPeer):
            raise spec.fail("endpointSelector must select pods by labels")
        yield Policy(
            kind=kind,
            namespace=namespace,
            name=meta.name if len(specs) == 1 else f"{meta.name}[{number}]",
            subject=replace(subject, namespace=namespace) if namespace else subject,
            tier=NETWORK_POLICY_TIER,
            ingress=_section(spec, "ingress", "from", namespace),
            egress=_section(spec, "egress", "to", namespace),
            origin=spec.origin,
        )


def _subject(selector: Field, namespace: str | None) -> Peer:
    """Return a policy's pods; the agent writes its own namespace over one that is given there.

    Source: cilium, pkg/k8s/apis/cilium.io/utils/utils.go, ParseToCiliumRule: AddMatch of podPrefixLbl.
    """
    labels = selector.get("matchLabels")
    if namespace is None or labels is None or _OWN_NAMESPACE not in labels.mapping():
        return _selected(selector, namespace)
    others = {key: value for key, value in labels.mapping().items() if key != _OWN_NAMESPACE}
    return _selected(Field({**selector.mapping(), "matchLabels": others}, selector.origin), namespace)


def _section(spec: Field, key: str, prefix: str, namespace: str | None) -> Section | None:
    """Return a direction; it is default-deny as soon as it has an item, unless switched off."""
    allow, deny = spec.list(key), spec.list(f"{key}Deny")
    if not allow and not deny:
        return None
    switches = spec.get("enableDefaultDeny")
    switch = switches.only("ingress", "egress").get(key) if switches else None
    rules = [
        rule
        for action, items in ((Action.ALLOW, allow), (Action.DENY, deny))
        for item in items
        for rule in _rules(item, action, prefix, namespace)
    ]
    return Section(tuple(rules), isolates=switch.boolean() if switch else True)


def _rules(item: Field, action: Action, prefix: str, namespace: str | None) -> Iterator[Rule]:
    """Yield a rule per toPorts entry, as each has its own application rules; `{}` allows no one."""
    item.only(
        *(f"{prefix}{name}" for name in _PEERS), f"{prefix}Requires", "toPorts", "icmps", "authentication"
    )
    if item.get(f"{prefix}Requires") is not None:
        raise item.need(f"{prefix}Requires").fail("was removed in Cilium 1.19; write the labels in each peer")
    peers = _peers(item, prefix, namespace)
    port_rules = item.list("toPorts")
    if peers is None and not port_rules:
        return
    if item.get("icmps") is not None and not port_rules:
        yield Rule(action, peers, (), origin=item.origin)  # ICMP only: no port of any protocol
        return
    for port_rule in port_rules:
        ports = tuple(_port(port) for port in port_rule.list("ports"))
        yield Rule(action, peers, ports or None, application=_application(port_rule), origin=port_rule.origin)
    if not port_rules:
        yield Rule(action, peers, None, origin=item.origin)


def _peers(item: Field, prefix: str, namespace: str | None) -> tuple[Peer, ...] | None:
    """Return whom an item names; None when it names no peers at all, so that ports alone decide."""
    given = [name for name in _PEERS if item.get(f"{prefix}{name}") is not None]
    if not given:
        return None
    found: list[Peer] = []
    for name in given:
        found.extend(_peer(name, entry, namespace) for entry in item.list(f"{prefix}{name}"))
    return tuple(found)


def _peer(name: str, entry: Field, namespace: str | None) -> Peer:
    match name:
        case "Endpoints":
            return _selected(entry, namespace)
        case "CIDR":
            return IPBlock(entry.net())
        case "CIDRSet":
            entry.only("cidr", "except", "cidrGroupRef", "cidrGroupSelector")
            if entry.get("cidr") is None:
                return UnknownPeer("the addresses of a CIDR group are not in the input")
            return IPBlock(entry.need("cidr").cidr(), tuple(item.cidr() for item in entry.list("except")))
        case "Entities":
            written = entry.text()
            if written not in (*_ENTITIES, *_OTHERS):
                raise entry.refuse(f"must be one of {', '.join((*_ENTITIES, *_OTHERS))}, not {written!r}")
            return EntityPeer(_ENTITIES.get(written, Entity.OTHER), written)
        case "Nodes":
            _, pods = _split(entry)
            return NodePeer(AllOf(tuple(pods)))
        case "FQDNs":
            key = entry.only("matchName", "matchPattern").one_of("matchName", "matchPattern")
            return DomainPeer(entry.need(key).text())
        case "Services":
            return _service(entry, namespace)
        case _:
            return UnknownPeer("the addresses of a cloud provider's group are not in the input")


def _service(entry: Field, namespace: str | None) -> Peer:
    """Return a Service by its name; one that is told by labels is not resolved."""
    by_name = entry.get("k8sService")
    if by_name is None:
        return UnknownPeer("which Services have such labels is not looked up")
    place = by_name.text_of("namespace") or namespace or "default"
    name = by_name.text_of("serviceName")
    return UnknownPeer(f"Service {place}/{name} is not in the input", (place, name))


def _selected(field: Field, namespace: str | None) -> Peer:
    """Return the pods, or the entity, of an endpoint selector; without a namespace in it, of the policy's."""
    namespaces, pods = _split(field)
    if any(requirement.key.startswith(_RESERVED) for requirement in pods):
        return _reserved([*namespaces, *pods])
    labels = [requirement for requirement in pods if requirement.key != _CLUSTER]
    found = PodPeer(
        namespace=None if namespaces else namespace,
        namespace_selector=AllOf(tuple(namespaces)) if namespaces else None,
        pod_selector=AllOf(tuple(labels)) if labels else None,
    )
    return (
        found
        if len(labels) == len(pods)
        else CombinedPeer((UnknownPeer("which cluster this is, the input does not tell"), found))
    )


def _reserved(requirements: list[Requirement]) -> Peer:
    """Return the entity of a reserved label; an expression over several labels is not resolved."""
    (first, *more) = requirements
    if more or first.operator not in (Operator.IN, Operator.EXISTS):
        return UnknownPeer("an expression of reserved labels is not resolved")
    name = first.key.removeprefix(_RESERVED)
    return EntityPeer(_ENTITIES.get(name, Entity.OTHER), name)


def _split(field: Field) -> tuple[list[Requirement], list[Requirement]]:
    """Return a selector's requirements on namespaces and on pods."""
    field.only("matchLabels", "matchExpressions")
    namespaces: list[Requirement] = []
    pods: list[Requirement] = []
    for requirement in _requirements(field):
        key = requirement.key.removeprefix("k8s:").removeprefix("any:")
        if key == _NAMESPACE:
            namespaces.append(replace(requirement, key=NAME_LABEL))
        elif key.startswith(_NAMESPACE_LABELS):
            namespaces.append(replace(requirement, key=key.removeprefix(_NAMESPACE_LABELS)))
        else:
            pods.append(replace(requirement, key=key))
    return namespaces, pods


def _requirements(field: Field) -> Iterator[Requirement]:
    labels = field.get("matchLabels")
    for key, value in (labels.labels() if labels else {}).items():
        yield Requirement(key, Operator.IN, (value,))
    for item in field.list("matchExpressions"):
        values = item.only("key", "operator", "values").get("values")
        operator = Operator(item.need("operator").choice(*OPERATORS))
        yield Requirement(item.need("key").text(), operator, values.texts() if values else ())


def _port(port: Field) -> Port:
    """Return a port; 0 and no protocol stand for any."""
    port.only("port", "endPort", "protocol")
    written = port.text_of("protocol") or "ANY"
    protocol = None if written.upper() == "ANY" else Protocol(port.need("protocol").choice(*Protocol))
    number = port.get("port")
    if number is None or number.value in ("0", 0, ""):
        return PortRange(protocol)
    if isinstance(number.value, str) and not number.value.isdecimal():
        return NamedPort(protocol, number.text())
    first = Field(int(number.value), number.origin).integer(1, 65535)
    end = port.get("endPort")
    last = end.integer(0, 65535) if end else first
    return PortRange(protocol, first, max(first, last), end_port=end is not None)


def _application(port_rule: Field) -> tuple[str, ...]:
    """Return what is asked above layer 4, as text."""
    port_rule.only("ports", "rules", "serverNames", "listener", "terminatingTLS", "originatingTLS")
    rules = port_rule.get("rules")
    found: list[str] = []
    for key in rules.mapping() if rules else ():
        for rule in rules.list(key) if rules and key in ("http", "kafka", "dns", "l7") else ():
            parts = [str(rule.value[part]) for part in sorted(rule.mapping(), reverse=key == "dns")]
            ordered = [str(rule.value[p]) for p in ("method", "path", "host") if p in rule.value] or parts
            found.append(f"{key.upper()} {' '.join(ordered) or 'any'}")
    names = port_rule.get("serverNames")
    found.extend(f"TLS {name}" for name in (names.texts() if names else ()))
    return tuple(found)
