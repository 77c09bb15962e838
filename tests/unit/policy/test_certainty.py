"""What is called certain holds whatever the input does not tell: here, the labels of a namespace."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aksnetpol.policy import Certainty, analyze, load_objects
from tests.unit.policy.cases import BASE, Manifest, expression, namespace, pod, policy
from tests.unit.policy.test_calico_rows import everywhere

GHOST = pod("ghost", "pod", labels={"app": "client"}, ip="10.0.9.1", nodeName="linux2")
PODS = ("demo/server", "demo/client", "ghost/pod")
# Every way that the labels can be, as far as the selectors below ask.
WAYS = ({}, {"team": "a"}, {"team": "b"})
TEAMS = st.sampled_from(
    [
        {},
        {"matchLabels": {"team": "a"}},
        expression("team", "NotIn", "a"),
        expression("team", "Exists"),
        expression("team", "In", "a", "b"),
    ]
)
CALICO_TEAMS = st.sampled_from(["all()", "team == 'a'", "team != 'a'", "has(team)", "!has(team)"])


def tiered(kind: str, *actions: str) -> st.SearchStrategy[Manifest]:
    """A policy of a tier, whose subject and peers are namespaces by label."""

    def build(tier: str, priority: int, subject: Any, ingress: Any, egress: Any) -> Manifest:
        rules = {
            "ingress": [{"action": action, "from": [{"namespaces": team}]} for action, team in ingress],
            "egress": [{"action": action, "to": [{"namespaces": team}]} for action, team in egress],
        }
        spec = {"tier": tier, "priority": priority, "subject": {"namespaces": subject}, **rules}
        return {"apiVersion": "policy.networking.k8s.io/v1alpha2", "kind": kind, "metadata": {}, "spec": spec}

    rules = st.lists(st.tuples(st.sampled_from(actions), TEAMS), max_size=3)
    return st.builds(build, st.sampled_from(["Admin", "Baseline"]), st.integers(0, 3), TEAMS, rules, rules)


def plain(selector: Any, peers: list[Any]) -> Manifest:
    rules = [{"from": [{"namespaceSelector": team}]} for team in peers]
    return policy({"podSelector": selector, "policyTypes": ["Ingress"], "ingress": rules})


def calico(teams: str, order: int, rules: list[tuple[str, str, str]]) -> Manifest:
    return everywhere(
        *[
            {
                "action": action,
                "source": {"namespaceSelector": source},
                "destination": {"namespaceSelector": destination},
            }
            for action, source, destination in rules
        ],
        selector="all()",
        namespaceSelector=teams,
        order=order,
    )


PLAIN = st.builds(
    plain, st.sampled_from([{}, {"matchLabels": {"app": "server"}}]), st.lists(TEAMS, max_size=2)
)
CALICO_RULE = st.tuples(st.sampled_from(["Allow", "Deny", "Pass"]), CALICO_TEAMS, CALICO_TEAMS)
ENGINES = {
    "kubernetes": tiered("ClusterNetworkPolicy", "Accept", "Deny", "Pass") | PLAIN,
    "calico": st.builds(calico, CALICO_TEAMS, st.integers(1, 2), st.lists(CALICO_RULE, max_size=3)) | PLAIN,
}


def verdicts(engine: str, policies: list[Manifest], *more: Manifest) -> dict[tuple[str, str], Any]:
    named = [{**p, "metadata": {**p["metadata"], "name": f"p{n}"}} for n, p in enumerate(policies)]
    reach = analyze(load_objects([*BASE, GHOST, *more, *named]).complete(), engine)
    return {(s, d): reach.can(s, d, 80) for s in PODS for d in PODS if s != d}


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=100)
@given(data=st.data())
def test_certain_is_certain(engine: str, data: st.DataObject) -> None:
    policies = data.draw(st.lists(ENGINES[engine], min_size=1, max_size=4))
    unknown = verdicts(engine, policies)
    ways = [verdicts(engine, policies, namespace("ghost", **labels)) for labels in WAYS]
    for pair, verdict in unknown.items():
        if verdict.certainty is Certainty.CERTAIN:
            assert {way[pair].allowed for way in ways} == {verdict.allowed}, pair
