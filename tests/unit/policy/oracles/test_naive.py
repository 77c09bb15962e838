"""The model against an evaluator that was written from the specification alone, on random clusters."""

from __future__ import annotations

import ipaddress
import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aksnetpol.policy import Pod, Protocol, Reachability, analyze, load_objects
from aksnetpol.policy.analysis.groups import Outside

from .naive import connects

EXAMPLES = int(os.environ.get("AKSNETPOL_EXAMPLES", "1000"))
NAMESPACES = {"x": {"team": "red"}, "y": {"team": "blue"}, "z": dict[str, str]()}
APPS, TIERS = ["a", "b", "c"], ["front", "back"]
OUTSIDE = ("203.0.113.7", "198.51.100.9", "192.168.4.4")
PORTS = (("TCP", 80), ("TCP", 81), ("UDP", 53), ("TCP", 8080), ("SCTP", 80))
Json = dict[str, Any]


def selectors(labels: dict[str, list[str]]) -> st.SearchStrategy[Json]:
    pairs = [(key, value) for key, values in labels.items() for value in values]
    requirement = st.one_of(
        st.builds(
            lambda key, operator: {"key": key, "operator": operator},
            st.sampled_from(sorted(labels)),
            st.sampled_from(["Exists", "DoesNotExist"]),
        ),
        st.builds(
            lambda pair, operator: {"key": pair[0], "operator": operator, "values": [pair[1]]},
            st.sampled_from(pairs),
            st.sampled_from(["In", "NotIn"]),
        ),
    )
    return st.one_of(
        st.just({}),
        st.sampled_from(pairs).map(lambda pair: {"matchLabels": {pair[0]: pair[1]}}),
        st.lists(requirement, min_size=1, max_size=2).map(lambda found: {"matchExpressions": found}),
        st.builds(
            lambda pair, found: {"matchLabels": {pair[0]: pair[1]}, "matchExpressions": [found]},
            st.sampled_from(pairs),
            requirement,
        ),
    )


POD_SELECTORS = selectors({"app": APPS, "tier": TIERS})
NAMESPACE_SELECTORS = selectors({"team": ["red", "blue"], "kubernetes.io/metadata.name": sorted(NAMESPACES)})
PEERS = st.one_of(
    POD_SELECTORS.map(lambda one: {"podSelector": one}),
    NAMESPACE_SELECTORS.map(lambda one: {"namespaceSelector": one}),
    st.builds(lambda a, b: {"podSelector": a, "namespaceSelector": b}, POD_SELECTORS, NAMESPACE_SELECTORS),
    st.sampled_from(
        [
            {"ipBlock": {"cidr": "0.0.0.0/0"}},
            {"ipBlock": {"cidr": "203.0.113.0/24"}},
            {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "198.51.100.0/24"]}},
            {"ipBlock": {"cidr": "10.1.0.0/29"}},
            {"ipBlock": {"cidr": "192.168.0.0/16", "except": ["192.168.4.0/24"]}},
        ]
    ),
)
RULE_PORTS = st.sampled_from(
    [
        {"port": 80},
        {"port": 80, "endPort": 90},
        {"port": "web"},
        {"port": "dns", "protocol": "UDP"},
        {"protocol": "UDP"},
        {"port": 80, "protocol": "SCTP"},
        {},
    ]
)


def rules(key: str) -> st.SearchStrategy[list[Json]]:
    rule = st.fixed_dictionaries(
        {}, optional={key: st.lists(PEERS, max_size=2), "ports": st.lists(RULE_PORTS, max_size=2)}
    )
    return st.lists(rule, max_size=2)


SPECS = st.fixed_dictionaries(
    {"podSelector": POD_SELECTORS},
    optional={
        "policyTypes": st.sampled_from([["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
        "ingress": rules("from"),
        "egress": rules("to"),
    },
)
POLICIES = st.lists(st.tuples(st.sampled_from(sorted(NAMESPACES)), SPECS), max_size=4)
PODS = st.lists(
    st.tuples(
        st.sampled_from(sorted(NAMESPACES)),
        st.sampled_from([None, *APPS]),
        st.sampled_from([None, *TIERS]),
        st.sampled_from([None, 80, 81]),
    ),
    min_size=2,
    max_size=5,
)


def pod(number: int, namespace: str, app: str | None, tier: str | None, web: int | None) -> Json:
    labels = {key: value for key, value in (("app", app), ("tier", tier)) if value}
    ports: list[Json] = [{"name": "dns", "containerPort": 53, "protocol": "UDP"}]
    if web:
        ports.append({"name": "web", "containerPort": web})
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": f"p{number}", "labels": labels},
        "spec": {"containers": [{"name": "c", "image": "i", "ports": ports}]},
        "status": {
            "phase": "Running",
            "podIP": f"10.1.0.{number + 2}",
            "podIPs": [{"ip": f"10.1.0.{number + 2}"}],
        },
    }


def namespace(name: str) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": dict(NAMESPACES[name])},
    }


def policy(number: int, where: str, spec: Json) -> Json:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"namespace": where, "name": f"n{number}"},
        "spec": spec,
    }


def answers(reach: Reachability) -> dict[tuple[str, str, str, int], bool]:
    """Every answer of the model, from its pairs: pods and addresses outside, by name."""
    found: dict[tuple[str, str, str, int], bool] = {}
    for one in reach.pod_pairs():
        for source in _names(one.source):
            for destination in _names(one.destination):
                for protocol, port in PORTS:
                    if one.ports.contains(Protocol(protocol), port):
                        found[source, destination, protocol, port] = True
    return found


def _names(end: object) -> list[str]:
    if isinstance(end, Outside):
        networks = [ipaddress.ip_network(cidr) for cidr in end.cidrs]
        return [one for one in OUTSIDE if any(ipaddress.ip_address(one) in network for network in networks)]
    return [str(end)] if isinstance(end, Pod) else []


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(pods=PODS, policies=POLICIES)
def test_the_model_and_the_naive_evaluator_agree(
    pods: list[tuple[str, str | None, str | None, int | None]], policies: list[tuple[str, Json]]
) -> None:
    manifests = [
        *map(namespace, NAMESPACES),
        *(pod(number, *one) for number, one in enumerate(pods)),
        *(policy(number, *one) for number, one in enumerate(policies)),
    ]
    said = answers(analyze(load_objects(manifests).complete()))
    made = [one for one in manifests if one["kind"] == "Pod"]
    ends: list[Any] = [*made, *OUTSIDE]
    for source in ends:
        for destination in ends:
            if source is destination or (isinstance(source, str) and isinstance(destination, str)):
                continue
            for protocol, port in PORTS:
                asked = (_name(source), _name(destination), protocol, port)
                wanted = connects(manifests, source, destination, port, protocol)
                assert said.get(asked, False) is wanted, asked


def _name(end: Any) -> str:
    return end if isinstance(end, str) else f"{end['metadata']['namespace']}/{end['metadata']['name']}"
