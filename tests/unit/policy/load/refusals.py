"""NetworkPolicies that the API server refuses, and their neighbours that it takes.

Rows after Kubernetes' own tests: pkg/apis/networking/validation/validation_test.go, and apimachinery's
pkg/util/validation/validation_test.go. tests/kernel/test_refusals.py asks a real API server about each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One policy.

    Args:
        refused: part of what is said of it; empty where the API server takes it.
    """

    id: str
    spec: Json
    refused: str = ""
    metadata: Json = field(default_factory=dict[str, Any])

    def manifest(self) -> Json:
        metadata = {"name": "policy", "namespace": "a", **self.metadata}
        return {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": metadata,
            "spec": {"podSelector": {}, **self.spec},
        }


def _named(name: str, refused: str = "", id_: str = "") -> Row:
    return Row(f"name-{id_ or name}", {}, refused, {"name": name})


def _port(id_: str, refused: str = "", **port: Any) -> Row:
    return Row(f"port-{id_}", {"ingress": [{"ports": [port]}]}, refused)


def _peer(id_: str, refused: str = "", **peer: Any) -> Row:
    return Row(f"peer-{id_}", {"ingress": [{"from": [peer]}]}, refused)


def _labels(id_: str, key: str, value: str, refused: str = "") -> Row:
    return Row(f"label-{id_}", {"podSelector": {"matchLabels": {key: value}}}, refused)


def _expression(id_: str, refused: str = "", **expression: Any) -> Row:
    return Row(
        f"expression-{id_}", {"podSelector": {"matchExpressions": [{"key": "a", **expression}]}}, refused
    )


NAME, KEY, VALUE, PORT, ONE_OF = (
    "is no name",
    "is no label key",
    "is no label value",
    "is no port name",
    "must be one of",
)
RANGE, END = "must be from 1 to 65535", "endPort"
ROWS = (
    _named("a"),
    _named("a.b-c.1"),
    _named("1"),
    _named("a" * 253, id_="longest"),
    _named("a" * 254, NAME, "too-long"),
    _named("Policy", NAME),
    _named("a_b", NAME),
    _named("-a", NAME),
    _named("a-", NAME),
    _named("a..b", NAME),
    _named("a b", NAME, "space"),
    Row("label-of-the-policy", {}, VALUE, {"labels": {"a": "b c"}}),
    Row("annotation-of-any-text", {}, "", {"annotations": {"a": "b c"}}),
    _labels("empty", "a", ""),
    _labels("all-characters", "a.b_c-d/E.f_g-H", "A.b_c-D", KEY),
    _labels("prefix", "example.com/E.f_g-H", "A.b_c-D"),
    _labels("key-of-63", "a" * 63, "b"),
    _labels("key-of-64", "a" * 64, "b", KEY),
    _labels("key-empty", "", "b", KEY),
    _labels("key-two-slashes", "a/b/c", "b", KEY),
    _labels("key-no-prefix", "/a", "b", KEY),
    _labels("key-no-name", "a/", "b", KEY),
    _labels("key-space", "a b", "b", KEY),
    _labels("key-colon", "k8s:app", "b", KEY),
    _labels("value-of-63", "a", "b" * 63),
    _labels("value-of-64", "a", "b" * 64, VALUE),
    _labels("value-space", "a", "web app", VALUE),
    _labels("value-slash", "a", "b/c", VALUE),
    _labels("value-dash-last", "a", "b-", VALUE),
    _labels("value-star", "a", "*", VALUE),
    _expression("in", operator="In", values=["b"]),
    _expression("in-nothing", "need values", operator="In", values=[]),
    _expression("not-in-nothing", "need values", operator="NotIn"),
    _expression("exists", operator="Exists"),
    _expression("exists-with-values", "take no values", operator="Exists", values=["b"]),
    _expression("missing-with-values", "take no values", operator="DoesNotExist", values=["b"]),
    _expression("equals", "is none of In", operator="Equals", values=["b"]),
    _expression("lower-case", "is none of In", operator="in", values=["b"]),
    _expression("value", VALUE, operator="In", values=["b c"]),
    Row("expression-key", {"podSelector": {"matchExpressions": [{"key": "a b", "operator": "Exists"}]}}, KEY),
    Row("types-both", {"policyTypes": ["Ingress", "Egress"]}),
    Row("types-twice", {"policyTypes": ["Ingress", "Ingress"]}),
    Row("types-three", {"policyTypes": ["Ingress", "Egress", "Ingress"]}, "more than two"),
    Row("types-lower-case", {"policyTypes": ["ingress"]}, ONE_OF),
    Row("types-empty", {"policyTypes": []}),
    _port("number", port=80),
    _port("zero", RANGE, port=0),
    _port("negative", RANGE, port=-1),
    _port("too-high", RANGE, port=65536),
    _port("highest", port=65535),
    _port("name", port="http"),
    _port("name-with-digits", port="0-a-1"),
    _port("quoted", PORT, port="8000"),
    _port("empty-name", PORT, port=""),
    _port("name-of-15", port="a" * 15),
    _port("name-of-16", PORT, port="a" * 16),
    _port("name-upper-case", PORT, port="HTTP"),
    _port("name-two-dashes", PORT, port="a--b"),
    _port("name-dash-first", PORT, port="-a"),
    _port("name-dash-last", PORT, port="a-"),
    _port("name-underscore", PORT, port="a_b"),
    _port("name-dot", PORT, port="a.b"),
    _port("protocol", port=80, protocol="SCTP"),
    _port("protocol-lower-case", ONE_OF, port=80, protocol="tcp"),
    _port("protocol-other", ONE_OF, port=80, protocol="ICMP"),
    _port("protocol-alone", protocol="UDP"),
    _port("range", port=80, endPort=90),
    _port("range-of-one", port=80, endPort=80),
    _port("range-backwards", END, port=80, endPort=79),
    _port("range-too-high", RANGE, port=80, endPort=65536),
    _port("range-of-a-name", END, port="http", endPort=90),
    _port("range-without-a-port", END, endPort=90),
    _peer("pods", podSelector={}),
    _peer("pods-in-namespaces", podSelector={}, namespaceSelector={}),
    _peer("nobody", "a peer has"),
    _peer("block", ipBlock={"cidr": "10.0.0.0/8"}),
    _peer("block-with-a-mask", "is no CIDR", ipBlock={"cidr": "10.0.0.0/255.0.0.0"}),
    _peer("block-with-a-zone", "is no CIDR", ipBlock={"cidr": "fe80::1%eth0/64"}),
    _peer("block-and-pods", "no other selector", ipBlock={"cidr": "10.0.0.0/8"}, podSelector={}),
    _peer("block-and-namespaces", "no other selector", ipBlock={"cidr": "10.0.0.0/8"}, namespaceSelector={}),
    _peer("label", VALUE, namespaceSelector={"matchLabels": {"a": "b c"}}),
    _peer("except-inside", ipBlock={"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}),
    _peer("except-outside", "must lie inside", ipBlock={"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}),
    _peer("except-all", "must lie inside", ipBlock={"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]}),
    _peer("except-larger", "must lie inside", ipBlock={"cidr": "10.0.0.0/8", "except": ["10.0.0.0/7"]}),
    Row("egress-port", {"egress": [{"ports": [{"port": "1"}]}]}, PORT),
    Row("egress-peer", {"egress": [{"to": [{}]}]}, "a peer has"),
)
