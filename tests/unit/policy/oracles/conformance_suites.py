"""The 24 suites of the conformance tests of ClusterNetworkPolicy, transcribed: 92 tests in both tiers."""

from __future__ import annotations

from .conformance import (
    HOST_PORTS,
    INTERNET,
    NODES,
    Json,
    Suite,
    address,
    called,
    delete,
    insert,
    labelled,
    pods_of,
    policy,
    relabel,
    rule,
    run,
    set_action,
    set_priority,
    set_protocols,
    swap,
)

P = HOST_PORTS
ALL = {"tcp": 80, "udp": 53, "sctp": 9003}
OUT = {"tcp": 8080, "udp": 5353, "sctp": 9003}
IN = {"tcp": 80, "udp": 5353, "sctp": 9003}
WEB, DNS = [{"destinationNamedPort": "web"}], [{"destinationNamedPort": "dns"}]


def ladder(
    free: str, limited: str, walled: str, denied: dict[str, int], allowed: dict[str, int]
) -> list[Json]:
    """Return the seven rules of most suites, about three houses; the Baseline tier has those without Pass."""
    return [
        *(rule(action, called(free)) for action in ("Accept", "Deny", "Pass")),
        *(rule(action, called(limited), protocols=denied) for action in ("Deny", "Pass")),
        rule("Accept", called(walled), protocols=allowed),
        rule("Deny", called(walled)),
    ]


# Suite: the Admin tier's policy and priority, its subject, its rules by section, and what is tried in the
# tests "allow, in order", "allow at the port", "deny, in order", "deny at the port", "pass, in order",
# "pass at the port".
LADDERS: dict[str, tuple[str, int, str, dict[str, list[Json]], tuple[str, ...]]] = {
    "EgressSCTP": (
        "egress-sctp",
        8,
        "ravenclaw",
        {"egress": ladder("gryffindor", "slytherin", "hufflepuff", {"sctp": 9003}, {"sctp": 9003})},
        (
            "l0 h0 SCTP/9003 +, l1 h0 SCTP/9005 +",
            "l0 c1 SCTP/9003 +, l1 c1 SCTP/9005 -",
            "l0 h1 SCTP/9003 -, l1 h1 SCTP/9005 -",
            "l0 d0 SCTP/9003 -, l1 d0 SCTP/9005 +",
            "l0 h1 SCTP/9003 +, l1 h1 SCTP/9005 +",
            "l0 d0 SCTP/9003 +, l1 d0 SCTP/9005 +",
        ),
    ),
    "EgressTCP": (
        "egress-tcp",
        6,
        "gryffindor",
        {"egress": ladder("ravenclaw", "slytherin", "hufflepuff", {"tcp": 80}, {"tcp": 8080})},
        (
            "h0 l0 TCP/80 +, h1 l0 TCP/8080 +",
            "h0 c1 TCP/8080 +, h1 c1 TCP/80 -",
            "h0 l1 TCP/80 -, h1 l1 TCP/8080 -",
            "h0 d0 TCP/80 -, h1 d0 TCP/8080 +",
            "h0 l0 TCP/80 +, h1 l0 TCP/8080 +",
            "h0 d0 TCP/80 +, h1 d0 TCP/8080 +",
        ),
    ),
    "EgressUDP": (
        "egress-udp",
        7,
        "hufflepuff",
        {"egress": ladder("ravenclaw", "slytherin", "gryffindor", {"udp": 5353}, {"udp": 53})},
        (
            "c0 l0 UDP/53 +, c1 l0 UDP/5353 +",
            "c0 h1 UDP/53 +, c1 h1 UDP/5353 -",
            "c0 l1 UDP/53 -, c1 l1 UDP/5353 -",
            "c0 d0 UDP/5353 -, c1 d0 UDP/53 +",
            "c0 l1 UDP/5353 +, c1 l1 UDP/53 +",
            "c0 d0 UDP/5353 +, c1 d0 UDP/53 +",
        ),
    ),
    "Gress": (
        "gress-rules",
        15,
        "gryffindor",
        {
            "egress": ladder("ravenclaw", "slytherin", "hufflepuff", ALL, OUT),
            "ingress": ladder("ravenclaw", "slytherin", "hufflepuff", ALL, IN),
        },
        (
            "h0 l0 TCP/80 +, h1 l0 UDP/53 +, h0 l0 SCTP/9003 +, "
            "l0 h0 TCP/80 +, l1 h0 UDP/53 +, l1 h0 SCTP/9003 +",
            "h0 c1 TCP/8080 +, h1 c1 TCP/80 -, h0 c1 UDP/5353 +, h1 c1 UDP/53 -, "
            "h0 c1 SCTP/9003 +, h1 c1 SCTP/9005 -, "
            "c0 h1 TCP/80 +, c1 h1 TCP/8080 -, c0 h1 UDP/5353 +, c1 h1 UDP/53 -, "
            "c0 h1 SCTP/9003 +, c1 h1 SCTP/9005 -",
            "h0 l1 TCP/80 -, h1 l1 UDP/53 -, h0 l1 SCTP/9003 -, "
            "l0 h1 TCP/80 -, l1 h1 UDP/53 -, l1 h1 SCTP/9003 -",
            "h0 d0 TCP/80 -, h1 d0 TCP/8080 +, h0 d0 UDP/53 -, h1 d0 UDP/5353 +, "
            "h0 d0 SCTP/9003 -, h1 d0 SCTP/9005 +, "
            "d0 h0 TCP/80 -, d1 h0 TCP/8080 +, d0 h0 UDP/53 -, d1 h0 UDP/5353 +, "
            "d0 h0 SCTP/9003 -, d1 h0 SCTP/9005 +",
            "h0 l0 TCP/80 +, h0 l0 UDP/5353 +, h0 l0 SCTP/9003 +, "
            "l0 h0 TCP/80 +, l1 h0 UDP/53 +, l1 h0 SCTP/9003 +",
            "h0 d0 TCP/80 +, h1 d0 TCP/8080 +, h0 d0 UDP/53 +, h1 d0 UDP/5353 +, "
            "h0 d0 SCTP/9003 +, h1 d0 SCTP/9005 +, "
            "d0 h0 TCP/80 +, d1 h0 TCP/8080 +, d0 h0 UDP/53 +, d1 h0 UDP/5353 +, "
            "d0 h0 SCTP/9003 +, d1 h0 SCTP/9005 +",
        ),
    ),
    "IngressSCTP": (
        "ingress-sctp",
        5,
        "ravenclaw",
        {"ingress": ladder("gryffindor", "slytherin", "hufflepuff", {"sctp": 9003}, {"sctp": 9003})},
        (
            "h0 l0 SCTP/9003 +, h1 l0 SCTP/9005 +",
            "c0 l1 SCTP/9003 +, c1 l1 SCTP/9005 -",
            "h0 l1 SCTP/9003 -, h1 l1 SCTP/9005 -",
            "d0 l0 SCTP/9003 -, d1 l0 SCTP/9005 +",
            "h0 l1 SCTP/9003 +, h1 l1 SCTP/9005 +",
            "d0 l0 SCTP/9003 +, d1 l0 SCTP/9005 +",
        ),
    ),
    "IngressTCP": (
        "ingress-tcp",
        3,
        "gryffindor",
        {"ingress": ladder("ravenclaw", "slytherin", "hufflepuff", {"tcp": 80}, {"tcp": 80})},
        (
            "l0 h0 TCP/80 +, l1 h0 TCP/8080 +",
            "c0 h1 TCP/80 +, c1 h1 TCP/8080 -",
            "l0 h1 TCP/80 -, l1 h1 TCP/8080 -",
            "d0 h0 TCP/80 -, d1 h0 TCP/8080 +",
            "l0 h0 TCP/80 +, l1 h0 TCP/8080 +",
            "d0 h0 TCP/80 +, d1 h0 TCP/8080 +",
        ),
    ),
    "IngressUDP": (
        "ingress-udp",
        4,
        "hufflepuff",
        {"ingress": ladder("ravenclaw", "slytherin", "gryffindor", {"udp": 5353}, {"udp": 53})},
        (
            "l0 c0 UDP/53 +, l1 c0 UDP/5353 +",
            "h0 c1 UDP/53 +, h1 c1 UDP/5353 -",
            "l0 c1 UDP/53 -, l1 c1 UDP/5353 -",
            "d0 c0 UDP/5353 -, d1 c0 UDP/53 +",
            "l0 c1 UDP/5353 +, l1 c1 UDP/53 +",
            "d0 c0 UDP/5353 +, d1 c0 UDP/53 +",
        ),
    ),
}
TESTS = (
    ("allow, in order", None),
    ("allow at the port", None),
    ("deny, in order", (0, 1)),
    ("deny at the port", None),
    ("pass, in order", (0, 2)),
    ("pass at the port", (3, 4)),
)


def on_the_ladder(suite: str, tier: str) -> Suite:
    """Return a suite of LADDERS in one tier; a Baseline policy is called default and can't pass."""
    admin_name, admin_priority, subject, sections, tried = LADDERS[suite]
    name, priority = (admin_name, admin_priority) if tier == "Admin" else ("default", 10)
    if tier == "Baseline":
        sections = {key: [one for one in rules if one["action"] != "Pass"] for key, rules in sections.items()}
    runs = [
        run(test, pokes, swap(name, *swapped, *sections) if swapped else None)
        for (test, swapped), pokes in zip(TESTS, tried, strict=True)
        if tier == "Admin" or not test.startswith("pass")
    ]
    return Suite(
        f"{tier}Tier{suite}", (policy(name, tier, priority, called(subject), **sections),), tuple(runs)
    )


def named_port(tier: str, suite: str, index: int, ports: list[Json], pokes: str) -> Suite:
    """Return a suite in which one rule's port is given by name."""
    [written] = on_the_ladder(suite, tier).policies
    section = "egress" if "Egress" in suite else "ingress"
    edit = set_protocols(written["metadata"]["name"], section, index, ports)
    direction = section.capitalize()
    return Suite(f"{tier}Tier{direction}NamedPort", (written,), (run("allow the named port", pokes, edit),))


TO_THREE = "h1 {0} TCP/80 {1}, h1 {0} UDP/53 {1}, h1 {0} SCTP/9003 {1}"


def to(pod: str, mark: str) -> str:
    return TO_THREE.format(pod, mark)


def networks(tier: str, name: str, priority: int, subject: Json) -> Suite:
    """Return the suite about addresses: everything denied but slytherin, then two pods by address."""
    written = policy(
        name,
        tier,
        priority,
        subject,
        egress=[rule("Accept", pods_of("slytherin")), rule("Deny", INTERNET)],
    )
    two_pods = rule("Accept", {"networks": [f"{address('l0')}/32", f"{address('c0')}/32"]})
    runs = (
        run("deny", f"{to('l0', '-')}, {to('c0', '-')}, {to('d0', '+')}"),
        run("deny, other label", to("d0", "-"), relabel("slytherin", "denied-namespace-label")),
        run("deny, label again", to("d0", "+"), relabel("slytherin", "slytherin")),
        run(
            "allow",
            f"{to('l0', '+')}, {to('c0', '+')}, {to('l1', '-')}, {to('c1', '-')}",
            insert(name, two_pods),
        ),
    )
    return Suite(f"{tier}TierEgressInlineCIDRPeers", (written,), runs)


def both(name: str, tier: str, priority: int, subject: Json, action: str, peer: Json) -> Json:
    """Return a policy with one rule each way."""
    rules = [rule(action, peer)]
    return policy(name, tier, priority, subject, ingress=rules, egress=rules)


def in_and_out(mark: str) -> tuple[str, str]:
    return f"d0 h0 TCP/80 {mark}, d1 h0 TCP/8080 {mark}", f"h0 d0 TCP/80 {mark}, h1 d0 TCP/8080 {mark}"


DENIED, ALLOWED = in_and_out("-"), in_and_out("+")
HOUSE, PEER = pods_of("gryffindor"), pods_of("slytherin")
NAMESPACE, PEER_NAMESPACE = labelled("gryffindor"), labelled("slytherin")
NETWORK_POLICY: Json = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "allow-gress-from-to-slytherin-to-gryffindor", "namespace": "gryffindor"},
    "spec": {
        "podSelector": None,
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [{"namespaceSelector": PEER_NAMESPACE["namespaces"]}]}],
        "egress": [{"to": [{"namespaceSelector": PEER_NAMESPACE["namespaces"]}]}],
    },
}
INTEGRATION = Suite(
    "AdminTierIntegration",
    (
        both("pass-example", "Admin", 10, NAMESPACE, "Deny", PEER_NAMESPACE),
        NETWORK_POLICY,
        both("default", "Baseline", 10, NAMESPACE, "Deny", PEER_NAMESPACE),
    ),
    (
        run("admin denies ingress", DENIED[0]),
        run("admin denies egress", DENIED[1]),
        run(
            "admin passes ingress to network policy",
            ALLOWED[0],
            set_action("pass-example", "ingress", "Pass"),
        ),
        run(
            "admin passes egress to network policy", ALLOWED[1], set_action("pass-example", "egress", "Pass")
        ),
        run("admin passes ingress to baseline", DENIED[0], delete(NETWORK_POLICY["metadata"]["name"])),
        run("admin passes egress to baseline", DENIED[1]),
    ),
)
MOVED = "old-priority-60-new-priority-40-example"
PRIORITY = Suite(
    "AdminTierPriorityField",
    (
        both("priority-50-example", "Admin", 50, HOUSE, "Deny", PEER),
        both(MOVED, "Admin", 60, HOUSE, "Pass", PEER),
        both("default", "Baseline", 10, HOUSE, "Accept", PEER),
    ),
    (
        run("first denies ingress", DENIED[0]),
        run("first denies egress", DENIED[1]),
        run("the other comes first", f"{ALLOWED[0]}, {ALLOWED[1]}", set_priority(MOVED, 40)),
    ),
)
ADMIN_NODES = Suite(
    "AdminTierEgressNodePeers",
    (
        policy(
            "node-and-cidr-as-peers-example",
            "Admin",
            75,
            HOUSE,
            egress=[
                rule("Accept", NODES, protocols={"tcp": P[0]}),
                rule("Pass", NODES, protocols={"udp": P[2]}),
                rule("Deny", PEER, NODES, INTERNET),
            ],
        ),
    ),
    (
        run("allow", f"h1 n1 TCP/{P[0]} +"),
        run("pass", f"h1 n1 UDP/{P[2]} +"),
        run("deny", f"h1 n1 TCP/{P[1]} -, h1 n1 UDP/{P[4]} -, h1 n1 SCTP/{P[6]} -"),
    ),
)
BASELINE_NODES = Suite(
    "BaselineTierEgressNodePeers",
    (
        policy(
            "default",
            "Baseline",
            10,
            called("gryffindor"),
            egress=[
                rule("Accept", NODES, protocols={"tcp": (P[0], P[1])}),
                rule("Deny", NODES, INTERNET),
            ],
        ),
    ),
    (
        run("allow", f"h0 n1 TCP/{P[0]} +, h1 n1 TCP/{P[1]} +"),
        run("deny", f"h1 n1 UDP/{P[4]} -, h1 n1 SCTP/{P[6]} -"),
    ),
)
SUITES: tuple[Suite, ...] = (
    named_port("Admin", "EgressTCP", 5, WEB, "h0 c1 TCP/80 +, h1 c1 TCP/8080 -"),
    ADMIN_NODES,
    named_port("Admin", "IngressUDP", 5, DNS, "h0 c1 UDP/53 +, h1 c1 UDP/5353 -"),
    networks("Admin", "inline-cidr-as-peers-example", 85, HOUSE),
    *(on_the_ladder(suite, "Admin") for suite in LADDERS),
    INTEGRATION,
    PRIORITY,
    named_port("Baseline", "EgressUDP", 3, DNS, "c0 h1 UDP/53 +, c1 h1 UDP/5353 -"),
    BASELINE_NODES,
    named_port("Baseline", "IngressTCP", 3, WEB, "c0 h1 TCP/80 +, c1 h1 TCP/8080 -"),
    networks("Baseline", "default", 10, called("gryffindor")),
    *(on_the_ladder(suite, "Baseline") for suite in LADDERS),
)
