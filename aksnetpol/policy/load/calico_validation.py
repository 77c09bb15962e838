"""What Calico's API server and calicoctl refuse of a policy, so that nothing of it is in force.

Source: calico, libcalico-go/lib/validator/v3/validator.go, and the tags and CEL rules of
api/pkg/apis/projectcalico/v3/policy_common.go. What only some versions refuse is taken.
"""

from __future__ import annotations

import ipaddress
import re

from aksnetpol.policy.load.calico_selector import NestedTooDeepError, SelectorSyntaxError, parse
from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.load.names import is_port_name, is_subdomain
from aksnetpol.policy.model import addresses

_PROTOCOLS = ("TCP", "UDP", "ICMP", "ICMPv6", "SCTP", "UDPLite")
_WITH_PORTS = ("TCP", "UDP", "SCTP", 6, 17, 132)
_FAMILIES = {"ICMP": 4, 1: 4, "ICMPv6": 6, 58: 6}
_SELECTORS = ("selector", "notSelector", "namespaceSelector")
_BESIDE_SERVICES = (*_SELECTORS, "serviceAccounts", "nets", "notNets")
_RANGE = re.compile(r"(\d+):(\d+)", re.ASCII)
_PATH = re.compile(r"/[^? #]*")
_GLOBAL = re.compile(r"global\(\s*\)", re.ASCII)
_ONLY_GLOBAL = re.compile(r"[ \t]*global\([ \t]*\)[ \t]*", re.ASCII)


def check(field: Field, *, everywhere: bool) -> None:
    """Check a NetworkPolicy or GlobalNetworkPolicy of projectcalico.org/v3.

    Args:
        everywhere: it is a GlobalNetworkPolicy.

    Raises:
        RefusedError: Calico refuses it.
        FieldError: a field of a wrong type.
    """
    name = field.need("metadata").get("name")
    if name is not None and not is_subdomain(name.text()):
        raise name.refuse(f"{name.value!r} is no name: lower-case letters, digits, '-' and '.'")
    spec = field.get("spec")
    if spec is None:
        return
    _check_types(spec)
    for key in ("selector", "namespaceSelector", "serviceAccountSelector"):
        _check_selector(spec, key)
    if everywhere:
        _check_host_endpoints(spec)
    for direction in ("ingress", "egress"):
        for rule in spec.list(direction):
            _check_rule(rule)
            _check_services(rule, direction, everywhere)
            if direction == "egress" and rule.get("http") is not None:
                raise rule.need("http").refuse("rules above layer 4 are for ingress only")


def _check_types(spec: Field) -> None:
    types = spec.list("types")
    for item in types:
        if item.text() not in ("Ingress", "Egress"):
            raise item.refuse(f"must be Ingress or Egress, not {item.value!r}")
    if len({item.text() for item in types}) < len(types):
        raise spec.need("types").refuse("names a type more than once")


def _check_selector(field: Field, key: str) -> None:
    """Check an expression that may not be about what has no namespace."""
    found = _expression(field, key)
    if found is not None and _GLOBAL.search(found.text()):
        raise found.refuse("global() is for the namespaceSelector of a rule's source or destination only")


def _expression(field: Field, key: str) -> Field | None:
    """Return a selector, which must be one."""
    found = field.get(key)
    if found is not None:
        try:
            parse(found.text())
        except SelectorSyntaxError as error:
            raise found.refuse(str(error)) from None
        except NestedTooDeepError as error:
            raise found.fail(str(error)) from None
    return found


def _check_host_endpoints(spec: Field) -> None:
    asked = [key for key in ("doNotTrack", "preDNAT") if _is_true(spec, key)]
    if len(asked) == 2:
        raise spec.refuse("doNotTrack and preDNAT cannot both be true")
    if asked and not _is_true(spec, "applyOnForward"):
        raise spec.need(asked[0]).refuse("needs applyOnForward: true")
    egress = spec.list("egress") or "Egress" in [item.text() for item in spec.list("types")]
    if "preDNAT" in asked and egress:
        raise spec.need("preDNAT").refuse("is for ingress only")


def _is_true(spec: Field, key: str) -> bool:
    found = spec.get(key)
    return found is not None and found.boolean()


def _check_rule(rule: Field) -> None:
    action = rule.get("action")
    if action is None or action.text() not in ("Allow", "Deny", "Log", "Pass"):
        place = action or rule
        raise place.refuse("action must be one of Allow, Deny, Log, Pass")
    protocol = rule.get("protocol")
    for found in (protocol, rule.get("notProtocol")):
        if found is not None:
            _check_protocol(found)
    if rule.get("http") is not None:
        _check_http(rule.need("http"), action, protocol)
    _check_icmp(rule, protocol)
    for key in ("source", "destination"):
        side = rule.get(key)
        if side is not None:
            _check_side(side, protocol)
    _check_families(rule)


def _known(protocol: Field | None) -> str | int | None:
    """Return a protocol as its name or its number, which may be written as text."""
    if protocol is None or not isinstance(protocol.value, str):
        return protocol.integer(-(2**31), 2**31) if protocol else None
    return int(protocol.value) if _is_number(protocol.value) else protocol.value


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _check_protocol(field: Field) -> None:
    found = _known(field)
    if isinstance(found, int) and not 1 <= found <= 255:
        raise field.refuse(f"must be from 1 to 255, not {field.value}")
    if isinstance(found, str) and found not in _PROTOCOLS:
        raise field.refuse(f"must be one of {', '.join(_PROTOCOLS)} or a number, not {field.value!r}")


def _check_http(http: Field, action: Field, protocol: Field | None) -> None:
    if action.text() != "Allow":
        raise http.refuse("is for rules that allow only")
    if _known(protocol) not in (None, "TCP", 6):
        raise http.refuse("is for the protocol TCP only")
    methods = [item.text() for item in http.list("methods")]
    if len(set(methods)) < len(methods):
        raise http.need("methods").refuse("names a method more than once")
    for path in http.list("paths"):
        given = [found.text() for key in ("exact", "prefix") if (found := path.get(key)) and found.value]
        if len(given) != 1:
            raise path.refuse("either exact or prefix must be given")
        if not _PATH.fullmatch(given[0]):
            raise path.refuse(f"{given[0]!r} is no path: it starts with / and has no '?', '#' or space")


def _check_icmp(rule: Field, protocol: Field | None) -> None:
    icmp = rule.get("icmp")
    if icmp is not None and _known(protocol) not in _FAMILIES:
        raise icmp.refuse("needs the protocol ICMP or ICMPv6")
    for found in (icmp, rule.get("notICMP")):
        if found is not None and found.get("code") is not None and found.get("type") is None:
            raise found.refuse("code needs a type beside it")
        for key, most in (("type", 254), ("code", 255)):
            number = found.get(key) if found else None
            if number is not None and not 0 <= number.integer(-(2**31), 2**31) <= most:
                raise number.refuse(f"must be from 0 to {most}, not {number.value}")


def _check_side(side: Field, protocol: Field | None) -> None:
    _check_selector(side, "selector")
    _expression(side, "notSelector")
    namespaces = _expression(side, "namespaceSelector")
    if namespaces and "global(" in namespaces.text() and not _ONLY_GLOBAL.fullmatch(namespaces.text()):
        raise namespaces.refuse("global() cannot be combined with other selectors")
    accounts = side.get("serviceAccounts")
    if accounts is not None:
        _expression(accounts, "selector")
    for key in ("ports", "notPorts"):
        ports = side.list(key)
        if ports and _known(protocol) not in _WITH_PORTS:
            raise side.need(key).refuse("needs the protocol TCP, UDP or SCTP in its rule")
        for port in ports:
            _check_port(port)
    for key in ("nets", "notNets"):
        for net in side.list(key):
            _check_net(net)


def _check_port(port: Field) -> None:
    """Check a number, a range as text, or a name (api/pkg/lib/numorstring/port.go)."""
    value = port.value
    if isinstance(value, str) and not _is_number(value):
        match = _RANGE.fullmatch(value)
        if match is None:
            if not is_port_name(value):
                raise port.refuse(f"{value!r} is no port: a number, FIRST:LAST or a container port's name")
            return
        first, last = int(match[1]), int(match[2])
    else:
        first = last = int(value) if isinstance(value, str) else port.integer(-(2**31), 2**31)
    if not 1 <= first <= last <= 65535:
        raise port.refuse(f"{value} is no port: from 1 to 65535, the first of a range first")


def _check_net(net: Field) -> None:
    """Check a CIDR, whose address must be that of its network."""
    text = net.text()
    try:
        addresses.cidr_interval(text if "/" in text else addresses.cidr_of(text))
        found = ipaddress.ip_interface(text)
    except ValueError:
        raise net.refuse(f"{text!r} is no CIDR such as 10.0.0.0/8") from None
    if found.ip != found.network.network_address:
        raise net.refuse(f"{text!r} has bits outside its mask: write {found.network}")


def _check_families(rule: Field) -> None:
    """Check that a rule is about one version of IP."""
    version = rule.get("ipVersion")
    asked = version.value if version else None
    if version is not None and asked not in (4, 6):
        raise version.refuse(f"must be 4 or 6, not {asked}")
    for key in ("protocol", "notProtocol"):
        family = _FAMILIES.get(_known(rule.get(key)) or "")
        if version is not None and family not in (None, asked):
            raise version.refuse(f"must be {family} with the {key} of this rule")
    seen = asked
    sides = [side for key in ("source", "destination") if (side := rule.get(key))]
    for net in (net for side in sides for key in ("nets", "notNets") for net in side.list(key)):
        if "/" not in net.text():
            continue
        family = ipaddress.ip_interface(net.text()).version
        if seen not in (None, family):
            raise net.refuse("a rule is about IPv4 or IPv6, not both; write a rule for each")
        seen = family


def _check_services(rule: Field, direction: str, everywhere: bool) -> None:
    """Check who a rule is about by the name of a Service: the other side only."""
    own, other = ("destination", "source") if direction == "ingress" else ("source", "destination")
    mine, side = rule.get(own), rule.get(other)
    if mine is not None and mine.get("services") is not None:
        raise mine.need("services").refuse(f"is not for the {own} of an {direction} rule")
    services = side.get("services") if side else None
    if side is None or services is None:
        return
    if not services.text_of("name"):
        raise services.refuse("name is missing")
    if everywhere and not services.text_of("namespace"):
        raise services.refuse("namespace is missing: a GlobalNetworkPolicy is in none")
    beside = [key for key in _BESIDE_SERVICES if side.get(key) is not None and side.need(key).value]
    if other == "destination":
        beside += [key for key in ("ports", "notPorts") if side.list(key)]
    if beside:
        raise services.refuse(f"cannot stand beside {beside[0]}; write a rule for each")
