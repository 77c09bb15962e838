"""Each numbered point of the Kubernetes semantics as a case with its row as id.

A row is a point of the Kubernetes API (types.go, defaults.go, validation.go, the documentation's page on
network policies); tiers and engines are in `test_engine_rows`, with the rows that have no case.
"""

import pytest

from aksnetpol.policy import Certainty, View, analyze, diff, load_objects, load_text
from tests.unit.policy.cases import (
    BASE,
    CLIENT,
    FAR,
    FROM_CLIENT,
    IN,
    OTHER,
    OUT,
    SERVER,
    TO_SERVER,
    WORLD,
    Case,
    check,
    cluster,
    egress,
    expression,
    from_peers,
    ingress,
    namespace,
    pod,
    policy,
    port,
    read,
)

SPECIFICATION = [
    Case("row-1-types-default-to-ingress", (policy(TO_SERVER),), (OUT,), (IN,)),
    Case(
        "row-1-egress-when-it-has-rules",
        (policy({**FROM_CLIENT, "egress": [{"ports": [{"port": 1}]}]}),),
        (),
        (IN,),
    ),
    Case("row-1-empty-egress-isolates-nothing", (policy({**FROM_CLIENT, "egress": []}),), (IN,)),
    Case("row-1-empty-types", (policy({**TO_SERVER, "policyTypes": []}),), (OUT,), (IN,)),
    Case(
        "row-2-types-win-over-sections",
        (policy({**TO_SERVER, "policyTypes": ["Egress"], "ingress": [{"from": [FROM_CLIENT]}]}),),
        (IN, FAR),
        (OUT,),
    ),
    Case("row-3-no-ingress-rules", (policy({**TO_SERVER, "policyTypes": ["Ingress"]}),), (), (IN, WORLD)),
    Case("row-3-empty-ingress", (ingress(),), (), (IN, WORLD)),
    Case("row-3-one-empty-rule-allows-all", (ingress({}),), (IN, FAR, WORLD)),
    Case("row-4-from-missing", (ingress({"ports": [{"port": 80}]}),), (IN, WORLD), (f"{IN} 81",)),
    Case("row-4-from-empty", (ingress({"from": []}),), (IN, FAR, WORLD)),
    Case("row-4-to-empty", (egress({"to": []}),), (IN, f"{CLIENT} 8.8.8.8")),
    Case("row-5-ports-missing", (from_peers(FROM_CLIENT),), (f"{IN} 1 UDP", f"{IN} 9 SCTP"), (FAR,)),
    Case("row-5-ports-empty", (ingress({"from": [FROM_CLIENT], "ports": []}),), (f"{IN} 1 UDP",)),
    Case(
        "row-6-protocol-without-port",
        (ingress({"ports": [{"protocol": "UDP"}]}),),
        (f"{IN} 5 UDP",),
        (f"{IN} 5 TCP",),
    ),
    Case(
        "row-6-empty-port-is-all-tcp",
        (ingress({"ports": [{}]}),),
        (f"{IN} 5",),
        (f"{IN} 5 UDP", f"{IN} 5 SCTP"),
    ),
    Case(
        "row-7-empty-pod-selector-is-own-namespace", (from_peers({"podSelector": {}}),), (IN,), (FAR, WORLD)
    ),
    Case(
        "row-7-empty-namespace-selector-is-every-pod",
        (from_peers({"namespaceSelector": {}}),),
        (IN, FAR),
        (WORLD, f"node/linux2 {SERVER}"),
    ),
    Case(
        "row-8-both-selectors-in-one-peer",
        (from_peers({"namespaceSelector": {"matchLabels": {"team": "a"}}, **FROM_CLIENT}),),
        (IN,),
        (FAR,),
    ),
    Case(
        "row-8-two-peers-are-either",
        (from_peers({"namespaceSelector": {"matchLabels": {"team": "b"}}}, FROM_CLIENT),),
        (IN, FAR),
        (f"plain/client {SERVER}",),
    ),
    Case("row-10-missing-pod-selector", (policy({}),), (f"{CLIENT} {OTHER}",), (IN, OUT)),
    Case(
        "row-11-not-in-where-key-is-missing",
        (from_peers({"namespaceSelector": expression("team", "NotIn", "a", "b")}),),
        (f"plain/client {SERVER}",),
        (IN, FAR),
    ),
    Case(
        "row-11-does-not-exist",
        (from_peers({"namespaceSelector": expression("team", "DoesNotExist")}),),
        (f"plain/client {SERVER}",),
        (IN, FAR),
    ),
    Case(
        "row-11-in-and-exists-need-the-key",
        (from_peers({"namespaceSelector": expression("team", "Exists")}),),
        (IN, FAR),
        (f"plain/client {SERVER}",),
    ),
    Case(
        "row-12-labels-and-expressions-are-anded",
        (
            from_peers(
                {"namespaceSelector": {"matchLabels": {"team": "a"}, **expression("team", "NotIn", "a")}},
            ),
        ),
        (),
        (IN, FAR),
    ),
    Case(
        "row-13-name-label-is-injected",
        (from_peers({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "other"}}}),),
        (FAR,),
        (IN,),
    ),
    Case(
        "row-14-except-carves-its-own-item-only",
        (
            from_peers(
                {"ipBlock": {"cidr": "8.0.0.0/8", "except": ["8.8.0.0/16"]}},
                {"ipBlock": {"cidr": "8.8.8.8/32"}},
            ),
        ),
        (WORLD, f"8.1.1.1 {SERVER}"),
        (f"8.8.8.9 {SERVER}",),
    ),
    Case(
        "row-15-host-bits-are-masked",
        (from_peers({"ipBlock": {"cidr": "8.9.9.9/8"}}),),
        (WORLD,),
        (f"9.8.8.8 {SERVER}",),
    ),
    Case(
        "row-15-slash-zero",
        (from_peers({"ipBlock": {"cidr": "10.0.0.0/0"}}),),
        (WORLD,),
        (f"2001:db8::1 {SERVER}",),
    ),
    Case(
        "row-15-ipv6-is-apart",
        (from_peers({"ipBlock": {"cidr": "::/0"}}),),
        (f"2001:db8::1 {SERVER}",),
        (WORLD,),
    ),
    Case(
        "row-16-named-port-per-pod",
        (
            pod("demo", "second", ports=[port(8080)], labels={"app": "server"}),
            pod("demo", "nameless", labels={"app": "server"}),
            ingress({"ports": [{"port": "http"}]}),
        ),
        (IN, f"{CLIENT} demo/second 8080"),
        (f"{IN} 8080", f"{CLIENT} demo/second 80", f"{CLIENT} demo/nameless 80"),
    ),
    Case(
        "row-16-named-port-per-protocol",
        (ingress({"ports": [{"port": "http", "protocol": "UDP"}]}),),
        (),
        (f"{IN} 80 TCP", f"{IN} 80 UDP"),
    ),
    Case(
        "row-16-egress-takes-the-destination-names",
        (egress({"ports": [{"port": "http"}]}),),
        (IN,),
        (f"{IN} 81", f"{CLIENT} 8.8.8.8"),
    ),
    Case(
        "row-29-a-name-outside-has-some-address",
        (egress({"to": [{"ipBlock": {"cidr": "8.0.0.0/8"}}]}),),
        (),
        (f"{CLIENT} example.com",),
        certainty={f"{CLIENT} example.com": Certainty.UNKNOWN},
    ),
    Case(
        "row-16-no-names-outside",
        (egress({"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": "http"}]}),),
        (),
        (f"{CLIENT} 8.8.8.8",),
    ),
    Case(
        "row-16-sidecars-count",
        (
            pod(
                "demo",
                "sidecar",
                labels={"app": "server"},
                initContainers=[{"name": "i", "restartPolicy": "Always", "ports": [port(90, "side")]}],
            ),
            ingress({"ports": [{"port": "side"}]}),
        ),
        (f"{CLIENT} demo/sidecar 90",),
        (f"{IN} 90",),
    ),
    Case(
        "row-17-end-port-is-included",
        (ingress({"ports": [{"port": 80, "endPort": 82}]}),),
        (IN, f"{IN} 82"),
        (f"{IN} 83", f"{IN} 79"),
    ),
    Case(
        "row-18-icmp-is-not-defined",
        (ingress(),),
        (),
        (f"{IN} 0 ICMP",),
        certainty={f"{IN} 0 ICMP": Certainty.ENGINE_DEFINED},
    ),
    Case(
        "row-19-both-sides-must-allow",
        (from_peers(FROM_CLIENT), policy({**FROM_CLIENT, "policyTypes": ["Egress"]}, "closed")),
        (),
        (IN,),
    ),
    Case(
        "row-19-union-over-policies",
        (policy(TO_SERVER, "deny"), from_peers(FROM_CLIENT)),
        (IN,),
        (FAR,),
    ),
    Case("row-20-unselected-direction-is-open", (ingress(),), (OUT, f"{SERVER} 8.8.8.8"), (IN,)),
    Case(
        "row-21-replies-need-no-rule", (from_peers(FROM_CLIENT), policy({**FROM_CLIENT}, "in")), (IN,), (OUT,)
    ),
    Case(
        "row-22-own-node-reaches-its-pod",
        (ingress(),),
        (f"node/linux1 {SERVER}",),
        (f"node/linux2 {SERVER}",),
    ),
    Case(
        "row-22-pod-to-own-node-is-not-exempt",
        (policy({**TO_SERVER, "policyTypes": ["Egress"]}),),
        (),
        (f"{SERVER} node/linux1",),
    ),
    Case(
        "row-23-a-pod-reaches-itself",
        (policy({"policyTypes": ["Ingress", "Egress"]}),),
        (f"{SERVER} {SERVER}",),
        (IN,),
    ),
    Case(
        "row-24-host-network-is-not-selected",
        (
            pod("demo", "host", labels={"app": "client"}, hostNetwork=True, nodeName="linux2"),
            from_peers(FROM_CLIENT),
        ),
        (IN,),
        (f"demo/host {SERVER}",),
        certainty={f"demo/host {SERVER}": Certainty.ENGINE_DEFINED, IN: Certainty.CERTAIN},
    ),
    Case(
        "row-24-host-network-is-not-isolated",
        (pod("demo", "host", labels={"app": "server"}, hostNetwork=True, nodeName="linux2"), ingress()),
        (f"{CLIENT} demo/host",),
        (IN,),
        certainty={f"{CLIENT} demo/host": Certainty.ENGINE_DEFINED},
    ),
    Case(
        "row-25-ended-pods-have-no-traffic",
        (pod("demo", "job", phase="Succeeded"), pod("demo", "crashed", phase="Failed")),
        (IN,),
        (f"demo/job {SERVER}", f"{CLIENT} demo/crashed"),
    ),
    Case(
        "row-27-target-port-not-service-port",
        (
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": "web", "namespace": "demo"},
                "spec": {"selector": {"app": "server"}, "ports": [{"port": 80, "targetPort": 8080}]},
            },
            ingress({"ports": [{"port": 80}]}),
        ),
        (f"{IN} 80",),
        (f"{IN} 8080",),
    ),
    Case(
        "row-29-ip-block-on-pods-is-up-to-engines",
        (from_peers({"ipBlock": {"cidr": "10.0.0.0/24"}}),),
        (IN,),
        (FAR,),
        certainty={IN: Certainty.ENGINE_DEFINED, FAR: Certainty.CERTAIN},
    ),
    Case(
        "row-32-dns-needs-both-protocols",
        (egress({"ports": [{"port": 53, "protocol": "UDP"}]}),),
        (f"{IN} 53 UDP",),
        (f"{IN} 53 TCP",),
    ),
    Case(
        "row-36-same-name-in-two-namespaces",
        (policy(TO_SERVER, "same"), policy({"podSelector": {}}, "same", "other")),
        (f"{SERVER} {CLIENT}",),
        (IN, f"{CLIENT} {OTHER}"),
    ),
]


@pytest.mark.parametrize("case", SPECIFICATION, ids=[case.id for case in SPECIFICATION])
def test_row(case: Case) -> None:
    check(case)


REJECTED = {
    "row-7-empty-peer": (from_peers({}), "a peer has"),
    "row-9-ip-block-with-selector": (
        from_peers({"ipBlock": {"cidr": "1.0.0.0/8"}, **FROM_CLIENT}),
        "no other selector",
    ),
    "row-12-in-without-values": (policy({"podSelector": expression("a", "In")}), "need values"),
    "row-12-exists-with-values": (policy({"podSelector": expression("a", "Exists", "b")}), "take no values"),
    "row-14-except-equal": (
        from_peers({"ipBlock": {"cidr": "1.0.0.0/8", "except": ["1.0.0.0/8"]}}),
        "be smaller",
    ),
    "row-14-except-outside": (
        from_peers({"ipBlock": {"cidr": "1.0.0.0/8", "except": ["2.0.0.0/16"]}}),
        "lie inside",
    ),
    "row-17-end-port-with-name": (ingress({"ports": [{"port": "http", "endPort": 90}]}), "endPort needs"),
    "row-17-end-port-below": (ingress({"ports": [{"port": 80, "endPort": 79}]}), "below port"),
    "row-17-end-port-alone": (ingress({"ports": [{"endPort": 79}]}), "endPort needs a port"),
}


@pytest.mark.parametrize("row", REJECTED)
def test_rejected_row(row: str) -> None:
    manifest, message = REJECTED[row]
    loaded = read(manifest)
    assert not loaded.cluster.policies
    assert message in loaded.findings[-1].message
    assert "spec" in str(loaded.findings[-1].place)


def test_row_13_the_server_sets_the_name_label() -> None:
    loaded = load_objects([namespace("demo", **{"kubernetes.io/metadata.name": "forged"})])
    assert loaded.cluster.namespaces["demo"].labels["kubernetes.io/metadata.name"] == "demo"
    assert [finding.id for finding in loaded.findings] == ["namespace-name-label"]


def test_row_26_templates_are_potential_pods() -> None:
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "demo"},
        "spec": {
            "replicas": 0,
            "template": {"metadata": {"labels": {"app": "server"}}, "spec": {"containers": []}},
        },
    }
    found = cluster(deployment)
    assert found.view is View.MIXED
    assert load_objects([deployment]).cluster.view is View.POTENTIAL
    assert analyze(found).can(CLIENT, "demo/deployment/web", 80).notes


def test_row_30_namespace_labels_are_policy_changes() -> None:
    rule = from_peers({"namespaceSelector": {"matchLabels": {"team": "a"}}})
    relabelled = load_objects(
        [namespace("other", team="a"), *(o for o in BASE if o != BASE[1]), rule]
    ).cluster
    difference = diff(analyze(cluster(rule)), analyze(relabelled))
    assert difference.opened
    assert {cause.kind.value for change in difference.changes for cause in change.causes} == {
        "namespace labels changed"
    }


def test_row_35_yaml_as_kubernetes_reads_it() -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels:\n    answer: y\nspec: {containers: []}\n"
    )
    loaded = load_text(text, "pod.yaml")
    assert loaded.partial
    assert str(loaded.findings[0].place) == "pod.yaml:6"
    assert "quote it" in loaded.findings[0].message


def test_row_36_duplicates_are_reported() -> None:
    different = read(policy(TO_SERVER), policy({"podSelector": {}}))
    assert different.partial
    assert different.findings[-1].id == "duplicate-object"
    same = read(policy(TO_SERVER), policy(TO_SERVER))
    assert not same.partial
    assert same.findings[-1].id == "duplicate-object"
