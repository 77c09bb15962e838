"""The NetworkPolicy cases of Kubernetes' own end-to-end tests, as a table.

Source: kubernetes v1.37.2, test/e2e/network/netpol/network_policy.go, all 49; names are those of its `It`
blocks. The two of network_policy_api.go ask the API server only, and are left out.
"""

from __future__ import annotations

from typing import Any

from .specs import Case, Check, Expectation, Json, Step, egress, ingress, label, name, ns, policy, port


def one(
    title: str, spec: Json, *expectations: Expectation, checks: tuple[Check, ...] = (), **settings: Any
) -> Case:
    """A case of one policy in namespace x."""
    found = checks or (Check(expectations, **settings),)
    return Case(title, (Step(found, policies=(("x", "policy", spec),)),))


A, B, EVERYONE = label(pod="a"), label(pod="b"), dict[str, Any]()
TO_A, TO_X = ("*", "x/a", False), ("*", "x", False)
Y_81 = ingress({"namespaceSelector": ns("y")}, ports=(port(81),))
Y_80 = ingress({"namespaceSelector": ns("y")}, ports=(port(80),))
ONLY_Y = (("x", "x/a", False), ("y", "x/a", True), ("z", "x/a", False))
Y_A = {"namespaceSelector": ns("y"), "podSelector": A}
X_A = {"namespaceSelector": ns("x"), "podSelector": A}
BUT_B = {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["@x/b/32"]}}

TCP: tuple[Case, ...] = (
    one("should support a 'default-deny-ingress' policy", policy(EVERYONE, into=[]), TO_X),
    one(
        "should support a 'default-deny-all' policy",
        policy(EVERYONE, into=[], out=[]),
        TO_X,
        ("x", "*", False),
    ),
    one(
        "should enforce policy to allow traffic from pods within server namespace based on PodSelector",
        policy(A, into=[ingress({"podSelector": B})]),
        TO_A,
        ("x/b", "x/a", True),
    ),
    Case(
        "should enforce policy to allow ingress traffic for a target",
        (
            Step(
                (Check((TO_X, ("*", "x/a", True))),),
                (
                    ("x", "deny-all", policy(EVERYONE, into=[])),
                    (
                        "x",
                        "allow-all-to-a",
                        policy(A, into=[ingress({"podSelector": EVERYONE, "namespaceSelector": EVERYONE})]),
                    ),
                ),
            ),
        ),
    ),
    one(
        "should enforce policy to allow ingress traffic from pods in all namespaces",
        policy(A, into=[ingress({"namespaceSelector": EVERYONE})]),
    ),
    one(
        "should enforce policy to allow traffic only from a different namespace, based on NamespaceSelector",
        policy(A, into=[ingress({"namespaceSelector": ns("y")})]),
        ("x", "x/a", False),
        ("z", "x/a", False),
    ),
    one(
        "should enforce policy based on PodSelector with MatchExpressions",
        policy(
            A,
            into=[
                ingress(
                    {"podSelector": {"matchExpressions": [{"key": "pod", "operator": "In", "values": ["b"]}]}}
                )
            ],
        ),
        TO_A,
        ("x/b", "x/a", True),
    ),
    one(
        "should enforce policy based on NamespaceSelector with MatchExpressions",
        policy(A, into=[ingress({"namespaceSelector": name("y")})]),
        ("x", "x/a", False),
        ("z", "x/a", False),
    ),
    one(
        "should enforce policy based on PodSelector or NamespaceSelector",
        policy(A, into=[ingress({"namespaceSelector": name("x", operator="NotIn")}, {"podSelector": B})]),
        ("x/c", "x/a", False),
    ),
    one(
        "should enforce policy based on PodSelector and NamespaceSelector",
        policy(A, into=[ingress({"namespaceSelector": name("x", operator="NotIn"), "podSelector": B})]),
        TO_A,
        ("y/b", "x/a", True),
        ("z/b", "x/a", True),
    ),
    one(
        "should enforce policy based on Multiple PodSelectors and NamespaceSelectors",
        policy(
            A,
            into=[
                ingress(
                    {
                        "namespaceSelector": name("x", operator="NotIn"),
                        "podSelector": {
                            "matchExpressions": [{"key": "pod", "operator": "In", "values": ["b", "c"]}]
                        },
                    }
                )
            ],
        ),
        ("x", "x/a", False),
        ("y/a", "x/a", False),
        ("z/a", "x/a", False),
    ),
    one(
        "should enforce policy based on any PodSelectors",
        policy(A, into=[ingress({"podSelector": B}, {"podSelector": label(pod="c")})]),
        TO_A,
        ("x/b", "x/a", True),
        ("x/c", "x/a", True),
    ),
    one(
        "should enforce policy to allow traffic only from a pod in a different namespace based on "
        "PodSelector "
        "and NamespaceSelector",
        policy(A, into=[ingress(Y_A)]),
        TO_A,
        ("y/a", "x/a", True),
    ),
    one("should enforce policy based on Ports", policy(A, into=[Y_81]), *ONLY_Y, port=81),
    Case(
        "should enforce multiple, stacked policies with overlapping podSelectors",
        (
            Step((Check(ONLY_Y, 81), Check((TO_A,), 80)), (("x", "81", policy(A, into=[Y_81])),)),
            Step((Check(ONLY_Y, 80), Check(ONLY_Y, 81)), (("x", "80", policy(A, into=[Y_80])),)),
        ),
    ),
    one(
        "should support allow-all policy",
        policy(EVERYONE, into=[{}]),
        checks=(Check(), Check(port=81)),
    ),
    one(
        "should allow ingress access on one named port",
        policy(EVERYONE, into=[ingress(ports=(port("serve-81-tcp", None),))]),
        checks=(Check(port=81), Check((TO_X,))),
    ),
    one(
        "should allow ingress access from namespace on one named port",
        policy(A, into=[ingress({"namespaceSelector": ns("y")}, ports=(port("serve-80-tcp"),))]),
        checks=(Check((("x", "x/a", False), ("z", "x/a", False))), Check((TO_A,), 81)),
    ),
    one(
        "should not allow all ports if it cannot limit to the requested port",
        policy(A, into=[ingress(ports=(port("no-such-port"),))]),
        TO_A,
    ),
    one(
        "should allow egress access on one named port",
        policy(EVERYONE, out=[egress(ports=(port("serve-80-tcp", None),))]),
        checks=(Check(), Check((("x", "*", False),), 81)),
    ),
    Case(
        "should enforce updated policy",
        (
            Step((Check(port=81),), (("x", "policy", policy(EVERYONE, into=[{}])),)),
            Step((Check((TO_X,), 81),), (("x", "policy", policy(EVERYONE, into=[])),)),
        ),
    ),
    Case(
        "should allow ingress access from updated namespace",
        (
            Step(
                (Check((TO_A,)),),
                (("x", "policy", policy(A, into=[ingress({"namespaceSelector": label(ns2="updated")})])),),
            ),
            Step((Check((TO_A, ("y", "*", True))),), labels=(("y", {"ns2": "updated"}),)),
        ),
    ),
    Case(
        "should allow ingress access from updated pod",
        (
            Step(
                (Check((TO_A,)),),
                (
                    (
                        "x",
                        "policy",
                        policy(A, into=[ingress({"podSelector": label(pod="b", pod2="updated")})]),
                    ),
                ),
            ),
            Step((Check((TO_A, ("x/b", "x/a", True))),), labels=(("x/b", {"pod2": "updated"}),)),
        ),
    ),
    one(
        "should deny ingress from pods on other namespaces",
        policy(EVERYONE, into=[ingress({"podSelector": EVERYONE})]),
        ("y", "x", False),
        ("z", "x", False),
    ),
    Case(
        "should deny ingress access to updated pod",
        (
            Step((Check(),), (("x", "policy", policy(label(target="isolated"), into=[])),)),
            Step((Check((TO_A,)),), labels=(("x/a", {"target": "isolated"}),)),
        ),
    ),
    one("should deny egress from pods based on PodSelector", policy(A, out=[]), ("x/a", "*", False)),
    one("should deny egress from all pods in a namespace", policy(EVERYONE, out=[]), ("x", "*", False)),
    one(
        "should work with Ingress, Egress specified together",
        policy(A, into=[ingress({"podSelector": B})], out=[egress(ports=(port(80, None),))]),
        checks=(
            Check((TO_A, ("x/b", "x/a", True))),
            Check((TO_A, ("x/a", "*", False), ("x/b", "x/a", True)), 81),
        ),
    ),
    Case(
        "should support denying of egress traffic on the client side (even if the server explicitly allows "
        "this traffic)",
        (
            Step(
                (
                    Check(
                        (
                            ("x/a", "*", False),
                            ("*", "y/a", False),
                            ("x/a", "y/a", True),
                            ("*", "y/b", False),
                        )
                    ),
                ),
                (
                    ("x", "out", policy(A, out=[egress(Y_A)])),
                    ("y", "into-a", policy(A, into=[ingress(X_A)])),
                    ("y", "into-b", policy(B, into=[ingress(X_A)])),
                ),
            ),
        ),
    ),
    one(
        "should enforce egress policy allowing traffic to a server in a different namespace based on "
        "PodSelector "
        "and NamespaceSelector",
        policy(A, out=[egress(Y_A)]),
        ("x/a", "*", False),
        ("x/a", "y/a", True),
    ),
    one(
        "should enforce ingress policy allowing any port traffic to a server on a specific protocol",
        policy(A, into=[ingress(ports=(port(None),))]),
        checks=(Check(), Check((TO_A,), protocol="UDP")),
    ),
    Case(
        "should enforce multiple ingress policies with ingress allow-all policy taking precedence",
        (
            Step(
                (Check((TO_X,), 81),),
                (("x", "80", policy(EVERYONE, into=[ingress(ports=(port(80, None),))])),),
            ),
            Step((Check(port=81),), (("x", "all", policy(EVERYONE, into=[{}])),)),
        ),
    ),
    Case(
        "should enforce multiple egress policies with egress allow-all policy taking precedence",
        (
            Step(
                (Check((("x", "*", False),), 81),),
                (("x", "80", policy(EVERYONE, out=[egress(ports=(port(80, None),))])),),
            ),
            Step((Check(port=81),), (("x", "all", policy(EVERYONE, out=[{}])),)),
        ),
    ),
    Case(
        "should stop enforcing policies after they are deleted",
        (
            Step((Check((("x", "*", False), TO_X)),), (("x", "policy", policy(EVERYONE, into=[], out=[])),)),
            Step((Check(),), delete_policies=True),
        ),
    ),
    one(
        "should allow egress access to server in CIDR block",
        policy(A, out=[egress({"ipBlock": {"cidr": "@y/b/32"}})]),
        ("x/a", "*", False),
        ("x/a", "y/b", True),
    ),
    one(
        "should enforce except clause while egress access to server in CIDR block",
        policy(A, out=[egress(BUT_B)]),
        ("x/a", "x/b", False),
    ),
    Case(
        "should ensure an IP overlapping both IPBlock.CIDR and IPBlock.Except is allowed",
        (
            Step((Check((("x/a", "x/b", False),)),), (("x", "policy", policy(A, out=[egress(BUT_B)])),)),
            Step(
                (Check((("x/a", "*", False), ("x/a", "x/b", True))),),
                (("x", "policy", policy(A, out=[egress({"ipBlock": {"cidr": "@x/b/32"}})])),),
            ),
        ),
    ),
    Case(
        "should enforce policies to check ingress and egress policies can be controlled independently "
        "based on "
        "PodSelector",
        (
            Step((Check(),), (("x", "out", policy(A, out=[{}])),)),
            Step((Check((TO_A,)),), (("x", "into", policy(A, into=[])),)),
        ),
    ),
    Case(
        "should not mistakenly treat 'protocol: SCTP' as 'protocol: TCP', even if the plugin doesn't "
        "support SCTP",
        (
            Step(
                (Check((TO_X,), 81),),
                (
                    ("x", "deny", policy(EVERYONE, into=[])),
                    ("x", "sctp", policy(A, into=[ingress(ports=(port(81, "SCTP"),))])),
                ),
            ),
        ),
    ),
    one(
        "should properly isolate pods that are selected by a policy allowing SCTP, even if the plugin "
        "doesn't "
        "support SCTP",
        policy(A, into=[ingress(ports=(port(80, "SCTP"),))]),
        TO_A,
        port=81,
    ),
    one(
        "should not allow access by TCP when a policy specifies only UDP",
        policy(A, into=[ingress(ports=(port(81, "UDP"),))]),
        TO_A,
        port=81,
    ),
    one(
        "should enforce policy to allow traffic based on NamespaceSelector with MatchLabels using "
        "default ns label",
        policy(A, into=[ingress({"namespaceSelector": ns("y")})]),
        ("x", "x/a", False),
        ("z", "x/a", False),
    ),
    one(
        "should enforce policy based on NamespaceSelector with MatchExpressions using default ns label",
        policy(A, out=[egress({"namespaceSelector": name("y", operator="NotIn")})]),
        ("x/a", "y", False),
    ),
)


def of_protocol(protocol: str) -> tuple[Case, ...]:
    """The three cases that upstream has again for a protocol."""
    return (
        one(
            f"{protocol}: should support a 'default-deny-ingress' policy",
            policy(EVERYONE, into=[]),
            TO_X,
            protocol=protocol,
        ),
        one(
            f"{protocol}: should enforce policy based on Ports",
            policy(A, into=[ingress({"namespaceSelector": ns("y")}, ports=(port(81, protocol),))]),
            ("x", "x/a", False),
            ("z", "x/a", False),
            port=81,
            protocol=protocol,
        ),
        one(
            f"{protocol}: should enforce policy to allow traffic only from a pod in a different namespace "
            "based on PodSelector and NamespaceSelector",
            policy(A, into=[ingress(Y_A)]),
            TO_A,
            ("y/a", "x/a", True),
            protocol=protocol,
        ),
    )


CASES: tuple[Case, ...] = (*TCP, *of_protocol("UDP"))
# For the model only: SCTP sockets need a kernel module that test machines lack.
SCTP_CASES = of_protocol("SCTP")
