"""Kubernetes' own end-to-end cases as truth tables for the model; the kernel tests send packets for them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aksnetpol.policy import Reachability, analyze, load_objects
from tests.kernel.specs import Case, Check
from tests.kernel.upstream import CASES, SCTP_CASES

NAMESPACES, NAMES = ("x", "y", "z"), ("a", "b", "c")
PODS = [f"{namespace}/{name}" for namespace in NAMESPACES for name in NAMES]
Json = dict[str, Any]


def address(path: str) -> str:
    namespace, name = path.split("/")
    return f"10.1.{NAMESPACES.index(namespace)}.{2 + NAMES.index(name)}"


class Manifests:
    """Three namespaces with three pods each, as the upstream model has them, and what a case adds."""

    def __init__(self) -> None:
        self.labels = {path: {"pod": path[-1]} for path in PODS} | {one: {"ns": one} for one in NAMESPACES}
        self.policies: dict[tuple[str, str], Json] = {}

    def objects(self) -> list[Json]:
        namespaces = [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": one, "labels": self.labels[one]}}
            for one in NAMESPACES
        ]
        policies = [
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"namespace": namespace, "name": name},
                "spec": spec,
            }
            for (namespace, name), spec in self.policies.items()
        ]
        return [*namespaces, *map(self.pod, PODS), *policies]

    def pod(self, path: str) -> Json:
        namespace, name = path.split("/")
        ports = [
            {"containerPort": port, "protocol": protocol, "name": f"serve-{port}-{protocol.lower()}"}
            for port in (80, 81)
            for protocol in ("TCP", "UDP", "SCTP")
        ]
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"namespace": namespace, "name": name, "labels": self.labels[path]},
            "spec": {"containers": [{"name": "c", "image": "agnhost", "ports": ports}]},
            "status": {"phase": "Running", "podIPs": [{"ip": address(path)}]},
        }


def expected(check: Check, source: str, destination: str) -> bool:
    """Later expectations win; what none is about is allowed, as in upstream's reachability tables."""
    found = True
    for left, right, allowed in check.expectations:
        if left in ("*", source, source[0]) and right in ("*", destination, destination[0]):
            found = allowed
    return found


def wrong(reach: Reachability, check: Check) -> list[str]:
    return [
        f"{source} -> {destination}"
        for source in PODS
        for destination in PODS
        if source != destination
        and reach.can(source, destination, check.port, check.protocol).allowed
        != expected(check, source, destination)
    ]


ALL = [*CASES, *SCTP_CASES]


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_case(case: Case) -> None:
    manifests = Manifests()
    for step in case.steps:
        if step.delete_policies:
            manifests.policies.clear()
        for namespace, name, spec in step.policies:
            text = json.dumps(spec)
            for path in PODS:
                text = text.replace(f"@{path}/", f"{address(path)}/")
            manifests.policies[namespace, name] = json.loads(text)
        for path, labels in step.labels:
            manifests.labels[path] = manifests.labels[path] | labels
        reach = analyze(load_objects(manifests.objects()).complete())
        for check in step.checks:
            assert wrong(reach, check) == []


def test_every_case_is_there() -> None:
    assert len({case.name for case in ALL}) == 49


def test_the_tables_can_fail() -> None:
    """Without its policies nearly every case is wrong."""
    open_cluster = analyze(load_objects(Manifests().objects()).complete())
    failing = [
        case.name
        for case in ALL
        if any(wrong(open_cluster, check) for step in case.steps for check in step.checks)
    ]
    assert len(failing) >= 40
