"""The families of Cyclonus' generated cases, re-created: targets, directions, peers, ports, conflicts.

Cyclonus (mattfenwick/cyclonus, pkg/generator) makes 230 cases from these families on three namespaces with
three pods each, and compares a cluster with its own evaluator. Here the cases are made anew from the
families' description, and the model is compared with `naive.py` for every pair of pods and every port.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from aksnetpol.policy import Protocol, analyze, load_objects

from .naive import connects

Json = dict[str, Any]
NAMESPACES, NAMES = ("x", "y", "z"), ("a", "b", "c")
SERVED = ((80, "TCP"), (81, "TCP"), (80, "UDP"), (81, "UDP"), (80, "SCTP"), (7777, "TCP"))
DIRECTIONS = {"ingress": "from", "egress": "to"}


def address(namespace: str, name: str) -> str:
    return f"192.168.{NAMESPACES.index(namespace)}.{10 + NAMES.index(name)}"


PEERS: dict[str, list[Json]] = {
    "ip-block-all": [{"ipBlock": {"cidr": "0.0.0.0/0"}}],
    "ip-block-of-one-pod": [{"ipBlock": {"cidr": f"{address('x', 'a')}/32"}}],
    "ip-block-with-except": [
        {"ipBlock": {"cidr": "192.168.0.0/16", "except": [f"{address('x', 'a')}/32", "192.168.1.0/24"]}}
    ],
    "ip-block-of-nobody": [{"ipBlock": {"cidr": "203.0.113.0/24"}}],
    "pods-none": [],
    "pods-all": [{"podSelector": {}}],
    "pods-by-label": [{"podSelector": {"matchLabels": {"pod": "b"}}}],
    "pods-by-expression": [
        {"podSelector": {"matchExpressions": [{"key": "pod", "operator": "In", "values": ["b", "c"]}]}}
    ],
    "pods-not-in": [
        {"podSelector": {"matchExpressions": [{"key": "pod", "operator": "NotIn", "values": ["b"]}]}}
    ],
    "namespaces-all": [{"namespaceSelector": {}}],
    "namespaces-by-label": [{"namespaceSelector": {"matchLabels": {"ns": "y"}}}],
    "namespaces-by-name": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "z"}}}],
    "namespaces-by-expression": [
        {"namespaceSelector": {"matchExpressions": [{"key": "ns", "operator": "In", "values": ["x", "y"]}]}}
    ],
    "namespaces-and-pods": [
        {"namespaceSelector": {"matchLabels": {"ns": "y"}}, "podSelector": {"matchLabels": {"pod": "a"}}}
    ],
    "namespaces-all-and-pods": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"pod": "c"}}}],
    "namespaces-or-pods": [
        {"namespaceSelector": {"matchLabels": {"ns": "y"}}},
        {"podSelector": {"matchLabels": {"pod": "a"}}},
    ],
    "blocks-or-pods": [
        {"ipBlock": {"cidr": "192.168.2.0/24"}},
        {"podSelector": {"matchLabels": {"pod": "b"}}},
    ],
}
PORTS: dict[str, list[Json]] = {
    "none": [],
    "number": [{"port": 80}],
    "number-and-protocol": [{"port": 80, "protocol": "UDP"}],
    "sctp": [{"port": 80, "protocol": "SCTP"}],
    "name-tcp": [{"port": "serve-81-tcp"}],
    "name-udp": [{"port": "serve-81-udp", "protocol": "UDP"}],
    "name-of-nothing": [{"port": "nobody-serves"}],
    "unserved-number": [{"port": 7981}],
    "protocol-only": [{"protocol": "UDP"}],
    "empty-entry": [{}],
    "two-numbers": [{"port": 80}, {"port": 81}],
    "range": [{"port": 79, "endPort": 80}],
    "two-protocols": [{"port": 80, "protocol": "TCP"}, {"port": 81, "protocol": "UDP"}],
}
TARGETS: dict[str, tuple[str, Json]] = {
    "empty-namespace": ("x", {}),
    "one-pod": ("x", {"matchLabels": {"pod": "a"}}),
    "by-expression": ("y", {"matchExpressions": [{"key": "pod", "operator": "In", "values": ["a", "b"]}]}),
    "exists": ("z", {"matchExpressions": [{"key": "pod", "operator": "Exists"}]}),
    "does-not-exist": ("z", {"matchExpressions": [{"key": "pod", "operator": "DoesNotExist"}]}),
    "label-and-expression": (
        "x",
        {
            "matchLabels": {"pod": "b"},
            "matchExpressions": [{"key": "pod", "operator": "NotIn", "values": ["a"]}],
        },
    ),
    "nobody": ("x", {"matchLabels": {"pod": "nobody"}}),
}
ACTIONS: dict[str, Json] = {
    "deny-ingress": {"policyTypes": ["Ingress"]},
    "deny-egress": {"policyTypes": ["Egress"]},
    "deny-all": {"policyTypes": ["Ingress", "Egress"]},
    "deny-by-empty-list": {"policyTypes": ["Ingress", "Egress"], "ingress": [], "egress": []},
    "allow-ingress": {"policyTypes": ["Ingress"], "ingress": [{}]},
    "allow-egress": {"policyTypes": ["Egress"], "egress": [{}]},
    "allow-all": {"policyTypes": ["Ingress", "Egress"], "ingress": [{}], "egress": [{}]},
    "types-missing": {},
    "types-missing-with-egress": {"egress": [{}]},
    "types-missing-with-empty-egress": {"egress": []},
    "section-outside-of-types": {"policyTypes": ["Ingress"], "egress": [{"ports": [{"port": 80}]}]},
}
Case = tuple[str, list[tuple[str, Json]]]


def rule(direction: str, peers: list[Json], ports: list[Json]) -> Json:
    """A policy for pod x/a with one rule; an empty list of peers or ports is written down."""
    return {
        "podSelector": {"matchLabels": {"pod": "a"}},
        "policyTypes": [direction.capitalize()],
        direction: [{DIRECTIONS[direction]: peers, "ports": ports}],
    }


def cases() -> Iterator[Case]:
    for name, (namespace, selector) in TARGETS.items():
        for action in ("deny-ingress", "deny-all"):
            yield f"target/{name}/{action}", [(namespace, {"podSelector": selector, **ACTIONS[action]})]
    for name, spec in ACTIONS.items():
        yield f"action/{name}", [("x", {"podSelector": {}, **spec})]
        yield f"action/{name}/one-pod", [("x", {"podSelector": {"matchLabels": {"pod": "a"}}, **spec})]
    for direction in DIRECTIONS:
        for name, peers in PEERS.items():
            for label in ("none", "number", "two-protocols"):
                yield f"peer/{direction}/{name}/{label}", [("x", rule(direction, peers, PORTS[label]))]
        for name, ports in PORTS.items():
            for label in ("pods-none", "namespaces-by-label"):
                yield f"port/{direction}/{name}/{label}", [("x", rule(direction, PEERS[label], ports))]
        narrow = rule(direction, PEERS["pods-by-label"], PORTS["number"])
        wide = rule(direction, PEERS["namespaces-all"], PORTS["number-and-protocol"])
        deny = {"podSelector": {}, **ACTIONS[f"deny-{direction}"]}
        allow = {"podSelector": {}, **ACTIONS[f"allow-{direction}"]}
        yield f"conflict/{direction}/deny-and-allow", [("x", deny), ("x", allow)]
        yield f"conflict/{direction}/deny-and-rule", [("x", deny), ("x", narrow)]
        yield f"conflict/{direction}/allow-and-rule", [("x", allow), ("x", narrow)]
        yield f"conflict/{direction}/two-rules", [("x", narrow), ("x", wide)]
        yield f"conflict/{direction}/other-namespace", [("x", deny), ("y", allow)]
        twice = rule(direction, PEERS["pods-by-label"], PORTS["number"])
        twice[direction].append(
            rule(direction, PEERS["namespaces-by-label"], PORTS["name-udp"])[direction][0]
        )
        yield f"conflict/{direction}/two-rules-of-one-policy", [("x", twice)]
    ingress = rule("ingress", PEERS["pods-by-label"], PORTS["number"])
    egress = rule("egress", PEERS["namespaces-by-label"], PORTS["name-tcp"])
    yield "both/one-policy", [("x", {**ingress, **egress, "policyTypes": ["Ingress", "Egress"]})]
    yield "both/two-policies", [("x", ingress), ("x", egress)]
    yield (
        "both/source-allows-destination-denies",
        [
            ("x", rule("egress", PEERS["namespaces-all"], [])),
            ("y", {"podSelector": {}, **ACTIONS["deny-ingress"]}),
        ],
    )
    dns = {
        "podSelector": {},
        "policyTypes": ["Egress"],
        "egress": [{"ports": [{"port": 53, "protocol": "UDP"}]}],
    }
    yield "example/only-dns", [("x", dns), ("y", dns)]


CASES = list(cases())


def objects(policies: list[tuple[str, Json]]) -> list[Json]:
    namespaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": one, "labels": {"ns": one}}}
        for one in NAMESPACES
    ]
    pods = [pod(namespace, name) for namespace in NAMESPACES for name in NAMES]
    made = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"namespace": namespace, "name": f"p{number}"},
            "spec": spec,
        }
        for number, (namespace, spec) in enumerate(policies)
    ]
    return [*namespaces, *pods, *made]


def pod(namespace: str, name: str) -> Json:
    ports = [
        {"name": f"serve-{port}-{protocol.lower()}", "containerPort": port, "protocol": protocol}
        for port, protocol in SERVED[:5]
    ]
    ip = address(namespace, name)
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": name, "labels": {"pod": name}},
        "spec": {"containers": [{"name": "c", "image": "i", "ports": ports}]},
        "status": {"phase": "Running", "podIP": ip, "podIPs": [{"ip": ip}]},
    }


@pytest.mark.parametrize(("name", "policies"), CASES, ids=[name for name, _ in CASES])
def test_case(name: str, policies: list[tuple[str, Json]]) -> None:
    manifests = objects(policies)
    reach = analyze(load_objects(manifests).complete())
    said = {(str(one.source), str(one.destination)): one.ports for one in reach.pod_pairs()}
    pods = [one for one in manifests if one["kind"] == "Pod"]
    for source in pods:
        for destination in pods:
            if source is destination:
                continue
            ends = tuple("{namespace}/{name}".format(**one["metadata"]) for one in (source, destination))
            for port, protocol in SERVED:
                found = said.get((ends[0], ends[1]))
                ours = found is not None and found.contains(Protocol(protocol), port)
                assert ours is connects(manifests, source, destination, port, protocol), (
                    ends,
                    port,
                    protocol,
                )


def test_the_families_are_as_large_as_cyclonus_own() -> None:
    assert len({name for name, _ in CASES}) == len(CASES) >= 200
