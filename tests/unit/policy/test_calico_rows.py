"""Calico's NetworkPolicy, GlobalNetworkPolicy and Tier as cases (Calico docs, resource reference)."""

from typing import Any

import pytest

from aksnetpol.policy import Certainty, analyze
from tests.unit.policy.cases import (
    FAR,
    IN,
    OUT,
    WORLD,
    Case,
    Manifest,
    check,
    cluster,
    ingress,
    pod,
    policy,
    port,
    read,
)

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


def network_set(kind: str, *nets: str, **metadata: str) -> Manifest:
    return {
        "apiVersion": "projectcalico.org/v3",
        "kind": kind,
        "metadata": {"name": "set", "labels": {"role": "bad"}, **metadata},
        "spec": {"nets": list(nets)},
    }


PROJECT = "projectcalico.org"
OF_OTHER = f"{PROJECT}/namespace == 'other'"
WITH_ACCOUNT = pod("demo", "leia", serviceAccountName="leia")
LEIA = "demo/leia demo/server"
SECOND = pod("demo", "second", ports=[port(8080)], labels={"app": "server"})
BAD = {"selector": "role == 'bad'"}
SET = network_set("GlobalNetworkSet", "8.8.8.0/24")
LOCAL_SET = network_set("NetworkSet", "8.8.8.8", namespace="demo")
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
    Case(
        "a-negated-selector-is-the-own-namespace",
        (calico(rule("Allow", {"notSelector": "app == 'server'"})),),
        (IN,),
        (FAR, WORLD),
    ),
    Case("label-of-the-namespace", (everywhere(rule("Allow", {"selector": OF_OTHER})),), (FAR,), (IN, WORLD)),
    Case(
        "label-of-the-namespace-in-a-subject",
        (everywhere(rule("Deny"), selector=OF_OTHER),),
        (IN,),
        ("demo/server other/client",),
    ),
    Case(
        "label-of-the-orchestrator",
        (everywhere(rule("Deny"), selector=f"{PROJECT}/orchestrator == 'k8s'"),),
        (),
        (IN, FAR),
    ),
    Case(
        "label-of-the-service-account",
        (WITH_ACCOUNT, everywhere(rule("Allow", {"selector": f"{PROJECT}/serviceaccount == 'leia'"}))),
        (LEIA,),
        (IN,),
    ),
    Case(
        "service-accounts-by-name",
        (WITH_ACCOUNT, calico(rule("Allow", {"serviceAccounts": {"names": ["leia"]}}))),
        (LEIA,),
        (IN,),
    ),
    Case(
        "a-namespace-by-calicos-name-label",
        (allowed_to("all()", namespaces=f"{PROJECT}/name == 'other'"),),
        (FAR,),
        (IN, PLAIN),
    ),
    Case(
        "a-namespace-has-calicos-name-label",
        (allowed_to("all()", namespaces=f"has({PROJECT}/name) && {PROJECT}/name not in {{'other'}}"),),
        (IN, PLAIN),
        (FAR,),
    ),
    Case("global-is-no-pod", (everywhere(rule("Allow", {"namespaceSelector": "global()"})),), (), (IN, FAR)),
    Case(
        "a-network-set",
        (SET, everywhere(rule("Deny", BAD), rule("Allow"))),
        (IN, "8.8.9.1 demo/server"),
        (WORLD,),
    ),
    Case(
        "a-network-set-of-a-namespace",
        (LOCAL_SET, calico(rule("Allow", BAD))),
        (WORLD,),
        (IN, "8.8.9.1 demo/server"),
    ),
    Case(
        "a-network-set-is-not-in-another-namespace",
        (SET, LOCAL_SET, calico(rule("Allow", {**BAD, "namespaceSelector": "team == 'b'"}))),
        (),
        (WORLD,),
    ),
    Case(
        "a-network-set-in-a-negated-selector",
        (SET, everywhere(rule("Allow", {"notSelector": "role == 'bad'"}))),
        (IN, "8.8.9.1 demo/server"),
        (WORLD,),
    ),
    Case(
        "a-network-set-and-other-conditions",
        (SET, everywhere(rule("Allow", {**BAD, "notNets": ["8.8.8.8/32"]}))),
        ("8.8.8.9 demo/server",),
        (WORLD, IN),
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
    Case(
        "nets-may-be-addresses",
        (calico(rule("Allow", {"nets": ["8.8.8.8", "2001:db8::1"]})),),
        (WORLD, "2001:db8::1 demo/server"),
        ("8.8.8.9 demo/server",),
    ),
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
    Case(
        "not-ports-by-name-are-each-pods-own",
        (SECOND, calico(rule("Allow", CLIENTS, **tcp("http", negated=True)))),
        (f"{IN} 8080", "demo/client demo/second 80"),
        (IN, "demo/client demo/second 8080"),
    ),
    Case(
        "a-protocol-that-is-not-modelled-opens-no-other",
        (calico(rule("Allow", CLIENTS, protocol="UDPLite")),),
        (),
        (IN, f"{IN} 80 UDP"),
    ),
    Case("not-protocol", (calico(rule("Allow", CLIENTS, notProtocol="TCP")),), (f"{IN} 80 UDP",), (IN,)),
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


_FROM_PORT = {"ports": [1]}


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([rule("Allow", _FROM_PORT, protocol="TCP")], id="source-ports"),
        pytest.param([rule("Deny", _FROM_PORT, protocol="TCP"), rule("Allow")], id="denied-source-ports"),
        pytest.param([rule("Allow", {"notPorts": [1]}, protocol="TCP")], id="source-not-ports"),
        *(
            pytest.param([rule("Allow", destination={key: value})], id=key)
            for key, value in (
                ("nets", ["10.0.0.0/8"]),
                ("notNets", ["10.0.0.0/8"]),
                ("notSelector", "app == 'x'"),
                ("serviceAccounts", {"names": ["x"]}),
            )
        ),
    ],
)
def test_a_rule_that_may_match_leaves_the_answer_unknown(rules: list[Manifest]) -> None:
    """And nothing else: the rest of the input is read, and other pods are as sure as before."""
    asked = analyze(cluster(calico(*rules)), "calico")
    assert asked.can("demo/client", "demo/server", 80).certainty is Certainty.UNKNOWN
    assert asked.can("demo/server", "demo/client", 80).certainty is Certainty.CERTAIN


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param(calico(selector=f"{'(' * 101}all(){')' * 101}"), "nested deeper", id="selector-depth"),
        pytest.param(everywhere(tier="ghost"), "tier ghost is not in the input", id="tier"),
        pytest.param(network_set("GlobalNetworkSet", "8.8.8"), "no CIDR", id="network-set"),
    ],
)
def test_what_is_not_known_is_a_finding(written: Manifest, said: str) -> None:
    loaded = read(written)
    assert loaded.partial
    assert said in loaded.findings[-1].message


def test_all_answers_take_each_pods_own_ports() -> None:
    """As `can` asks about two pods, and `reach` about all."""
    denied = calico(rule("Allow", CLIENTS, **tcp("http", negated=True)))
    found = {
        str(one.destination): str(one.ports)
        for one in analyze(cluster(SECOND, denied), "calico").pod_pairs()
        if str(one.source) == "demo/client" and str(one.destination) in ("demo/server", "demo/second")
    }
    assert found == {"demo/server": "TCP 0-79,81-65535", "demo/second": "TCP 0-8079,8081-65535"}


def test_staged_policies_are_not_in_force() -> None:
    staged = {**everywhere(rule("Deny")), "kind": "StagedGlobalNetworkPolicy"}
    loaded = read(staged)
    assert not loaded.partial
    assert loaded.findings[-1].id == "not-modelled"
