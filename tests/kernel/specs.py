"""Short ways to write the specifications of NetworkPolicies."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
NAME = "kubernetes.io/metadata.name"


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
