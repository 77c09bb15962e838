"""probe/coverage.py: few probes, each rule on its allowed side, each isolation on its denied side."""

import time
from typing import Any

import pytest

from aksnetpol.policy import Protocol, analyze, load_objects
from aksnetpol.probe.coverage import Coverage, _exercised, cover

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
        "NetworkPolicy shop/db, ingress rule 1 over TCP",
        "NetworkPolicy shop/db, ingress rule 2 over TCP",
        "NetworkPolicy shop/db, ingress rule 2 over UDP",
        "NetworkPolicy shop/db, ingress isolation over TCP",
        "NetworkPolicy shop/db, ingress isolation over UDP",
        "NetworkPolicy shop/out, egress rule 1 over TCP",
        "NetworkPolicy shop/out, egress isolation over TCP",
        "NetworkPolicy shop/out, egress isolation over UDP",
    }
    assert {probe.expected.allowed for probe in found.probes} == {True, False}


def test_no_more_probes_than_items_and_each_as_the_model_says() -> None:
    found = covered(*PODS, DB, EGRESS)
    assert len(found.probes) < len({item for probe in found.probes for item in probe.exercises})
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


WEB_PORT = policy("web", {**select(app="web"), "ingress": [{"ports": [{"port": "http"}]}]})
RANGES = policy(
    "ranges",
    {**select(app="db"), "ingress": [{"ports": [{"port": 80}]}, {"ports": [{"port": 80, "endPort": 90}]}]},
)
CLOSED = policy("closed", {**select(app="db"), "policyTypes": ["Ingress"]})
LOCKED_IN = policy("locked-in", {**select(app="web"), "policyTypes": ["Egress"]})
SCTP = policy("sctp", {**select(app="db"), "ingress": [{"ports": [{"protocol": "SCTP", "port": 7}]}]})


def with_port(name: str, number: int) -> dict[str, Any]:
    made = pod(name, app=name)
    made["spec"]["containers"][0]["ports"] = [{"name": "http", "containerPort": number}]
    return made


def test_a_named_port_is_looked_up_on_the_pods_that_have_it() -> None:
    found = covered(with_port("web", 3000), pod("db", app="db"), WEB_PORT)
    assert {probe.port for probe in found.probes if probe.expected.allowed} == {3000}
    assert found.missing == ()


def test_a_rule_behind_another_is_probed_where_it_alone_speaks() -> None:
    found = covered(*PODS, RANGES)
    assert {probe.port for probe in found.probes if probe.expected.allowed} == {80, 90}
    assert found.missing == ()


def test_a_denial_is_probed_where_the_other_side_would_allow() -> None:
    found = covered(*PODS, CLOSED, LOCKED_IN)
    denied = [probe.expected for probe in found.probes]
    assert {(one.egress and one.egress.allowed, one.ingress and one.ingress.allowed) for one in denied} == {
        (True, False),
        (False, True),
    }


def test_what_only_both_sides_deny_is_probed_all_the_same() -> None:
    found = covered(pod("db", app="db"), pod("web", app="web"), CLOSED, LOCKED_IN)
    assert found.missing == ()


def test_sctp_alone_is_not_probed_and_says_so() -> None:
    found = covered(*PODS, SCTP)
    ((item, why),) = found.missing
    assert (str(item), "SCTP only" in why) == ("NetworkPolicy shop/sctp, ingress rule 1", True)


def test_pods_of_one_class_are_probed_between_each_other() -> None:
    among = policy("among", {**select(app="web"), "ingress": [{"from": [select(app="web")]}]})
    found = covered(pod("web-1", app="web"), pod("web-2", app="web"), pod("db", app="db"), among)
    assert found.missing == ()


def test_the_pairs_left_out_are_those_that_asking_about_every_pair_leaves_out() -> None:
    """The short way (bit sets) against the long way (the model about every pair and port)."""
    objects = [*PODS, with_port("shop", 8443), DB, EGRESS, WEB_PORT, RANGES, CLOSED, LOCKED_IN]
    reach = analyze(load_objects(objects).complete(), "calico")
    found = cover(reach)
    ports = {80, 81, 90, 5432, 53, 8443, 1, 61234}
    exercised = {
        str(item)
        for source in reach.cluster.pods
        for destination in reach.cluster.pods
        if source is not destination
        for port in ports
        for protocol in (Protocol.TCP, Protocol.UDP)
        for item in _exercised(reach.can(source, destination, port, protocol), protocol)
    }
    assert {str(item) for probe in found.probes for item in probe.exercises} == exercised
    assert not {f"{item} over TCP" for item, _ in found.missing} & exercised


def test_many_pods_and_policies_are_a_matter_of_seconds() -> None:
    pods = [pod(f"p{number}", namespace=f"n{number % 5}", app=f"a{number % 10}") for number in range(100)]
    policies = [
        policy(
            f"x{number}",
            {
                **select(app=f"a{number % 10}"),
                "ingress": [{"from": [select(app=f"a{number % 7}")]}],
            },
            namespace=f"n{number % 5}",
        )
        for number in range(60)
    ]
    began = time.process_time()
    assert covered(*pods, *policies).probes
    assert time.process_time() - began < 5, "asking the model about every pair took minutes"


def test_pods_without_traffic_are_left_out() -> None:
    finished = pod("old", app="web")
    finished["status"]["phase"] = "Succeeded"
    found = covered(finished, pod("db", app="db"), pod("x"), DB)
    assert all("old" not in str(probe) for probe in found.probes)


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param([*PODS, DB], False, id="probed"),
        pytest.param([DB], True, id="no-pods"),
        pytest.param(PODS, False, id="no-policies"),
    ],
)
def test_policies_without_a_probe_prove_nothing(objects: list[dict[str, Any]], expected: bool) -> None:
    assert covered(*objects).proves_nothing is expected
