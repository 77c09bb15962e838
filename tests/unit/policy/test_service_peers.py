"""Services that rules name: Cilium's toServices, Calico's services."""

from __future__ import annotations

from typing import Any

import pytest

from aksnetpol.policy import Certainty, Verdict, analyze, load_objects
from tests.unit.policy.test_doubts import NAMESPACE, calico, cilium, pod
from tests.unit.policy.test_service_ends import endpoints, service

Json = dict[str, Any]
DB = pod("db")
SELECTED: Json = {"selector": {"app": "db"}}


def in_a(made: Json) -> Json:
    return {**made, "metadata": {**made["metadata"], "namespace": "a"}}


PG: Json = in_a(service("pg", {"port": 80, "targetPort": 5432}, **SELECTED))
BY_HAND: Json = in_a(service("pg", {"port": 80, "targetPort": 5432}))
ENDPOINTS: Json = in_a(endpoints("pg", "192.0.2.7", 5432))
TO_SERVICE: Json = {"toServices": [{"k8sService": {"serviceName": "pg", "namespace": "a"}}]}
CILIUM = cilium(egress=[TO_SERVICE])
CALICO = calico(
    selector="app == 'web'",
    types=["Egress"],
    egress=[{"action": "Allow", "protocol": "TCP", "destination": {"services": {"name": "pg"}}}],
)
FROM_SERVICE = calico(
    selector="app == 'db'",
    types=["Ingress"],
    ingress=[{"action": "Allow", "protocol": "TCP", "source": {"services": {"name": "front"}}}],
)
FRONT: Json = in_a(service("front", {"port": 80, "targetPort": 1}, selector={"app": "web"}))
SURE, OPEN = Certainty.CERTAIN, Certainty.UNKNOWN
# Sources: Cilium docs, Services based; Calico docs, EntityRule, services.
ROWS = [
    ("cilium-selected", "cilium", CILIUM, (PG,), "a/db", 5432, True, SURE),
    ("cilium-any-port", "cilium", CILIUM, (PG,), "a/db", 1, True, SURE),
    ("cilium-another-pod", "cilium", CILIUM, (PG,), "a/other", 5432, False, SURE),
    ("cilium-by-hand", "cilium", CILIUM, (BY_HAND, ENDPOINTS), "192.0.2.7", 5432, True, SURE),
    ("cilium-not-there", "cilium", CILIUM, (), "a/db", 5432, False, OPEN),
    ("cilium-no-endpoints", "cilium", CILIUM, (BY_HAND,), "192.0.2.7", 5432, False, OPEN),
    ("calico-selected", "calico", CALICO, (PG,), "a/db", 5432, True, SURE),
    ("calico-target-port-only", "calico", CALICO, (PG,), "a/db", 80, False, SURE),
    ("calico-another-pod", "calico", CALICO, (PG,), "a/other", 5432, False, SURE),
    ("calico-by-hand", "calico", CALICO, (BY_HAND, ENDPOINTS), "192.0.2.7", 5432, True, SURE),
    ("calico-by-hand-another-port", "calico", CALICO, (BY_HAND, ENDPOINTS), "192.0.2.7", 80, False, SURE),
    ("calico-not-there", "calico", CALICO, (), "a/db", 5432, False, OPEN),
    ("calico-source-on-any-port", "calico", FROM_SERVICE, (FRONT,), "a/db", 5432, True, SURE),
]


def ask(engine: str, policy: Json, objects: tuple[Json, ...], to: str, port: int) -> Verdict:
    pods = [pod("web"), DB, pod("other")]
    return analyze(load_objects([NAMESPACE, *pods, policy, *objects]).complete(), engine).can(
        "a/web", to, port
    )


@pytest.mark.parametrize(
    ("engine", "policy", "objects", "to", "port", "allowed", "certainty"),
    [row[1:] for row in ROWS],
    ids=[row[0] for row in ROWS],
)
def test_row(
    engine: str,
    policy: Json,
    objects: tuple[Json, ...],
    to: str,
    port: int,
    allowed: bool,
    certainty: Certainty,
) -> None:
    verdict = ask(engine, policy, objects, to, port)
    assert (verdict.allowed, verdict.certainty) == (allowed, certainty)
    assert bool(verdict.doubts) is (certainty is OPEN)


def test_the_service_that_is_missing_is_named() -> None:
    (doubt,) = ask("cilium", CILIUM, (), "a/db", 5432).doubts
    assert doubt.endswith("may allow it: Service a/pg is not in the input")
