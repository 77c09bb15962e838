"""probe/coverage.py: few probes, each rule on its allowed side, each isolation on its denied side."""

from typing import Any

import pytest

from aksnetpol.policy import analyze, load_objects
from aksnetpol.probe.coverage import Coverage, cover

NUMBER = iter(range(2, 250))


def pod(name: str, namespace: str = "shop", **labels: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": "agnhost"}]},
        "status": {"phase": "Running", "podIPs": [{"ip": f"10.244.0.{next(NUMBER)}"}]},
    }


def policy(name: str, spec: dict[str, Any], namespace: str = "shop") -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def select(**labels: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": labels}}


DB = policy(
    "db",
    {
        **select(app="db"),
        "policyTypes": ["Ingress"],
        "ingress": [
            {"from": [select(app="web")], "ports": [{"port": 5432}]},
            {"from": [select(app="backup")], "ports": [{"port": 5432}, {"port": 53, "protocol": "UDP"}]},
        ],
    },
)
EGRESS = policy(
    "out", {**select(app="web"), "policyTypes": ["Egress"], "egress": [{"to": [select(app="db")]}]}
)
PODS = [pod("web", app="web"), pod("db", app="db"), pod("backup", app="backup")]


def covered(*objects: dict[str, Any], engine: str = "kubernetes") -> Coverage:
    return cover(analyze(load_objects(objects).complete(), engine))


def test_every_rule_and_every_isolation_is_exercised() -> None:
    found = covered(*PODS, DB, EGRESS)
    assert found.missing == ()
    items = {str(item) for probe in found.probes for item in probe.exercises}
    assert items == {
        "NetworkPolicy shop/db, ingress rule 1",
        "NetworkPolicy shop/db, ingress rule 2",
        "NetworkPolicy shop/db, ingress isolation",
        "NetworkPolicy shop/out, egress rule 1",
        "NetworkPolicy shop/out, egress isolation",
    }
    assert {probe.expected.allowed for probe in found.probes} == {True, False}


def test_no_more_probes_than_items_and_each_as_the_model_says() -> None:
    found = covered(*PODS, DB, EGRESS)
    assert len(found.probes) <= 5
    reach = analyze(load_objects([*PODS, DB, EGRESS]).complete())
    for probe in found.probes:
        again = reach.can(str(probe.source), str(probe.destination), probe.port, probe.protocol)
        assert again.allowed is probe.expected.allowed


def test_pods_of_one_workload_are_probed_once() -> None:
    owner = {
        "ownerReferences": [
            {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "controller": True}
        ]
    }
    many = [pod(f"web-{number}", app="web") for number in range(40)]
    for one in many:
        one["metadata"] |= owner
    found = covered(*many, pod("db", app="db"), DB)
    assert len({str(probe.source) for probe in found.probes}) <= 2


@pytest.mark.parametrize(
    ("objects", "engine", "item", "why"),
    [
        pytest.param(
            [pod("db", app="db"), pod("other"), DB],
            "kubernetes",
            "ingress rule 1",
            "it selects none",
            id="no-such-peer",
        ),
        pytest.param(
            [
                *PODS,
                policy(
                    "net",
                    {**select(app="db"), "ingress": [{"from": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]}]},
                ),
            ],
            "kubernetes",
            "ingress rule 1",
            "addresses outside",
            id="ip-block",
        ),
        pytest.param([*PODS, DB], "none", "ingress isolation", "does not have this policy", id="no-engine"),
        pytest.param([DB], "kubernetes", "ingress isolation", "no pod runs", id="no-pods"),
    ],
)
def test_what_cannot_be_probed_is_told(
    objects: list[dict[str, Any]], engine: str, item: str, why: str
) -> None:
    found = covered(*objects, engine=engine)
    assert any(str(one).endswith(item) and why in reason for one, reason in found.missing), found.missing


def test_pods_without_traffic_are_left_out() -> None:
    finished = pod("old", app="web")
    finished["status"]["phase"] = "Succeeded"
    found = covered(finished, pod("db", app="db"), pod("x"), DB)
    assert all("old" not in str(probe) for probe in found.probes)
