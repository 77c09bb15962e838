"""What an unknown answer hangs on is told with the rule and its place."""

from __future__ import annotations

from typing import Any

import pytest

from aksnetpol.policy import Certainty, analyze, load_objects
from aksnetpol.policy.ask.explain import explain

Json = dict[str, Any]


def pod(name: str, namespace: str = "a", **labels: str) -> Json:
    meta = {"name": name, "namespace": namespace, "labels": {"app": name, **labels}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {}}


def cilium(**spec: Any) -> Json:
    meta = {"name": "p", "namespace": "a"}
    whole = {"endpointSelector": {"matchLabels": {"app": "web"}}, **spec}
    return {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": meta, "spec": whole}


def calico(**spec: Any) -> Json:
    meta = {"name": "p", "namespace": "a"}
    return {"apiVersion": "projectcalico.org/v3", "kind": "NetworkPolicy", "metadata": meta, "spec": spec}


def named(name: str, policy: Json) -> Json:
    return {**policy, "metadata": {**policy["metadata"], "name": name}}


NAMESPACE: Json = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}
TO_OTHERS: Json = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "p", "namespace": "a"},
    "spec": {
        "podSelector": {},
        "policyTypes": ["Egress"],
        "egress": [{"to": [{"namespaceSelector": {"matchLabels": {"team": "x"}}}]}],
    },
}
# Policy, engine, destination, what is told. Sources: Cilium docs, Layer 3; Calico docs, EntityRule.
ROWS = [
    (
        "kube-apiserver",
        cilium(egress=[{"toEntities": ["kube-apiserver"]}]),
        "cilium",
        "8.8.8.8",
        "kube-apiserver",
    ),
    (
        "cidr-group",
        cilium(egress=[{"toCIDRSet": [{"cidrGroupRef": "x"}]}]),
        "cilium",
        "8.8.8.8",
        "CIDR group",
    ),
    ("cloud-group", cilium(egress=[{"toGroups": [{"aws": {}}]}]), "cilium", "8.8.8.8", "cloud provider"),
    (
        "domain-of-an-address",
        cilium(egress=[{"toFQDNs": [{"matchName": "x.org"}]}]),
        "cilium",
        "8.8.8.8",
        "x.org",
    ),
    (
        "service-account",
        calico(
            selector="app == 'web'",
            types=["Egress"],
            egress=[{"action": "Allow", "destination": {"serviceAccounts": {"selector": "role == 'x'"}}}],
        ),
        "calico",
        "a/db",
        "service accounts",
    ),
    (
        "inherited-label",
        calico(
            selector="app == 'web'",
            types=["Egress"],
            egress=[{"action": "Allow", "destination": {"selector": "pcns.team == 'x'"}}],
        ),
        "calico",
        "a/db",
        "labels of a/db",
    ),
    ("labels-of-a-namespace", TO_OTHERS, "calico", "b/far", "labels of namespace b"),
]


@pytest.mark.parametrize(
    ("policy", "engine", "to", "told"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_rule_that_may_allow_is_named(policy: Json, engine: str, to: str, told: str) -> None:
    objects = [NAMESPACE, pod("web"), pod("db"), pod("far", "b"), policy]
    reach = analyze(load_objects(objects).complete(), engine)
    verdict = reach.can("a/web", to, 443)
    assert (verdict.allowed, verdict.certainty) == (False, Certainty.UNKNOWN)
    assert [("rule 1" in one, "may allow it" in one, told in one) for one in verdict.doubts] == [(True,) * 3]
    # What is there already is no remedy.
    assert [told in one.text for one in explain(reach, "a/web", to, 443).remedies] == [True]


DNS: Json = {
    "toEndpoints": [{"matchLabels": {"app": "dns"}}],
    "toPorts": [{"ports": [{"port": "53", "protocol": "UDP"}], "rules": {"dns": [{"matchPattern": "*"}]}}],
}
BY_NAME: Json = {"toFQDNs": [{"matchName": "x.org"}]}


@pytest.mark.parametrize(
    ("policies", "certainty"),
    [
        pytest.param([cilium(egress=[BY_NAME])], Certainty.UNKNOWN, id="nowhere"),
        pytest.param([cilium(egress=[BY_NAME, DNS])], Certainty.CERTAIN, id="in-the-policy"),
        pytest.param(
            [cilium(egress=[BY_NAME]), named("q", cilium(egress=[DNS]))], Certainty.CERTAIN, id="in-another"
        ),
        pytest.param(
            [
                cilium(egress=[BY_NAME]),
                named("q", cilium(endpointSelector={"matchLabels": {"app": "db"}}, egress=[DNS])),
            ],
            Certainty.UNKNOWN,
            id="of-another-pod",
        ),
    ],
)
def test_a_name_is_learnt_by_a_dns_rule_only(policies: list[Json], certainty: Certainty) -> None:
    """Cilium docs, DNS based: toFQDNs holds what the DNS proxy has seen; cilium/cilium#44396."""
    reach = analyze(load_objects([NAMESPACE, pod("web"), pod("db"), *policies]).complete(), "cilium")
    verdict = reach.can("a/web", "x.org", 443)
    assert (verdict.allowed, verdict.certainty) == (True, certainty)
    assert bool(verdict.doubts) is (certainty is Certainty.UNKNOWN)


def test_what_is_known_has_no_doubts() -> None:
    reach = analyze(load_objects([NAMESPACE, pod("web"), pod("db")]).complete(), "cilium")
    assert reach.can("a/web", "a/db", 80).doubts == ()
