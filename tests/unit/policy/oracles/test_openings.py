"""What explain gives to paste opens what was asked, judged by the naive evaluator on random clusters.

And what is refused or not read never makes an answer surer or different (properties of issue 14).
"""

from __future__ import annotations

import os
from typing import Any

import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aksnetpol.policy import Certainty, analyze, explain, load_objects
from aksnetpol.policy.generate.opening import opening

from .naive import connects
from .test_naive import NAMESPACES, OUTSIDE, PODS, POLICIES, PORTS, Json, namespace, pod, policy

EXAMPLES = int(os.environ.get("AKSNETPOL_EXAMPLES", "200"))
_FEW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def _name(made: Any) -> str:
    return made if isinstance(made, str) else f"{made['metadata']['namespace']}/{made['metadata']['name']}"


@st.composite
def clusters(draw: st.DrawFn) -> list[Json]:
    made = [pod(number, *one) for number, one in enumerate(draw(PODS))]
    policies = [policy(number, *one) for number, one in enumerate(draw(POLICIES))]
    return [*map(namespace, NAMESPACES), *made, *policies]


@_FEW
@given(manifests=clusters(), data=st.data())
def test_what_is_given_to_paste_opens_that_and_no_other(manifests: list[Json], data: st.DataObject) -> None:
    pods = [one for one in manifests if one["kind"] == "Pod"]
    source = data.draw(st.sampled_from([*pods, *OUTSIDE[:1]]), "source")
    destination = data.draw(st.sampled_from(pods), "destination")
    protocol, port = data.draw(st.sampled_from(PORTS), "port")
    assume(source is not destination)
    assume(not connects(manifests, source, destination, port, protocol))
    reach = analyze(load_objects(manifests).complete())
    found = explain(reach, _name(source), _name(destination), port, protocol)
    opened = opening(reach, found.verdict)
    assert opened is not None
    after = [*manifests, *yaml.safe_load_all(opened.text)]
    assert connects(after, source, destination, port, protocol)
    changed = [
        (_name(one), _name(other), *asked)
        for one in (*pods, *OUTSIDE)
        for other in pods
        for asked in PORTS
        if connects(manifests, one, other, asked[1], asked[0])
        != connects(after, one, other, asked[1], asked[0])
    ]
    others = [one for one in changed if one != (_name(source), _name(destination), protocol, port)]
    assert bool(others) <= bool(opened.others), others


REFUSED: tuple[Json, ...] = (
    {"podSelector": {"matchLabels": {"app": "no value!"}}},
    {"podSelector": {}, "ingress": [{"ports": [{"port": "8080"}]}]},
    {
        "podSelector": {},
        "ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/8"]}}]}],
    },
    {"podSelector": {}, "egress": [{"ports": [{"port": 1, "endPort": 0}]}], "policyTypes": ["Egress"]},
)


@_FEW
@given(manifests=clusters(), spec=st.sampled_from(REFUSED), where=st.sampled_from(sorted(NAMESPACES)))
def test_a_refused_policy_is_absent(manifests: list[Json], spec: Json, where: str) -> None:
    before = load_objects(manifests)
    after = load_objects([*manifests, policy(99, where, spec)])
    assert after.cluster.policies == before.cluster.policies
    assert [one.id for one in after.findings if one not in before.findings] == ["policy-refused"]


UNREAD: tuple[Json, ...] = (
    {"apiVersion": "k8s.cni.cncf.io/v1beta1", "kind": "MultiNetworkPolicy"},
    {"apiVersion": "cilium.io/v2", "kind": "CiliumCIDRGroup"},
    {"apiVersion": "example.com/v1", "kind": "Thing"},
)


@_FEW
@given(manifests=clusters(), one=st.sampled_from(UNREAD), data=st.data())
def test_what_is_not_read_makes_nothing_certain(
    manifests: list[Json], one: Json, data: st.DataObject
) -> None:
    """A group of addresses that is not read leaves a rule by it unknown, with the group and without."""
    rule = {"toCIDRSet": [{"cidrGroupRef": "office"}]}
    spec = {"endpointSelector": {}, "egress": [rule]}
    meta = {"name": "c", "namespace": "x"}
    cilium: Json = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": meta,
        "spec": spec,
    }
    added: Json = {**one, "metadata": {"name": "office", "namespace": "x"}, "spec": {}}
    pods = [made for made in manifests if made["kind"] == "Pod" and made["metadata"]["namespace"] == "x"]
    assume(pods)
    asked = _name(data.draw(st.sampled_from(pods))), OUTSIDE[0], 80
    before = analyze(load_objects([*manifests, cilium]).complete(), "cilium").can(*asked)
    after = analyze(load_objects([*manifests, cilium, added]).complete(), "cilium").can(*asked)
    assert (after.allowed, after.certainty) == (before.allowed, before.certainty)
    assert after.allowed or after.certainty is not Certainty.CERTAIN
