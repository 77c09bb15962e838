"""Services as ends of a question: what is behind them, on the target port (Kubernetes docs, Service)."""

from __future__ import annotations

from typing import Any

import pytest

from aksnetpol.policy import Certainty, Verdict, analyze, load_objects
from aksnetpol.policy.errors import UnknownEndpointError

Json = dict[str, Any]


def pod(name: str, app: str, *ports: Json, ip: str = "", **spec: Any) -> Json:
    container: Json = {"name": "c", "image": "c", "ports": list(ports)}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop", "labels": {"app": app}},
        "spec": {"containers": [container], **spec},
        "status": {"podIPs": [{"ip": ip}]} if ip else {},
    }


def service(
    name: str, *ports: Json, namespace: str = "shop", status: Json | None = None, **spec: Any
) -> Json:
    meta = {"name": name, "namespace": namespace}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": {"ports": list(ports), **spec},
        "status": status or {},
    }


def endpoints(name: str, address: str, number: int, namespace: str = "shop", port: str = "") -> Json:
    subset = {"addresses": [{"ip": address}], "ports": [{"name": port, "port": number}]}
    meta = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Endpoints", "metadata": meta, "subsets": [subset]}


def endpoint_slice(of: str, address: str, number: int) -> Json:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": f"{of}-1", "namespace": "shop", "labels": {"kubernetes.io/service-name": of}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [address]}],
        "ports": [{"port": number}],
    }


def allowing(number: int | str) -> Json:
    """Whoever reaches the database may on this port only."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "db", "namespace": "shop"},
        "spec": {"podSelector": {"matchLabels": {"app": "db"}}, "ingress": [{"ports": [{"port": number}]}]},
    }


TO_BLOCK: Json = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {
        "podSelector": {"matchLabels": {"app": "web"}},
        "policyTypes": ["Egress"],
        "egress": [{"to": [{"ipBlock": {"cidr": "192.0.2.0/24"}}]}],
    },
}
WEB, DB = pod("web", "web"), pod("db", "db", {"name": "sql", "containerPort": 5432}, ip="10.244.0.9")
SELECTS: Json = {"selector": {"app": "db"}}
HTTP: Json = {"port": 80, "targetPort": 5432}
NAMED: Json = {"name": "sql", "port": 80, "targetPort": "sql"}
BALANCER: Json = {"loadBalancer": {"ingress": [{"ip": "203.0.113.9"}]}}
API = service("kubernetes", {"port": 443, "targetPort": 6443}, namespace="default", clusterIP="10.0.0.1")


def ask(source: str, destination: str, port: int | str | None, *objects: Json) -> Verdict:
    return analyze(load_objects([WEB, DB, *objects]).complete(), "kubernetes").can(source, destination, port)


# Destination and port as asked, the objects beside the two pods, what is said.
Row = tuple[str, str, int | str, tuple[Json, ...]]
ALLOWED: list[Row] = [
    ("name", "svc/shop/db", 80, (service("db", HTTP, **SELECTS), allowing(5432))),
    ("name-in-the-middle", "shop/svc/db", 80, (service("db", HTTP, **SELECTS), allowing(5432))),
    ("name-of-no-pod", "shop/store", 80, (service("store", HTTP, **SELECTS), allowing(5432))),
    ("no-target-port-is-the-port", "svc/shop/db", 80, (service("db", {"port": 80}, **SELECTS), allowing(80))),
    ("named-target", "svc/shop/db", 80, (service("db", NAMED, **SELECTS), allowing("sql"))),
    ("named-port", "svc/shop/db", "sql", (service("db", NAMED, **SELECTS), allowing(5432))),
    ("cluster-ip", "10.0.7.7", 80, (service("db", HTTP, clusterIP="10.0.7.7", **SELECTS), allowing(5432))),
    ("cluster-ips", "10.0.7.8", 80, (service("db", HTTP, clusterIPs=["10.0.7.7", "10.0.7.8"], **SELECTS),)),
    ("external-ip", "198.51.100.4", 80, (service("db", HTTP, externalIPs=["198.51.100.4"], **SELECTS),)),
    (
        "headless-keeps-the-port",
        "svc/shop/db",
        5432,
        (service("db", clusterIP="None", **SELECTS), allowing(5432)),
    ),
    (
        "endpoints",
        "default/kubernetes",
        443,
        (API, endpoints("kubernetes", "192.0.2.1", 6443, "default"), TO_BLOCK),
    ),
    (
        "slice",
        "svc/shop/api",
        80,
        (service("api", {"port": 80}), endpoint_slice("api", "192.0.2.1", 6443), TO_BLOCK),
    ),
    (
        "external-name",
        "svc/shop/far",
        443,
        (service("far", type="ExternalName", externalName="example.com"),),
    ),
]
DENIED: list[Row] = [
    ("the-port-before-rewriting", "svc/shop/db", 80, (service("db", HTTP, **SELECTS), allowing(80))),
    (
        "headless-has-no-target-port",
        "svc/shop/db",
        80,
        (service("db", HTTP, clusterIP="None", **SELECTS), allowing(5432)),
    ),
    # ahmetb/kubernetes-network-policy-recipes#26: a rule over the ClusterIP opens nothing.
    ("block-over-it", "10.0.7.7", 80, (service("db", HTTP, clusterIP="10.0.7.7", **SELECTS), TO_BLOCK)),
    (
        "endpoints-elsewhere",
        "default/kubernetes",
        443,
        (API, endpoints("kubernetes", "198.51.100.1", 6443, "default"), TO_BLOCK),
    ),
]
UNKNOWN: list[Row] = [
    ("no-endpoints", "default/kubernetes", 443, (API,)),
    ("no-pod-behind-it", "svc/shop/x", 80, (service("x", HTTP, selector={"app": "gone"}),)),
]
REFUSED = [
    ("no-such-port", "svc/shop/db", 81, (service("db", HTTP, **SELECTS),), "its ports: 80/TCP"),
    ("no-such-service", "svc/shop/nope", 80, (service("db", HTTP, **SELECTS),), "there are: shop/db"),
    (
        "another-protocol",
        "svc/shop/db",
        80,
        (service("db", {"port": 80, "protocol": "UDP"}, **SELECTS),),
        "80/UDP",
    ),
]


def _rows(*tables: tuple[list[Row], bool, Certainty]) -> list[Any]:
    return [
        pytest.param(where, port, objects, allowed, certainty, id=id_)
        for rows, allowed, certainty in tables
        for id_, where, port, objects in rows
    ]


@pytest.mark.parametrize(
    ("destination", "port", "objects", "allowed", "certainty"),
    _rows(
        (ALLOWED, True, Certainty.CERTAIN),
        (DENIED, False, Certainty.CERTAIN),
        (UNKNOWN, False, Certainty.UNKNOWN),
    ),
)
def test_what_is_behind_a_service(
    destination: str, port: int | str, objects: tuple[Json, ...], allowed: bool, certainty: Certainty
) -> None:
    verdict = ask("shop/web", destination, port, *objects)
    assert (verdict.allowed, verdict.certainty) == (allowed, certainty)
    assert verdict.notes


@pytest.mark.parametrize(
    ("destination", "port", "objects", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_a_service_has_not(destination: str, port: int, objects: tuple[Json, ...], said: str) -> None:
    with pytest.raises(UnknownEndpointError, match=said):
        ask("shop/web", destination, port, *objects)


def test_a_workload_of_a_name_goes_before_a_service_of_it() -> None:
    verdict = ask("shop/web", "shop/db", 5432, service("db", HTTP, **SELECTS), allowing(5432))
    assert (verdict.allowed, verdict.asked) == (True, "")


def test_a_service_as_a_source_is_its_pods() -> None:
    assert not ask("svc/shop/front", "shop/db", 80, service("front", HTTP, selector={"app": "web"}), TO_BLOCK)


@pytest.mark.parametrize(
    ("policy", "certainty", "said"),
    [
        ("Cluster", Certainty.ENGINE_DEFINED, "may put its own address"),
        ("Local", Certainty.CERTAIN, "keeps the client's address"),
    ],
)
def test_what_becomes_of_a_clients_address(policy: str, certainty: Certainty, said: str) -> None:
    """Kubernetes docs, Using Source IP."""
    balanced = service(
        "db", HTTP, type="LoadBalancer", externalTrafficPolicy=policy, status=BALANCER, **SELECTS
    )
    verdict = ask("198.51.100.7", "203.0.113.9", 80, balanced)
    assert (verdict.allowed, verdict.certainty) == (True, certainty)
    assert said in verdict.notes[-1]


def test_pods_behind_it_that_policies_tell_apart() -> None:
    other = pod("db-2", "db")
    other["metadata"]["labels"]["closed"] = "yes"
    closed: Json = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "closed", "namespace": "shop"},
        "spec": {"podSelector": {"matchLabels": {"closed": "yes"}}},
    }
    for objects in ((other, closed), (closed, other)):
        verdict = ask("shop/web", "svc/shop/db", 80, service("db", HTTP, **SELECTS), *objects)
        assert not verdict.allowed
        assert {(str(one.destination), one.allowed) for one in verdict.parts} == {
            ("shop/db", True),
            ("shop/db-2", False),
        }
