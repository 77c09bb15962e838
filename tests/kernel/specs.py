"""Short ways to write the specifications of NetworkPolicies, and what shall hold under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
NAME = "kubernetes.io/metadata.name"


Expectation = tuple[str, str, bool]  # source, destination (a pod "x/a", a namespace "x", "*"), allowed


@dataclass(frozen=True)
class Check:
    """What must hold on one port; later expectations win, everything else is allowed."""

    expectations: tuple[Expectation, ...] = ()
    port: int = 80
    protocol: str = "TCP"


@dataclass(frozen=True)
class Step:
    """A change and what must hold after it.

    Args:
        policies: to create or replace in a namespace, by (namespace, name).
        labels: to add, by pod "x/b" or namespace "y".
        delete_policies: first.
    """

    checks: tuple[Check, ...]
    policies: tuple[tuple[str, str, Json], ...] = ()
    labels: tuple[tuple[str, dict[str, str]], ...] = ()
    delete_policies: bool = False


@dataclass(frozen=True)
class Case:
    """One case."""

    name: str
    steps: tuple[Step, ...]


def label(**values: str) -> Json:
    return {"matchLabels": values}


def name(*values: str, operator: str = "In") -> Json:
    return {"matchExpressions": [{"key": NAME, "operator": operator, "values": list(values)}]}


def ns(value: str) -> Json:
    return {"matchLabels": {NAME: value}}


def port(number: int | str | None, protocol: str | None = "TCP") -> Json:
    found: Json = {"protocol": protocol} if protocol else {}
    return found | ({"port": number} if number is not None else {})


def ingress(*peers: Json, ports: tuple[Json, ...] = ()) -> Json:
    return ({"from": list(peers)} if peers else {}) | ({"ports": list(ports)} if ports else {})


def egress(*peers: Json, ports: tuple[Json, ...] = ()) -> Json:
    return ({"to": list(peers)} if peers else {}) | ({"ports": list(ports)} if ports else {})


def policy(select: Json, *, into: list[Json] | None = None, out: list[Json] | None = None) -> Json:
    types = [kind for kind, rules in (("Ingress", into), ("Egress", out)) if rules is not None]
    spec: Json = {"podSelector": select, "policyTypes": types}
    return (
        spec | ({"ingress": into} if into is not None else {}) | ({"egress": out} if out is not None else {})
    )
