"""Calico's NetworkPolicy, GlobalNetworkPolicy and Tier as cases (Calico docs, resource reference)."""

from typing import Any

import pytest

from tests.unit.policy.cases import FAR, IN, OUT, WORLD, Case, Manifest, check, ingress, policy, read

PLAIN = "plain/client demo/server"
SERVER = "app == 'server'"
CLIENTS = {"selector": "app == 'client'"}


def calico(
    *rules: Manifest,
    namespace: str | None = "demo",
    name: str = "calico",
    selector: str = SERVER,
    **spec: Any,
) -> Manifest:
    kind = "NetworkPolicy" if namespace else "GlobalNetworkPolicy"
    return {
        "apiVersion": "projectcalico.org/v3",
        "kind": kind,
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
        "spec": {"selector": selector, "types": ["Ingress"], "ingress": list(rules), **spec},
    }


def everywhere(*rules: Manifest, **spec: Any) -> Manifest:
    return calico(*rules, namespace=None, **spec)


def rule(action: str, source: Manifest | None = None, **more: Any) -> Manifest:
    return {"action": action, **({"source": source} if source else {}), **more}


def tier(name: str, order: float, **spec: Any) -> Manifest:
    return {
        "apiVersion": "projectcalico.org/v3",
        "kind": "Tier",
        "metadata": {"name": name},
        "spec": {"order": order, **spec},
    }


def tcp(*ports: int | str, negated: bool = False) -> Manifest:
    return {"protocol": "TCP", "destination": {"notPorts" if negated else "ports": list(ports)}}


def allowed_to(source: str, *, namespaces: str = "") -> Manifest:
    more = {"namespaceSelector": namespaces} if namespaces else {}
    return calico(rule("Allow", {"selector": source, **more}))


ALLOW_ALL = ingress({})
CASES = [
    Case("what-no-rule-allows-is-denied", (calico(rule("Allow", CLIENTS)),), (IN, OUT), (FAR, WORLD)),
    Case(
        "a-lower-order-comes-first",
        (everywhere(rule("Deny", CLIENTS), order=100), ALLOW_ALL),
        (WORLD,),
        (IN,),
    ),
    Case(
        "a-network-policy-stands-at-order-1000",
        (everywhere(rule("Deny", CLIENTS), order=2000), ALLOW_ALL),
        (IN, WORLD),
    ),
    Case("no-order-is-last", (everywhere(rule("Deny", CLIENTS)), ALLOW_ALL), (IN,)),
    Case(
        "the-first-rule-that-matches-decides",
        (calico(rule("Allow", CLIENTS), rule("Deny", CLIENTS)),),
        (IN,),
        (WORLD,),
    ),
    Case("log-decides-nothing", (calico(rule("Log"), rule("Allow", CLIENTS)),), (IN,), (WORLD,)),
    Case(
        "pass-leaves-the-tier",
        (calico(rule("Pass", CLIENTS), order=10), everywhere(rule("Deny"), order=20)),
        (IN,),
        (FAR, WORLD),
    ),
    Case(
        "an-earlier-tier-denies-for-good",
        (tier("security", 100), everywhere(rule("Deny", CLIENTS), rule("Pass"), tier="security"), ALLOW_ALL),
        (WORLD,),
        (IN,),
    ),
    Case(
        "an-earlier-tier-allows-for-good",
        (tier("security", 100), everywhere(rule("Allow", CLIENTS), rule("Pass"), tier="security"), ingress()),
        (IN,),
        (WORLD,),
    ),
    Case(
        "the-end-of-a-tier-denies",
        (tier("security", 100), everywhere(rule("Pass", CLIENTS), tier="security"), ALLOW_ALL),
        (IN,),
        (WORLD,),
    ),
    Case(
        "the-end-of-a-tier-passes-on-request",
        (
            tier("security", 100, defaultAction="Pass"),
            everywhere(rule("Deny", CLIENTS), tier="security"),
            ALLOW_ALL,
        ),
        (WORLD,),
        (IN,),
    ),
    Case(
        "a-tier-that-selects-no-policy-for-a-pod-passes",
        (tier("security", 100), everywhere(rule("Deny"), tier="security", selector="app == 'x'"), ALLOW_ALL),
        (IN, WORLD),
    ),
    Case("a-peer-selector-is-the-own-namespace", (allowed_to("all()"),), (IN,), (FAR, PLAIN)),
    Case(
        "with-a-namespace-selector-others",
        (allowed_to("all()", namespaces="team == 'b'"),),
        (FAR,),
        (IN, PLAIN),
    ),
    Case(
        "a-global-peer-selector-is-every-namespace",
        (everywhere(rule("Allow", CLIENTS)),),
        (IN, FAR, PLAIN),
        (WORLD,),
    ),
    Case(
        "a-global-policy-by-namespaces",
        (everywhere(rule("Deny"), selector="all()", namespaceSelector="team == 'b'"),),
        (IN, OUT),
        ("demo/server other/client",),
    ),
    Case("selector-not", (allowed_to("app != 'client'"),), (), (IN,)),
    Case("selector-in", (allowed_to("app in {'x', 'client'}"),), (IN,)),
    Case("selector-not-in", (allowed_to("app not in {'x', 'client'}"),), (), (IN,)),
    Case("selector-has", (allowed_to("has(app) && !has(nothing)"),), (IN,)),
    Case("selector-either", (allowed_to("app == 'x' || app == 'client'"),), (IN,)),
    Case("selector-negated-group", (allowed_to("!(app == 'x' || app == 'client')"),), (), (IN,)),
    Case(
        "selector-texts",
        (allowed_to("app contains 'lie' && app starts with 'c' && app ends with 't'"),),
        (IN,),
    ),
    Case("nets-match-pods-too", (calico(rule("Allow", {"nets": ["10.0.1.0/24"]})),), (FAR,), (IN, WORLD)),
    Case("not-nets", (calico(rule("Allow", {"notNets": ["10.0.1.0/24"]})),), (IN, WORLD), (FAR,)),
    Case(
        "nets-and-selector-must-both-hold",
        (everywhere(rule("Allow", {**CLIENTS, "nets": ["10.0.1.0/24"]})),),
        (FAR,),
        (IN, WORLD),
    ),
    Case(
        "not-selector", (everywhere(rule("Allow", {"notSelector": "app == 'client'"})),), (WORLD,), (IN, FAR)
    ),
    Case(
        "port-range",
        (calico(rule("Allow", CLIENTS, **tcp("80:82"))),),
        (f"{IN} 82",),
        (f"{IN} 83", f"{IN} 82 UDP"),
    ),
    Case("named-port", (calico(rule("Allow", CLIENTS, **tcp("http"))),), (IN,), (f"{IN} 81",)),
    Case(
        "not-ports",
        (calico(rule("Allow", CLIENTS, **tcp(80, negated=True))),),
        (f"{IN} 81",),
        (IN, f"{IN} 81 UDP"),
    ),
    Case("protocol-alone", (calico(rule("Allow", CLIENTS, protocol="UDP")),), (f"{IN} 80 UDP",), (IN,)),
    Case("types-default-to-ingress", (calico(types=None),), (OUT,), (IN,)),
    Case(
        "egress",
        (calico(types=["Egress"], ingress=[], egress=[rule("Deny", destination=CLIENTS), rule("Allow")]),),
        (IN, "demo/server 8.8.8.8"),
        (OUT,),
    ),
    Case(
        "beside-network-policies-of-other-pods",
        (policy({"podSelector": {"matchLabels": {"app": "client"}}}), calico(rule("Allow", CLIENTS))),
        (IN,),
        (OUT, FAR),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_row(case: Case) -> None:
    check(Case(case.id, case.objects, case.allowed, case.denied, "calico"))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param(calico(selector="app = 'x'"), "column 5", id="selector-syntax"),
        pytest.param(calico(rule("Permit")), "Allow, Deny, Log, Pass", id="action"),
        pytest.param(calico(rule("Allow", **tcp("90:80"))), "FIRST:LAST", id="range"),
        pytest.param(everywhere(doNotTrack=True), "not modelled", id="untracked"),
        pytest.param(calico(rule("Allow", {"ports": [1]})), "source ports", id="source-ports"),
    ],
)
def test_what_is_not_known_is_a_finding(written: Manifest, said: str) -> None:
    loaded = read(written)
    assert loaded.partial
    assert said in loaded.findings[-1].message
