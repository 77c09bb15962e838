"""CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy as cases (Cilium docs, "Policy language")."""

from dataclasses import replace
from typing import Any

import pytest

from aksnetpol.policy import Certainty, analyze
from tests.unit.policy.cases import (
    CLIENT,
    FAR,
    IN,
    OUT,
    WORLD,
    Case,
    Manifest,
    check,
    cluster,
    expression,
    ingress,
    pod,
    read,
)

SERVER_POD = {"matchLabels": {"app": "server"}}
CLIENT_POD = {"matchLabels": {"app": "client"}}
CLIENT_PODS = {"fromEndpoints": [CLIENT_POD]}
EVERYONE = {"fromEntities": ["all"]}
PLAIN = "plain/client demo/server"
OTHER_NODE = "node/linux2 demo/server"


def cilium(subject: Manifest = SERVER_POD, *, namespace: str | None = "demo", **spec: Any) -> Manifest:
    kind = "CiliumNetworkPolicy" if namespace else "CiliumClusterwideNetworkPolicy"
    return {
        "apiVersion": "cilium.io/v2",
        "kind": kind,
        "metadata": {"name": "cilium", **({"namespace": namespace} if namespace else {})},
        "spec": {"endpointSelector": subject, **spec},
    }


def from_endpoints(**labels: str) -> Manifest:
    return cilium(
        ingress=[
            {"fromEndpoints": [{"matchLabels": {key.replace("__", "/"): v for key, v in labels.items()}}]}
        ]
    )


def to_port(**port: Any) -> Manifest:
    return cilium(ingress=[{**CLIENT_PODS, "toPorts": [{"ports": [port]}]}])


def world(cidr: str, *excepted: str) -> Manifest:
    return cilium(ingress=[{"fromCIDRSet": [{"cidr": cidr, "except": list(excepted)}]}])


CASES = [
    Case("a-rule-isolates-its-direction", (cilium(ingress=[CLIENT_PODS]),), (IN, OUT), (FAR, WORLD)),
    Case("an-empty-section-does-not-apply", (cilium(ingress=[]),), (IN, FAR, WORLD)),
    Case("an-empty-rule-denies-all", (cilium(ingress=[{}]),), (OUT,), (IN, FAR, WORLD)),
    Case(
        "no-default-deny-on-request",
        (cilium(ingress=[CLIENT_PODS], enableDefaultDeny={"ingress": False}),),
        (IN, FAR, WORLD),
    ),
    Case(
        "deny-wins-over-allow",
        (cilium(ingress=[EVERYONE], ingressDeny=[CLIENT_PODS]),),
        (FAR, WORLD),
        (IN,),
    ),
    Case(
        "deny-wins-over-a-network-policy",
        (ingress({}), cilium(ingressDeny=[CLIENT_PODS], enableDefaultDeny={"ingress": False})),
        (FAR, WORLD),
        (IN,),
    ),
    Case("allows-beside-a-network-policy", (ingress(), cilium(ingress=[CLIENT_PODS])), (IN,), (FAR,)),
    Case(
        "an-empty-peer-selector-is-the-own-namespace",
        (cilium(ingress=[{"fromEndpoints": [{}]}]),),
        (IN,),
        (FAR, WORLD),
    ),
    Case(
        "clusterwide-an-empty-peer-selector-is-every-pod",
        (cilium(namespace=None, ingress=[{"fromEndpoints": [{}]}]),),
        (IN, FAR, PLAIN),
        (WORLD,),
    ),
    Case(
        "clusterwide-selects-in-every-namespace",
        (cilium({}, namespace=None, ingress=[{}]),),
        (),
        (IN, OUT, FAR, "demo/server other/client"),
    ),
    Case(
        "another-namespace-by-name",
        (from_endpoints(**{"k8s:io.kubernetes.pod.namespace": "other"}),),
        (FAR,),
        (IN, PLAIN),
    ),
    Case(
        "other-namespaces-by-label",
        (from_endpoints(**{"io.cilium.k8s.namespace.labels.team": "b", "app": "client"}),),
        (FAR,),
        (IN, PLAIN),
    ),
    Case("entity-world", (cilium(ingress=[{"fromEntities": ["world"]}]),), (WORLD,), (IN, FAR)),
    Case("entity-cluster", (cilium(ingress=[{"fromEntities": ["cluster"]}]),), (IN, FAR), (WORLD,)),
    Case(
        "entity-host",
        (cilium(egress=[{"toEntities": ["host"]}]),),
        ("demo/server node/linux1",),
        ("demo/server node/linux2", OUT),
    ),
    Case("entity-all", (cilium(ingress=[EVERYONE]),), (IN, FAR, WORLD, OTHER_NODE)),
    Case("entity-none", (cilium(ingress=[{"fromEntities": ["none"]}]),), (), (IN, WORLD, OTHER_NODE)),
    Case(
        "entity-remote-node",
        (cilium(ingress=[{"fromEntities": ["remote-node"]}]),),
        (OTHER_NODE,),
        (IN, WORLD),
    ),
    Case(
        "entity-world-ipv4",
        (cilium(ingress=[{"fromEntities": ["world-ipv4"]}]),),
        (WORLD,),
        ("2001:db8::1 demo/server", IN),
    ),
    Case(
        "entity-of-no-snapshot",
        (cilium(ingress=[{"fromEntities": ["kube-apiserver"]}]),),
        (),
        (IN, WORLD, OTHER_NODE),
        certainty={IN: Certainty.CERTAIN, WORLD: Certainty.UNKNOWN, OTHER_NODE: Certainty.UNKNOWN},
    ),
    Case("reserved-label", (from_endpoints(**{"reserved:world": ""}),), (WORLD,), (IN,)),
    Case(
        "reserved-label-negated",
        (cilium(ingress=[{"fromEndpoints": [expression("reserved:host", "DoesNotExist")]}]),),
        (),
        (IN,),
        certainty={IN: Certainty.UNKNOWN},
    ),
    Case(
        "service-account",
        (
            pod("demo", "leia", serviceAccountName="leia"),
            from_endpoints(**{"io.cilium.k8s.policy.serviceaccount": "leia"}),
        ),
        ("demo/leia demo/server",),
        (IN,),
    ),
    Case(
        "a-cluster-by-name-is-not-known",
        (from_endpoints(**{"io.cilium.k8s.policy.cluster": "east", "app": "client"}),),
        (),
        (IN, FAR),
        certainty={IN: Certainty.UNKNOWN, FAR: Certainty.CERTAIN},
    ),
    Case(
        "a-service-is-not-known",
        (cilium(CLIENT_POD, egress=[{"toServices": [{"k8sService": {"serviceName": "web"}}]}]),),
        (),
        (IN,),
        certainty={IN: Certainty.UNKNOWN},
    ),
    Case("no-peers-in-a-list", (cilium(ingress=[{"fromEndpoints": []}]),), (), (IN, FAR, WORLD)),
    Case(
        "deny-by-port",
        (
            cilium(
                ingress=[EVERYONE],
                ingressDeny=[{"fromEntities": ["world"], "toPorts": [{"ports": [{"port": "80"}]}]}],
            ),
        ),
        (IN, f"{WORLD} 81"),
        (WORLD,),
    ),
    Case("deny-alone-isolates", (cilium(ingressDeny=[{"fromEntities": ["world"]}]),), (OUT,), (IN, WORLD)),
    Case(
        "deny-alone-without-default-deny",
        (cilium(ingressDeny=[{"fromEntities": ["world"]}], enableDefaultDeny={"ingress": False}),),
        (IN, FAR),
        (WORLD,),
    ),
    Case("cidr-never-matches-pods", (cilium(ingress=[{"fromCIDR": ["10.0.0.0/8"]}]),), (), (IN, FAR)),
    Case("cidr-set-with-except", (world("8.0.0.0/8", "8.9.0.0/16"),), (WORLD,), ("8.9.9.9 demo/server", IN)),
    Case("port", (to_port(port="80", protocol="TCP"),), (IN,), (f"{IN} 81", f"{IN} 80 UDP", FAR)),
    Case("port-of-any-protocol", (to_port(port="80"),), (IN, f"{IN} 80 UDP"), (f"{IN} 81",)),
    Case("port-0-is-any-port", (to_port(port="0", protocol="TCP"),), (f"{IN} 9",), (f"{IN} 9 UDP",)),
    Case(
        "port-range",
        (to_port(port="80", endPort=82, protocol="TCP"),),
        (f"{IN} 82",),
        (f"{IN} 83",),
        engine="cilium@1.17",
    ),
    Case(
        "ports-alone-are-for-everyone",
        (cilium(ingress=[{"toPorts": [{"ports": [{"port": "80"}]}]}]),),
        (IN, WORLD),
        (f"{FAR} 81",),
    ),
    Case(
        "icmp-alone-opens-no-port",
        (cilium(ingress=[{**CLIENT_PODS, "icmps": [{"fields": [{"type": 8}]}]}]),),
        (),
        (IN,),
    ),
    Case(
        "egress-to-a-name-is-kept-as-a-name",
        (cilium(CLIENT_POD, egress=[{"toFQDNs": [{"matchPattern": "*.example.com"}]}]),),
        (f"{CLIENT} api.example.com 443",),
        (f"{CLIENT} example.org 443", f"{CLIENT} example.com 443", f"{CLIENT} a.b.example.com 443", IN),
    ),
    Case(
        "a-leading-star-is-characters",
        (cilium(CLIENT_POD, egress=[{"toFQDNs": [{"matchPattern": "*example.com"}]}]),),
        (f"{CLIENT} example.com 443", f"{CLIENT} my-example.com 443"),
        (f"{CLIENT} api.example.com 443",),
    ),
    Case(
        "two-stars-are-any-depth",
        (cilium(CLIENT_POD, egress=[{"toFQDNs": [{"matchPattern": "**.example.com"}]}]),),
        (f"{CLIENT} a.b.example.com 443",),
        (f"{CLIENT} example.com 443",),
    ),
    Case(
        "a-name-may-have-an-address-of-a-cidr",
        (cilium(CLIENT_POD, egress=[{"toCIDR": ["8.0.0.0/8"]}]),),
        (),
        (f"{CLIENT} example.com 443",),
        certainty={f"{CLIENT} example.com 443": Certainty.UNKNOWN},
    ),
    Case(
        "a-name-has-an-ipv4-address",
        (cilium(CLIENT_POD, egress=[{"toCIDR": ["0.0.0.0/0"]}]),),
        (f"{CLIENT} example.com 443",),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_row(case: Case) -> None:
    engine = case.engine if case.engine != "kubernetes" else "cilium"
    check(replace(case, engine=engine))


def test_layer_7_is_a_remark_on_the_flow() -> None:
    rules = {"http": [{"method": "GET", "path": "/public"}]}
    port = {"ports": [{"port": "80", "protocol": "TCP"}], "rules": rules}
    reach = analyze(cluster(cilium(ingress=[{**CLIENT_PODS, "toPorts": [port]}])), "cilium")
    found = reach.can("demo/client", "demo/server", 80)
    assert found.allowed
    assert "HTTP GET /public" in str(found)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        pytest.param({"ingress": [{"fromRequires": [CLIENT_POD]}]}, "removed in Cilium 1.19", id="requires"),
        pytest.param({"ingres": []}, "ingres", id="unknown-field"),
    ],
)
def test_what_is_not_known_is_a_finding(spec: Manifest, said: str) -> None:
    loaded = read(cilium(**spec))
    assert loaded.partial
    assert said in loaded.findings[-1].message


def test_each_of_specs_is_a_policy() -> None:
    both = cilium()
    spec = both.pop("spec")
    both["specs"] = [{**spec, "ingress": [rule]} for rule in (CLIENT_PODS, {"fromEntities": ["world"]})]
    check(Case("specs", (both,), (IN, WORLD), (FAR,), "cilium"))
