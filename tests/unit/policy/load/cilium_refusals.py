"""Rules that Cilium's agent, or its CRD's schema, refuses, and their neighbours that it takes.

Rows after Cilium's own tests, pkg/policy/api/rule_validation_test.go, whose names stand in the ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One rule.

    Args:
        refused: part of what is said of it; empty where Cilium takes it.
    """

    id: str
    spec: Json
    refused: str = ""

    def manifest(self, kind: str = "CiliumNetworkPolicy") -> Json:
        metadata = {"name": "policy", "namespace": "a"}
        return {"apiVersion": "cilium.io/v2", "kind": kind, "metadata": metadata, "spec": self.spec}


def _rule(id_: str, direction: str, refused: str = "", **item: Any) -> Row:
    return Row(id_, {"endpointSelector": {}, direction: [item]}, refused)


def _ports(id_: str, direction: str, refused: str = "", *, ports: Any = None, **entry: Any) -> Row:
    asked = [{"port": "80", "protocol": "TCP"}] if ports is None else ports
    return _rule(id_, direction, refused, toPorts=[{"ports": asked, **entry}])


def _subject(id_: str, refused: str = "", **spec: Any) -> Row:
    return Row(id_, {"ingress": [{}], **spec}, refused)


def _port(protocol: str, number: Any = "80", **more: Any) -> list[Json]:
    return [{"port": number, "protocol": protocol, **more}]


HTTP, DNS = {"http": [{"method": "GET"}]}, {"dns": [{"matchName": "domain.com"}]}
TOGETHER, EITHER = "cannot stand in one", "either an endpointSelector or a nodeSelector"
LAYER_7, LISTENER = "rules above layer 4", {"envoyConfig": {"name": "c"}, "name": "l"}
BAD = {"matchExpressions": [{"key": "foo", "operator": "asdfasdfasdf", "values": ["default"]}]}
ROWS = (
    _ports("TestL7RulesWithNonTCPProtocols-tcp", "ingress", rules=HTTP),
    _ports("TestL7RulesWithNonTCPProtocols-udp", "ingress", LAYER_7, ports=_port("UDP"), rules=HTTP),
    _ports("TestL7RulesWithNonTCPProtocols-any", "ingress", LAYER_7, ports=_port("ANY"), rules=HTTP),
    _ports("TestL7RulesWithNonTCPProtocols-none", "ingress", LAYER_7, ports=[{"port": "80"}], rules=HTTP),
    _ports(
        "TestL7RulesWithNonTCPProtocols-one-of-two",
        "ingress",
        LAYER_7,
        ports=[*_port("TCP"), *_port("UDP", "12345")],
        rules=HTTP,
    ),
    _ports("TestL7RulesWithNonTCPProtocols-dns-without-port", "egress", "need ports", ports=[], rules=DNS),
    _ports("TestL7RulesWithNonTCPProtocols-dns", "egress", ports=_port("UDP", "53"), rules=DNS),
    _ports("TestL7RulesWithNonTCPProtocols-dns-any", "egress", ports=_port("ANY", "53"), rules=DNS),
    _ports(
        "TestL7RulesWithNonTCPProtocols-dns-on-ingress",
        "ingress",
        "egress only",
        ports=_port("ANY", "53"),
        rules=DNS,
    ),
    _ports("TestHTTPRuleRegexes-path", "ingress", "no regular expression", rules={"http": [{"path": "*"}]}),
    _ports(
        "TestHTTPRuleRegexes-method", "ingress", "no regular expression", rules={"http": [{"method": "*"}]}
    ),
    _ports("TestHTTPRuleRegexes-any", "ingress", rules={"http": [{"path": "/.*", "method": ".*"}]}),
    _ports("TestL7Rules-proto", "ingress", rules={"l7proto": "test.lineparser", "l7": [{"method": "PUT"}]}),
    _ports("TestL7Rules-proto-without-rules", "ingress", rules={"l7proto": "test.lineparser"}),
    _ports(
        "TestL7Rules-rules-without-proto", "ingress", "l7 needs l7proto", rules={"l7": [{"method": "PUT"}]}
    ),
    _ports("TestMultipleL7Types", "egress", TOGETHER, ports=_port("TCP", "53"), rules={**HTTP, **DNS}),
    _ports("L7-port-zero", "ingress", "not 0", ports=_port("TCP", "0"), rules=HTTP),
    _ports("port-zero-without-rules", "ingress", ports=_port("TCP", "0")),
    _ports("dns-range", "egress", "no range", ports=_port("UDP", "53", endPort=60), rules=DNS),
    _ports("range-without-rules", "egress", ports=_port("UDP", "53", endPort=60)),
    _ports("rules-that-are-empty", "ingress", ports=_port("UDP"), rules={"http": []}),
    _subject("TestNodeSelector-both", EITHER, endpointSelector={}, nodeSelector={}),
    _subject("TestNodeSelector-none", EITHER),
    _subject("TestInvalidEndpointSelectors-subject", "is none of In", endpointSelector=BAD),
    _rule("TestInvalidEndpointSelectors-ingress", "ingress", "is none of In", fromEndpoints=[BAD]),
    _rule("TestInvalidEndpointSelectors-egress", "egress", "is none of In", toEndpoints=[BAD]),
    _rule("selector-value", "egress", "is no label value", toEndpoints=[{"matchLabels": {"a": "b c"}}]),
    _rule(
        "selector-keys",
        "ingress",
        fromEndpoints=[
            {
                "matchLabels": {
                    "k8s:io.kubernetes.pod.namespace": "b",
                    "k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name": "b",
                    "any:app.kubernetes.io/name": "b",
                    "app": "",
                }
            }
        ],
    ),
    _ports("TestTooManyPortsRule", "ingress", "more than 40 ports", ports=[*_port("TCP")] * 41),
    _ports("forty-ports", "ingress", ports=[*_port("TCP")] * 40),
    _rule("TestTooManyICMPFields", "ingress", "more than 40", icmps=[{"fields": [{"type": 8}] * 41}]),
    _rule(
        "ICMPsWithPorts", "ingress", "icmps takes no toPorts", icmps=[{"fields": [{"type": 8}]}], toPorts=[{}]
    ),
    _rule("icmps-alone", "ingress", icmps=[{"fields": [{"type": 8}]}]),
    _rule("combined-endpoints-cidr", "ingress", TOGETHER, fromEndpoints=[{}], fromCIDR=["10.0.0.0/8"]),
    _rule(
        "combined-cidr-cidr-set",
        "egress",
        TOGETHER,
        toCIDR=["10.0.0.0/8"],
        toCIDRSet=[{"cidr": "11.0.0.0/8"}],
    ),
    _rule("combined-entities-endpoints", "egress", TOGETHER, toEntities=["host"], toEndpoints=[{}]),
    _rule("combined-fqdns-cidr", "egress", TOGETHER, toFQDNs=[{"matchName": "a.b"}], toCIDR=["10.0.0.0/8"]),
    _rule("combined-with-an-empty-list", "egress", toEndpoints=[{}], toCIDR=[]),
    _rule("deny-too", "egressDeny", TOGETHER, toEntities=["host"], toEndpoints=[{}]),
    _rule("entity", "ingress", "must be one of", fromEntities=["wrld"]),
    _rule("address-alone", "egress", toCIDR=["192.0.2.3"]),
    _rule("fqdn-name", "egress", "is no matchName", toFQDNs=[{"matchName": "*.a.b"}]),
    _rule("fqdn-pattern", "egress", toFQDNs=[{"matchPattern": "*.a.b"}]),
    _rule("fqdn-address", "egress", "is no matchPattern", toFQDNs=[{"matchPattern": "https://a.b"}]),
    _ports("schema-port-is-text", "ingress", "in quotes", ports=_port("TCP", 80)),
    _ports("port-missing", "ingress", "port is missing", ports=[{"protocol": "TCP"}]),
    _ports("TestServerNames-with-rules", "egress", "terminatingTLS", serverNames=["a.b"], rules=HTTP),
    _ports("TestServerNames", "egress", serverNames=["a.b"]),
    _ports("listener-on-ingress", "ingress", "a listener is for egress", listener=LISTENER),
    _ports("listener-with-rules", "egress", "a listener is for egress", listener=LISTENER, rules=HTTP),
    _ports("listener", "egress", listener=LISTENER),
)
