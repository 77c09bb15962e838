"""Tiers (network-policy-api) and each engine deviation as a case; ids as in `policy.engines.profiles`."""

from typing import Any

import pytest

from aksnetpol.policy import Certainty
from tests.unit.policy.cases import (
    CLIENT,
    FAR,
    FROM_CLIENT,
    IN,
    OUT,
    SERVER,
    TO_SERVER,
    WORLD,
    Case,
    Manifest,
    check,
    egress,
    expression,
    from_peers,
    ingress,
    pod,
    policy,
    port,
)


def admin(tier: str, priority: int, *rules: Manifest, name: str = "") -> Manifest:
    return {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": name or f"{tier.lower()}-{priority}"},
        "spec": {
            "tier": tier,
            "priority": priority,
            "subject": {"pods": {"podSelector": {"matchLabels": {"app": "server"}}}},
            "ingress": list(rules),
        },
    }


def tiered(action: str, team: str = "a") -> Manifest:
    return {"action": action, "from": [{"namespaces": {"matchLabels": {"team": team}}}]}


def of_alpha1(kind: str, **spec: Any) -> Manifest:
    """AdminNetworkPolicy and BaselineAdminNetworkPolicy, which deny everyone to the server."""
    subject = {"namespaces": {}}
    rules = [{"action": "Deny", "from": [{"namespaces": {}}]}]
    version = {
        "apiVersion": "policy.networking.k8s.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": "default"},
    }
    return {**version, "spec": {"subject": subject, "ingress": rules, **spec}}


def admin_egress(*rules: Manifest) -> Manifest:
    made = admin("Admin", 1)
    made["spec"] = {"tier": "Admin", "priority": 1, "subject": {"namespaces": {}}, "egress": list(rules)}
    return made


OLD_ADMIN = of_alpha1("AdminNetworkPolicy", priority=10)
OLD_BASELINE = of_alpha1("BaselineAdminNetworkPolicy")
CALICO_BEFORE = {
    "apiVersion": "projectcalico.org/v3",
    "kind": "GlobalNetworkPolicy",
    "metadata": {"name": "adminnetworkpolicy.before"},
    "spec": {
        "tier": "adminnetworkpolicy",
        "order": 5,
        "types": ["Ingress"],
        "ingress": [{"action": "Allow"}],
    },
}
DENY_ALL = {"action": "Deny", "from": [{"namespaces": {}}]}
TIERS = [
    Case("row-34-admin-deny-beats-policy", (admin("Admin", 1, tiered("Deny")), ingress({})), (FAR,), (IN,)),
    Case("row-34-admin-accept-beats-policy", (admin("Admin", 1, tiered("Accept")), ingress()), (IN,), (FAR,)),
    Case(
        "row-34-pass-leaves-it-to-policies",
        (admin("Admin", 1, tiered("Pass"), DENY_ALL), ingress({})),
        (IN,),
        (FAR,),
    ),
    Case(
        "row-34-pass-then-baseline",
        (admin("Admin", 1, tiered("Pass")), admin("Baseline", 1, DENY_ALL)),
        (),
        (IN, FAR),
    ),
    Case(
        "row-34-policy-beats-baseline",
        (from_peers(FROM_CLIENT), admin("Baseline", 1, DENY_ALL)),
        (IN,),
        (FAR,),
    ),
    Case("row-34-baseline-where-no-policy", (admin("Baseline", 1, DENY_ALL),), (WORLD,), (IN, FAR)),
    Case(
        "row-34-lower-priority-number-first",
        (admin("Admin", 5, tiered("Deny")), admin("Admin", 4, tiered("Accept"))),
        (IN,),
    ),
    Case("row-34-first-rule-first", (admin("Admin", 4, tiered("Accept"), DENY_ALL),), (IN,), (FAR,)),
]


def npm(case_id: str, *objects: Manifest, **answers: Any) -> Case:
    return Case(case_id, objects, engine=answers.pop("engine", "npm-linux"), **answers)


SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "demo"},
    "spec": {
        "type": "LoadBalancer",
        "selector": {"app": "server"},
        "ports": [{"port": 8080, "targetPort": "http"}],
    },
}
WINDOWS = {"kubernetes.io/os": "windows"}
ON_WINDOWS = pod("demo", "windows", labels={"app": "server"}, nodeSelector=WINDOWS)
ON_LINUX = pod("demo", "linux", labels={"app": "server"}, nodeSelector={"kubernetes.io/os": "linux"})


def mixed(case_id: str, *rules: Manifest) -> Case:
    """A policy that NPM on Windows refuses: in force on Linux, absent on Windows."""
    question = f"plain/client demo/windows {5555}"
    return Case(
        case_id,
        (ON_WINDOWS, ON_LINUX, ingress(*rules)),
        (question,),
        ("plain/client demo/linux 5555",),
        engine="npm-windows",
    )


TO_PODS = {"namespaceSelector": {}}
TEAMS = {"namespaceSelector": expression("team", "NotIn", "a", "b")}
_NAMED = (
    pod(
        "demo",
        "three",
        ports=[port(8001, "one")],
        initContainers=[
            {"name": "s", "image": "s", "restartPolicy": "Always", "ports": [port(8002, "two")]},
            {"name": "i", "image": "i", "ports": [port(8003, "three")]},
        ],
    ),
    policy(
        {
            "podSelector": {"matchLabels": {"app": "three"}},
            "ingress": [{"ports": [{"port": name} for name in ("one", "two", "three")]}],
        }
    ),
)
ENGINES = [
    npm(
        "npm-ip-block-in-cluster",
        from_peers({"ipBlock": {"cidr": "10.0.0.0/24"}}),
        allowed=(IN,),
        denied=(FAR,),
    ),
    npm(
        "npm-ip-block-nodes",
        from_peers({"ipBlock": {"cidr": "192.168.0.0/24"}}),
        allowed=(f"node/linux2 {SERVER}",),
        denied=(IN,),
    ),
    npm(
        "npm-own-node",
        policy({**TO_SERVER, "policyTypes": ["Egress"]}),
        allowed=(f"{SERVER} node/linux1",),
        denied=(OUT,),
    ),
    npm(
        "npm-service-through-node",
        SERVICE,
        ingress(),
        allowed=(WORLD,),
        denied=(IN, f"8.8.8.8 {SERVER} 8080"),
    ),
    *(
        Case(f"{engine}-named-port-of-{kind}", _NAMED, *(((at,), ()) if has else ((), (at,))), profile)
        for engine, profile, has_sidecar, has_init in (
            ("specification", "kubernetes", True, False),
            ("npm", "npm-linux", False, False),
            ("cilium", "cilium", False, False),
            ("calico", "calico", True, True),
        )
        for kind, at, has in (
            ("container", f"{CLIENT} demo/three 8001", True),
            ("sidecar", f"{CLIENT} demo/three 8002", has_sidecar),
            ("init", f"{CLIENT} demo/three 8003", has_init),
        )
    ),
    npm("npm-ipv6", from_peers({"ipBlock": {"cidr": "2001:db8::/32"}}), allowed=(IN, FAR, WORLD)),
    npm("npm-namespace-not-in-before-fix", from_peers(TEAMS), allowed=(IN, FAR), engine="npm-linux@2026-08"),
    npm(
        "npm-namespace-not-in-fixed", from_peers(TEAMS), allowed=(f"plain/client {SERVER}",), denied=(IN, FAR)
    ),
    npm(
        "npm-negated-namespace-outside-before-fix",
        from_peers(TEAMS),
        allowed=(WORLD,),
        engine="npm-linux@2026-08",
    ),
    npm("npm-negated-namespace-outside-fixed", from_peers(TEAMS), denied=(WORLD,)),
    npm(
        "npm-sloppy-zero-before-fix",
        from_peers({"ipBlock": {"cidr": "10.0.0.0/0", "except": ["10.0.0.0/16"]}}),
        allowed=(IN,),
        engine="npm-linux@2026-08",
    ),
    npm(
        "npm-sloppy-zero-fixed",
        from_peers({"ipBlock": {"cidr": "10.0.0.0/0", "except": ["10.0.0.0/16"]}}),
        allowed=(WORLD,),
        denied=(IN,),
    ),
    npm(
        "npm-end-port",
        ingress({"ports": [{"port": 80, "endPort": 82}]}),
        allowed=(f"{IN} 82",),
        denied=(f"{IN} 83",),
    ),
    npm("npm-lite-cidr-only", from_peers(FROM_CLIENT), allowed=(IN, FAR, WORLD), engine="npm-lite"),
    mixed("npm-windows-named-port", {"ports": [{"port": "http"}]}),
    mixed("npm-windows-sctp", {"ports": [{"port": 1, "protocol": "SCTP"}]}),
    mixed("npm-windows-negation", {"from": [{"podSelector": expression("app", "DoesNotExist")}]}),
    mixed("npm-windows-except", {"from": [{"ipBlock": {"cidr": "9.0.0.0/8", "except": ["9.1.0.0/16"]}}]}),
    Case(
        "npm-linux-leaves-windows-nodes-open",
        (ON_WINDOWS, ON_LINUX, ingress()),
        (f"{CLIENT} demo/windows",),
        (f"{CLIENT} demo/linux",),
        engine="npm-linux",
    ),
    Case(
        "cilium-ip-block-pods",
        (egress({"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}),),
        (f"{CLIENT} 8.8.8.8",),
        (IN, f"{CLIENT} node/linux1", f"{CLIENT} node/linux2"),
        engine="cilium",
        certainty={IN: Certainty.CERTAIN},
    ),
    Case(
        "cilium-except-pods",
        (egress({"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}, TO_PODS]}),),
        (IN, f"{CLIENT} 8.8.8.8"),
        (f"{CLIENT} 10.9.9.9",),
        engine="cilium",
        certainty={IN: Certainty.CERTAIN},
    ),
    Case(
        "cilium-own-node",
        (policy({**TO_SERVER, "policyTypes": ["Egress"]}),),
        (),
        (f"{SERVER} node/linux1", f"{SERVER} node/linux2"),
        engine="cilium",
    ),
    Case(
        "cilium-leaves-windows-nodes-open",
        (ON_WINDOWS, ON_LINUX, ingress()),
        (f"{CLIENT} demo/windows",),
        (f"{CLIENT} demo/linux",),
        engine="cilium",
    ),
    Case(
        "calico-except",
        (from_peers({"ipBlock": {"cidr": "10.0.0.0/16", "except": ["10.0.1.0/24"]}}),),
        (IN,),
        (FAR, WORLD),
        engine="calico",
        certainty={IN: Certainty.CERTAIN, FAR: Certainty.CERTAIN},
    ),
    Case(
        "cilium-end-port-ignored",
        (ingress({"ports": [{"port": 80, "endPort": 82}]}),),
        (IN,),
        (f"{IN} 82",),
        engine="cilium@1.16.16",
    ),
    Case(
        "cilium-end-port",
        (ingress({"ports": [{"port": 80, "endPort": 82}]}),),
        (f"{IN} 82",),
        engine="cilium@1.17",
    ),
    Case(
        "cilium-local-host",
        (ingress(),),
        (f"node/linux1 {SERVER}",),
        (f"node/linux2 {SERVER}",),
        engine="cilium",
    ),
    Case(
        "cilium-sctp",
        (ingress({"ports": [{"port": 9, "protocol": "SCTP"}]}),),
        (f"{IN} 9 SCTP",),
        engine="cilium",
        certainty={f"{IN} 9 SCTP": Certainty.ENGINE_DEFINED},
    ),
    Case(
        "cilium-same-named-port",
        (
            pod("demo", "second", ports=[port(8080)], labels={"app": "second"}),
            egress({"ports": [{"port": "http"}]}),
        ),
        (IN,),
        engine="cilium",
        certainty={IN: Certainty.ENGINE_DEFINED},
    ),
    Case(
        "calico-ip-block-pods",
        (from_peers({"ipBlock": {"cidr": "10.0.0.0/24"}}),),
        (IN,),
        (FAR,),
        engine="calico",
    ),
    Case(
        "calico-order",
        (
            ingress({}),
            {
                "apiVersion": "projectcalico.org/v3",
                "kind": "GlobalNetworkPolicy",
                "metadata": {"name": "first"},
                "spec": {
                    "order": 10,
                    "selector": "app == 'server'",
                    "types": ["Ingress"],
                    "ingress": [
                        {"action": "Deny", "source": {"namespaceSelector": "team == 'b'"}},
                        {"action": "Pass"},
                    ],
                },
            },
        ),
        (),
        (FAR,),
        engine="calico",
    ),
    *(
        Case(f"{row}-{version or 'open'}", (written,), (), (IN,), f"calico@{version}".rstrip("@"), doubt)
        for row, written, versions in (
            ("calico-admin-network-policy", OLD_ADMIN, ("", "3.29", "v3.31.5")),
            ("calico-baseline-admin-network-policy", OLD_BASELINE, ("", "3.30.0", "3.31")),
            ("calico-cluster-network-policy", admin("Admin", 1, DENY_ALL), ("", "3.32", "3.33")),
        )
        for version in versions
        for doubt in [{} if version else {IN: Certainty.ENGINE_DEFINED}]
    ),
    *(
        Case(f"{row}-not-{version}", (written,), (IN,), (), f"calico@{version}")
        for row, written, versions in (
            ("calico-admin-network-policy", OLD_ADMIN, ("3.28.2", "3.32")),
            ("calico-baseline-admin-network-policy", OLD_BASELINE, ("3.29", "3.32.1")),
            ("calico-cluster-network-policy", admin("Admin", 1, DENY_ALL), ("3.28", "3.31")),
        )
        for version in versions
    ),
    # libcalico-go, adminnetworkpolicy_test.go: a rule that fails is dropped where it allows, else denies all.
    Case(
        "calico-failed-rule-denies-all",
        (admin_egress({"action": "Deny", "to": [{"nodes": {}}]}),),
        (),
        (OUT,),
        "calico@3.32",
    ),
    Case(
        "calico-failed-rule-that-passes-denies-all",
        (admin_egress({"action": "Pass", "to": [{"namespaces": {}}, {"domainNames": ["example.com"]}]}),),
        (),
        (OUT,),
        "calico@3.32",
    ),
    Case(
        "calico-failed-rule-that-allows-is-dropped",
        (
            admin_egress(
                {"action": "Accept", "to": [{"namespaces": {}}, {"nodes": {}}]},
                {"action": "Deny", "to": [{"namespaces": {}}]},
            ),
        ),
        (),
        (OUT,),
        "calico@3.32",
    ),
    Case(
        "calico-tier",
        (OLD_ADMIN, CALICO_BEFORE),
        (IN,),
        (),
        "calico@3.30",
    ),
    Case("none-enforces-nothing", (ingress(),), (IN, FAR, WORLD), engine="none"),
]
HOST = pod("demo", "host", labels={"app": "client"}, hostNetwork=True, nodeName="linux2")
NODES = {"ipBlock": {"cidr": "192.168.0.0/24"}}
TO_OWN_NODE = f"{SERVER} node/linux1"
HOSTS = [
    Case(
        f"{engine}-host-network",
        (HOST, from_peers(FROM_CLIENT)),
        (IN,),
        (f"demo/host {SERVER}",),
        engine=engine,
        certainty={f"demo/host {SERVER}": Certainty.CERTAIN},
    )
    for engine in ("npm", "calico", "cilium")
]
HOSTS.extend(
    [
        Case("calico-ip-block-nodes", (from_peers(NODES),), (f"node/linux2 {SERVER}",), (IN,), "calico"),
        Case("cilium-ip-block-nodes", (from_peers(NODES),), (), (f"node/linux2 {SERVER}", IN), "cilium"),
        Case(
            "calico-own-node",
            (policy({**TO_SERVER, "policyTypes": ["Egress"]}),),
            (),
            (TO_OWN_NODE,),
            "calico",
            {TO_OWN_NODE: Certainty.ENGINE_DEFINED},
        ),
    ]
)
CASES = [*TIERS, *ENGINES, *HOSTS]


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_row(case: Case) -> None:
    check(case)


NOT_TESTABLE = {
    "row-28": "the order of rewriting is not defined, and a snapshot has no routes from load balancers",
    "row-31": "about time: when rules take effect while a pod starts",
    "row-33": "host addresses are no part of a snapshot; linted instead",
    "calico-failed-rule-is-dropped": "needs a rule that the API server accepts and Calico can't convert",
    "calico-empty-policy-types": "the API server sets the default before Calico reads the object",
    "calico-failsafe-ports": "host endpoints are not modelled",
    "npm-empty-namespace-selector": "unstable after restarts in old versions: no snapshot shows it",
    "npm-windows-update-keeps-old-rules": "about time: which rules a node had before",
    "cilium-north-south-identity": "which node forwards is no part of a snapshot",
    "cilium-service-loopback": "a Service is no end of a connection; it is asked for by its pods",
    "npm-name-collisions": "bugs between policies whose outcome depends on the order of events",
    "cilium-identity-limit": "a limit of size: no verdict hangs on it below, and none is defined above",
    "npm-limits": "250 nodes, 20,000 pods, four ipBlocks in a policy: no verdict is defined above; linted",
    "npm-large-in": "memory that an expansion takes; linted",
    "calico-support": "what Azure supports is no verdict; linted",
    "calico-short-delay": "about time: when rules take effect while a pod starts",
    "cilium-advanced-networking": "whether a cluster has ACNS is no part of a snapshot; linted",
}
