"""Policies that Calico refuses, and their neighbours that it takes.

Rows after Calico's own tests, libcalico-go/lib/validator/v3/validator_test.go, whose words stand in the ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One policy.

    Args:
        refused: part of what is said of it; empty where Calico takes it.
        everywhere: it is a GlobalNetworkPolicy.
    """

    id: str
    spec: Json
    refused: str = ""
    everywhere: bool = False
    name: str = "policy"

    def manifest(self, version: str = "projectcalico.org/v3", **metadata: str) -> Json:
        kind = "GlobalNetworkPolicy" if self.everywhere else "NetworkPolicy"
        place = {} if self.everywhere else {"namespace": "a"}
        about = {"name": self.name, **place, **metadata}
        return {"apiVersion": version, "kind": kind, "metadata": about, "spec": self.spec}


def _global(id_: str, refused: str = "", name: str = "policy", **spec: Any) -> Row:
    return Row(id_, spec, refused, everywhere=True, name=name)


def _rule(id_: str, refused: str = "", direction: str = "ingress", **rule: Any) -> Row:
    return Row(id_, {direction: [{"action": "Allow", **rule}]}, refused)


def _ports(id_: str, refused: str = "", *, key: str = "ports", ports: Any = 80, **rule: Any) -> Row:
    return _rule(id_, refused, "ingress", **{"protocol": "TCP", "destination": {key: [ports]}, **rule})


def _nets(id_: str, refused: str = "", source: str = "", destination: str = "", **rule: Any) -> Row:
    sides = {"source": source, "destination": destination}
    return _rule(id_, refused, **{key: {"nets": [net]} for key, net in sides.items() if net}, **rule)


def _peer(id_: str, refused: str = "", **side: Any) -> Row:
    return _rule(id_, refused, source=side)


def _service(id_: str, refused: str = "", direction: str = "egress", **beside: Any) -> Row:
    other = "destination" if direction == "egress" else "source"
    side = {"services": {"name": "service1", "namespace": "default"}, **beside}
    return _rule(id_, refused, direction, **{other: side})


SERVICE = {"services": {"name": "service1", "namespace": "default"}}
NO_PORTS, NO_ICMP, BOTH = (
    "needs the protocol TCP, UDP or SCTP",
    "needs the protocol ICMP",
    "IPv4 or IPv6, not both",
)
GLOBAL, BESIDE, HTTP = "global() is for", "cannot stand beside", {"methods": ["GET"]}
ICMP4, ICMP6 = "must be 4 with the protocol", "must be 6 with the protocol"
V4, V6 = "1.2.3.0/26", "aabb:aabb::/122"
ROWS = (
    # names, types and selectors of a policy
    Row("allow valid name", {}, name="thing"),
    Row("disallow name with mixed case", {}, "is no name", name="tHiNg"),
    _global("disallow name with invalid character", "is no name", name="t~!s.h.i.ng"),
    _global("a name with its tier", name="platform.thing"),
    *(
        Row(f"types-{'-'.join(types) or 'empty'}", {"types": types}, refused)
        for types, refused in (
            ([], ""),
            (["Ingress"], ""),
            (["Egress"], ""),
            (["Ingress", "Egress"], ""),
            (["Egress", "Egress"], "more than once"),
            (["unexpected"], "must be Ingress or Egress"),
        )
    ),
    Row("disallow global() in selector field", {"selector": "global()"}, GLOBAL),
    Row("disallow global() in serviceAccountSelector field", {"serviceAccountSelector": "global()"}, GLOBAL),
    _global("disallow global() in namespaceSelector field", GLOBAL, namespaceSelector="global()"),
    _global("reject both PreDNAT and DoNotTrack", "both", preDNAT=True, doNotTrack=True, applyOnForward=True),
    _global("reject PreDNAT but not ApplyOnForward", "applyOnForward", preDNAT=True),
    _global(
        "reject DoNotTrack but not ApplyOnForward", "applyOnForward", doNotTrack=True, applyOnForward=False
    ),
    _global("accept ApplyOnForward but not PreDNAT", preDNAT=False, applyOnForward=True),
    _global(
        "reject pre-DNAT egress rules",
        "ingress only",
        preDNAT=True,
        applyOnForward=True,
        egress=[{"action": "Allow"}],
    ),
    _global(
        "disallow egress Types with pre-DNAT",
        "ingress only",
        preDNAT=True,
        applyOnForward=True,
        types=["Egress"],
    ),
    # rules
    _rule("should accept Rule with protocol SCTP and no other config", protocol="SCTP"),
    _rule("protocol names are case-sensitive", "must be one of TCP", protocol="tcp"),
    _rule("protocol number 0", "from 1 to 255", protocol=0),
    _rule("protocol number 256", "from 1 to 255", protocol=256),
    _rule("protocol number as text", protocol="17", destination={"ports": [53]}),
    _rule("notProtocol of an unknown name", "must be one of TCP", notProtocol="jolly-UDP"),
    _rule("action of an unknown name", "Allow, Deny, Log, Pass", action="Permit"),
    _rule("no action", "Allow, Deny, Log, Pass", action=None),
    _ports("should accept Rule with dest ports and protocol type tcp"),
    _ports("should accept Rule with dest ports and protocol number 6", protocol=6),
    _ports("should allow Rule with dest ports and protocol type sctp", protocol="SCTP"),
    _ports("should reject Rule with dest ports and no protocol", NO_PORTS, protocol=None),
    _ports("should reject Rule with dest ports and protocol type 7", NO_PORTS, protocol=7),
    _ports("should reject Rule with !ports and protocol type 100", NO_PORTS, protocol=100, key="notPorts"),
    _ports("ports and protocol ICMP", NO_PORTS, protocol="ICMP"),
    _ports("ports and protocol UDPLite", NO_PORTS, protocol="UDPLite"),
    _rule("should accept Rule with empty ports and protocol type 7", protocol=7, destination={"ports": []}),
    _ports("should reject Rule with invalid port (port 0)", "is no port", ports=0, key="notPorts"),
    _ports("port above the last", "is no port", ports=65536),
    _ports("port as text", ports="80"),
    _ports("port range", ports="100:200"),
    _ports("port range of one", ports="100:100"),
    _ports("should reject Rule with invalid dest ports", "is no port", ports="200:100"),
    _ports("should reject one invalid port in the port range (MinPort 0)", "is no port", ports="0:100"),
    _ports("port range with a dash", "is no port", ports="100-200"),
    _ports("port name", ports="http"),
    _ports("port name in upper case", "is no port", ports="HTTP"),
    _rule("should reject Rule with icmp fields and no protocol", NO_ICMP, icmp={"type": 0}),
    _rule("should not reject Rule with icmp fields and no ipversion", protocol="ICMP", icmp={"type": 0}),
    _rule("should not reject Rule with icmpv6 fields", protocol="ICMPv6", icmp={"type": 0}),
    _rule("should accept ICMP with type with max value", protocol="ICMP", icmp={"type": 254, "code": 255}),
    _rule("should reject ICMP with code and no type", "needs a type", protocol="ICMP", icmp={"code": 0}),
    _rule("should reject ICMP with type too high", "from 0 to 254", protocol="ICMP", icmp={"type": 255}),
    _rule("should reject code too high", "from 0 to 255", protocol="ICMP", icmp={"type": 1, "code": 256}),
    _rule("should reject notICMP with code and no type", "needs a type", notICMP={"code": 0}),
    _rule("should reject Rule with mismatched ipversion for icmp", ICMP4, protocol="ICMP", ipVersion=6),
    _rule("should reject Rule with mismatched ipversion for icmpv6", ICMP6, protocol="ICMPv6", ipVersion=4),
    _rule("should allow Rule with correct ipversion for icmp", protocol="ICMP", ipVersion=4),
    _rule("mismatched ipversion for notProtocol", "must be 4", notProtocol="ICMP", ipVersion=6),
    _rule("should reject IP version 0", "must be 4 or 6", ipVersion=0),
    _nets("should reject rule mixed IPv4 (src) and IPv6 (dest)", BOTH, V4, V6),
    _nets("should reject rule mixed IPv6 (src) and IPv4 (dest)", BOTH, V6, V4),
    _nets("rule of IPv6 alone", "", V6),
    _nets("should reject rule mixed IPVersion and Source Net IP version", BOTH, V4, ipVersion=6),
    _nets("should reject rule mixed IPVersion and Dest Net IP version", BOTH, "", V6, ipVersion=4),
    _nets("ipVersion and net agree", "", V4, ipVersion=4),
    _rule("mixed versions in notNets", BOTH, source={"nets": [V4], "notNets": [V6]}),
    _nets("a net with bits outside its mask", "write 10.0.0.0/8", "10.0.0.1/8"),
    _nets("a net with a mask of addresses", "is no CIDR", "10.0.0.0/255.0.0.0"),
    _nets("a net that is none", "is no CIDR", "10.0.0/8"),
    _rule("should accept Allow rule with HTTP clause", http=HTTP),
    _rule("should reject Deny rule with HTTP clause", "that allow only", action="Deny", http=HTTP),
    _rule("should reject non-TCP protocol with HTTP clause", "TCP only", protocol="UDP", http=HTTP),
    _rule("should accept TCP protocol with HTTP clause", protocol="TCP", http=HTTP),
    _rule("disallow HTTP in egress rule", "ingress only", "egress", http=HTTP),
    _rule("disallow HTTP Method with duplicate", "more than once", http={"methods": ["GET", "GET", "Foo"]}),
    _rule("allow HTTP Path", http={"paths": [{"exact": "/foo"}, {"prefix": "/bar"}]}),
    _rule("disallow HTTP Path twice", "either", http={"paths": [{"exact": "/foo", "prefix": "/bar"}]}),
    _rule("disallow HTTP Path with empty match clauses", "either", http={"paths": [{}]}),
    *(
        _rule(f"disallow HTTP Path {path}", "is no path", http={"paths": [{"exact": path}]})
        for path in ("/fo?o", "/fo o", "/f#oo", "foo")
    ),
    # the other side
    _peer("should accept valid selector", selector='foo == "bar"'),
    _peer(
        "should accept valid selector with 'has' and two '/' and '-.'", selector="has(calico/k8s_NS-.1/role)"
    ),
    _peer("should reject invalid selector", "selector 'thing=hello &'", selector="thing=hello &"),
    _peer("should reject invalid notSelector", "selector", notSelector="a"),
    _peer("should reject invalid namespaceSelector", "selector", namespaceSelector="a == b"),
    _peer("should reject invalid service account selector", "selector", serviceAccounts={"selector": "a =="}),
    _peer("disallow global() in EntityRule selector field", GLOBAL, selector="  global()  "),
    _peer("allow global() in EntityRule namespaceSelector field", namespaceSelector="  global()  "),
    _peer(
        "disallow global() AND'd with other expressions", "combined", namespaceSelector=" global() && all()"
    ),
    _peer("disallow global() OR'd other expressions", "combined", namespaceSelector="global()||all()"),
    # Services
    _service("allow a Service match in an egress rule destination"),
    _service("allow a Service match in an ingress rule source", direction="ingress"),
    _rule("disallow a Service match in an egress rule source", "is not for", "egress", source=SERVICE),
    _rule("disallow a Service match in an ingress rule destination", "is not for", destination=SERVICE),
    _service("disallow a Service match AND a ServiceAccount match", BESIDE, serviceAccounts={"names": ["a"]}),
    _service("disallow a Service match AND a Nets match", BESIDE, nets=["10.0.0.0/8"]),
    _service("disallow a Service match AND a NotNets match", BESIDE, notNets=["10.0.0.0/8"]),
    _service("disallow a Service match AND a Selector match", BESIDE, selector="x == 'y'"),
    _service("disallow a Service match AND a NotSelector match", BESIDE, notSelector="x == 'y'"),
    _service("disallow a Service match AND a NamespaceSelector match", BESIDE, namespaceSelector="x == 'y'"),
    _rule(
        "disallow a Service match AND a Ports match on an egress destination rule",
        BESIDE,
        "egress",
        protocol="TCP",
        destination={**SERVICE, "ports": [80]},
    ),
    _peer("a Service match without a name", "name is missing", services={"namespace": "default"}),
    _peer("a Service match without a namespace", services={"name": "service1"}),
    _global(
        "disallow a Service match without a namespace on a GNP",
        "namespace is missing",
        ingress=[{"action": "Allow", "source": {"services": {"name": "service1"}}}],
    ),
)
# (expression, whether Calico's parser takes it): libcalico-go/lib/selector, parser and tokenizer.
SELECTORS = (
    ("", True),
    ("all()", True),
    ("all( )", True),
    ("all ()", False),
    ("has( a )", True),
    ("has (a)", False),
    ("a == 'b' && has(c)", True),
    ("a=='b'&&has(c)||!all()", True),
    ("a in{'b','c',}", True),
    ("a in {}", True),
    ("a notin {'b'}", True),
    ("a not  in {'b'}", True),
    ("a startswith 'b'", True),
    ("a ends with 'b'", True),
    ("a contains'b'", True),
    ("in in {'in'}", True),
    ("a == b", False),
    ("a = 'b'", False),
    ("a", False),
    ("a in 'b'", False),
    ("a in {'b'", False),
    ("a == 'b", False),
    ("a == 'b' has(c)", False),
    ("a == 'b' &&", False),
    ("(a == 'b'", False),
    ("a:b == 'c'", False),
    ("a@b == 'c'", False),
    ("a == 'b'\n", False),
    ("a == 'b' &&\n  c == 'd'", False),
)
