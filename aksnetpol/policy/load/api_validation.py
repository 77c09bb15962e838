"""What the API server refuses of a NetworkPolicy, so that nothing of it is in force.

Source: Kubernetes, pkg/apis/networking/validation/validation.go, and what that calls of apimachinery. How
peers, ports and blocks are put together, `network_policy` sees as it reads them.
"""

from __future__ import annotations

from collections.abc import Callable

from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.load.names import is_label_key, is_label_value, is_port_name, is_subdomain

_NAME = "lower-case letters, digits, '-' and '.', a letter or digit first and last, at most 253 characters"
_KEY = "an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'"
_VALUE = "at most 63 letters, digits, '-', '_' and '.', a letter or digit first and last"
_PORT = "1 to 15 lower-case letters, digits and single dashes, one of them a letter"
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_TYPES = ("Ingress", "Egress")


def check(field: Field) -> None:
    """Check a NetworkPolicy as the API server does when it is created.

    Raises:
        RefusedError: the API server refuses it.
        FieldError: a field of a wrong type.
    """
    _check_metadata(field.need("metadata"))
    spec = field.need("spec")
    _each(spec, "podSelector", check_selector)
    types = spec.list("policyTypes")
    if len(types) > len(_TYPES):
        raise spec.need("policyTypes").refuse("may not have more than two entries")
    for item in types:
        _check_choice(item, _TYPES)
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for rule in spec.list(direction):
            for peer in rule.list(peers):
                _check_peer(peer)
            for port in rule.list("ports"):
                _check_port(port)


def _each(field: Field, key: str, check: Callable[[Field], None]) -> None:
    found = field.get(key)
    if found is not None:
        check(found)


def _check_metadata(metadata: Field) -> None:
    name = metadata.get("name")
    if name is not None and not is_subdomain(name.text()):
        raise name.refuse(f"{name.value!r} is no name: {_NAME}")
    _each(metadata, "labels", check_labels)


def check_labels(labels: Field, key: Callable[[str], str] = str) -> None:
    """Check label keys and values.

    Args:
        key: what is checked of a key as it is written.

    Raises:
        RefusedError: one is no key or no value.
    """
    for written, value in labels.labels().items():
        place = Field(value, labels.origin.at(written))
        if not is_label_key(key(written)):
            raise place.refuse(f"{written!r} is no label key: {_KEY}")
        if not is_label_value(value):
            raise place.refuse(f"{value!r} is no label value: {_VALUE}")


def check_selector(selector: Field, key: Callable[[str], str] = str) -> None:
    """Check a label selector (apimachinery, ValidateLabelSelector).

    Raises:
        RefusedError: a key, a value or an operator that no selector may have.
    """
    _each(selector, "matchLabels", lambda labels: check_labels(labels, key))
    for item in selector.list("matchExpressions"):
        _check_expression(item, key)


def _check_expression(item: Field, key: Callable[[str], str]) -> None:
    values = item.list("values")
    match item.need("operator").value:
        case "In" | "NotIn" if not values:
            raise item.refuse("In and NotIn need values")
        case "Exists" | "DoesNotExist" if values:
            raise item.refuse("Exists and DoesNotExist take no values")
        case "In" | "NotIn" | "Exists" | "DoesNotExist":
            pass
        case other:
            raise item.need("operator").refuse(f"{other!r} is none of In, NotIn, Exists, DoesNotExist")
    written = item.need("key").text()
    if not is_label_key(key(written)):
        raise item.need("key").refuse(f"{written!r} is no label key: {_KEY}")
    for value in values:
        if not is_label_value(value.text()):
            raise value.refuse(f"{value.value!r} is no label value: {_VALUE}")


def _check_peer(peer: Field) -> None:
    for key in ("podSelector", "namespaceSelector"):
        _each(peer, key, check_selector)


def _check_port(port: Field) -> None:
    _each(port, "protocol", lambda protocol: _check_choice(protocol, _PROTOCOLS))
    for key in ("port", "endPort"):
        _each(port, key, _check_port_number)


def _check_port_number(field: Field) -> None:
    if isinstance(field.value, str):
        if not is_port_name(field.value):
            hint = "; write the number without quotes" if field.value.isdecimal() else ""
            raise field.refuse(f"{field.value!r} is no port name: {_PORT}{hint}")
    elif not 1 <= field.integer(-(2**31), 2**31 - 1) <= 65535:
        raise field.refuse(f"must be from 1 to 65535, not {field.value}")


def _check_choice(field: Field, allowed: tuple[str, ...]) -> None:
    if field.text() not in allowed:
        raise field.refuse(f"must be one of {', '.join(allowed)}, not {field.value!r}")
