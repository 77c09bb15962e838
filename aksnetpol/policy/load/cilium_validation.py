"""What Cilium's agent, or the schema of its CRD, refuses of a policy, so that nothing of it is in force.

Source: cilium, pkg/policy/api/rule_validation.go (Sanitize), and the schema of CiliumNetworkPolicy for types.
"""

from __future__ import annotations

import re

from aksnetpol.policy.load.api_validation import check_selector
from aksnetpol.policy.load.fields import Field

# What a rule may name as its other side; each alone (rule_validation.go, l3Members).
_SIDES = {
    "ingress": ("fromEndpoints", "fromCIDR", "fromCIDRSet", "fromEntities", "fromNodes", "fromGroups"),
    "egress": (
        "toEndpoints",
        "toCIDR",
        "toCIDRSet",
        "toEntities",
        "toNodes",
        "toGroups",
        "toServices",
        "toFQDNs",
    ),
}
_SELECTORS = ("fromEndpoints", "fromNodes", "toEndpoints", "toNodes")
_LAYER_7 = ("http", "kafka", "dns")
_MOST = 40  # ports of one entry, and types of an icmps entry
_DNS_PORT = "53"
_NAME = re.compile(r"[-a-zA-Z0-9_.]+", re.ASCII)
_PATTERN = re.compile(r"[-a-zA-Z0-9_.*]+", re.ASCII)


def check(spec: Field) -> None:
    """Check one rule of a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy (spec, or an entry of specs).

    Raises:
        RefusedError: the API server or the agent refuses it.
        FieldError: a field of a wrong type.
    """
    subjects = [key for key in ("endpointSelector", "nodeSelector") if spec.get(key) is not None]
    if len(subjects) != 1:
        raise spec.refuse("a rule has either an endpointSelector or a nodeSelector")
    _check_selector(spec.need(subjects[0]))
    for direction in _SIDES:
        for item in spec.list(direction):
            _check_item(item, direction)
        for item in spec.list(f"{direction}Deny"):
            _check_item(item, direction)


def _check_item(item: Field, direction: str) -> None:
    given = [key for key in _SIDES[direction] if item.list(key)]
    if len(given) > 1:
        raise item.refuse(f"{given[0]} and {given[1]} cannot stand in one rule; write a rule for each")
    ports = item.list("toPorts")
    if item.list("icmps") and ports:
        raise item.refuse("icmps takes no toPorts beside it; write a rule for each")
    for entry in item.list("icmps"):
        if len(entry.list("fields")) > _MOST:
            raise entry.refuse(f"more than {_MOST} types of ICMP")
    for selector in (one for key in _SELECTORS for one in item.list(key)):
        _check_selector(selector)
    for domain in item.list("toFQDNs"):
        _check_domain(domain)
    for entry in ports:
        _check_ports(entry, direction)


def _check_selector(selector: Field) -> None:
    # A source before the key, such as "k8s:", is written with a dot before keys are checked.
    check_selector(selector, lambda key: key.replace(":", ".", 1))


def _check_domain(domain: Field) -> None:
    """Cilium, pkg/policy/api/fqdn.go: a name or a pattern, of what a DNS name may hold."""
    for key, allowed in (("matchName", _NAME), ("matchPattern", _PATTERN)):
        found = domain.get(key)
        if found is not None and found.text() and not allowed.fullmatch(found.text()):
            raise found.refuse(f"{found.value!r} is no {key}")


def _check_ports(entry: Field, direction: str) -> None:
    ports, rules = entry.list("ports"), entry.get("rules")
    if len(ports) > _MOST:
        raise entry.refuse(f"more than {_MOST} ports in one entry of toPorts; write another entry")
    asked = [key for key in _LAYER_7 if rules and rules.list(key)]
    asked += ["l7proto"] if rules and rules.text_of("l7proto") else []
    if len(asked) > 1:
        raise entry.refuse(f"{' and '.join(asked)} cannot stand in one entry; write an entry for each")
    _check_layer_7(entry, asked, direction)
    for port in ports:
        _check_port(port, asked)


def _check_layer_7(entry: Field, asked: list[str], direction: str) -> None:
    rules = entry.get("rules")
    if rules and rules.list("l7") and "l7proto" not in asked:
        raise rules.refuse("l7 needs l7proto")
    for http in rules.list("http") if rules else ():
        _check_http(http)
    if "dns" in asked and direction == "ingress":
        raise entry.refuse("DNS rules are for egress only")
    if "dns" in asked and not entry.list("ports"):
        raise entry.refuse(f"DNS rules need ports, such as {_DNS_PORT}")
    if asked and entry.list("serverNames") and entry.get("terminatingTLS") is None:
        raise entry.refuse("serverNames with rules above layer 4 need terminatingTLS")
    if entry.get("listener") is not None and (asked or direction == "ingress"):
        raise entry.refuse("a listener is for egress, and takes no rules beside it")


def _check_http(rule: Field) -> None:
    """Paths, methods and hosts are regular expressions, which "*" is not (cilium, pkg/policy/api/http.go)."""
    for key in ("path", "method", "host"):
        found = rule.get(key)
        if found is not None and found.text().startswith(("*", "+", "?")):
            raise found.refuse(f"{found.value!r} is no regular expression; for any, leave {key} out")


def _check_port(port: Field, asked: list[str]) -> None:
    number = port.get("port")
    if number is None or number.value == "":
        raise port.refuse("port is missing; 0 stands for any")
    if not isinstance(number.value, str):
        raise number.refuse(f"must be text: write {str(number.value)!r} in quotes")
    if not asked:
        return
    protocol = port.text_of("protocol") or "ANY"
    if asked != ["dns"] and protocol != "TCP":
        raise port.refuse(f"rules above layer 4 are for TCP, not {protocol}; only DNS rules are for others")
    if number.value == "0":
        raise number.refuse("rules above layer 4 need a port, not 0")
    end = port.get("endPort")
    if (
        asked == ["dns"]
        and end is not None
        and number.value.isdecimal()
        and int(number.value) < end.integer(0, 65535)
    ):
        raise end.refuse("DNS rules take no range of ports")
