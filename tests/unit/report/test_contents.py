"""contents.py: what the demo tells of its cluster."""

from collections.abc import Iterator
from typing import Any

from aksnetpol.policy.load.live import objects
from aksnetpol.report.contents import KINDS, Node, Pod, Policy, contents

Json = dict[str, Any]


def policy(name: str, namespace: str, spec: Json) -> Json:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": spec}


OBJECTS: dict[str, list[Json]] = {
    "/api/v1/nodes": [
        {
            "metadata": {
                "name": "node-1",
                "labels": {"kubernetes.azure.com/agentpool": "system", "kubernetes.io/os": "linux"},
            },
            "status": {
                "nodeInfo": {"kubeletVersion": "v1.36.3"},
                "conditions": [{"type": "Ready", "status": "True"}],
            },
        },
        {"metadata": {"name": "node-2"}},
    ],
    "/api/v1/pods": [
        {
            "metadata": {"name": "web", "namespace": "demo"},
            "spec": {"nodeName": "node-1"},
            "status": {"phase": "Running", "podIP": "10.244.0.5"},
        },
        {"metadata": {"name": "dns", "namespace": "kube-system"}, "spec": {}, "status": {}},
        {"metadata": {"name": "new", "namespace": "demo"}, "spec": {}, "status": {"phase": "Pending"}},
    ],
    "/apis/networking.k8s.io/v1/networkpolicies": [
        policy("all", "demo", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}),
        policy("other", "web", {"podSelector": {}}),
        policy(
            "some",
            "demo",
            {
                "podSelector": {
                    "matchLabels": {"b": "2", "a": "1"},
                    "matchExpressions": [
                        {"key": "tier", "operator": "In", "values": ["x", "y"]},
                        {"key": "gone", "operator": "DoesNotExist"},
                    ],
                }
            },
        ),
    ],
}


class Api:
    """A cluster that has those objects, and no others."""

    def pages(self, path: str) -> Iterator[Json]:
        yield from OBJECTS[path]


def test_contents_of_a_namespace() -> None:
    found = contents(objects(Api(), KINDS), "demo")
    assert found.nodes == (
        Node("node-1", "system", "linux", "v1.36.3", ready=True),
        Node("node-2", "", "", "", ready=False),
    )
    assert found.pods == (
        Pod("demo", "web", "node-1", "Running", "10.244.0.5"),
        Pod("demo", "new", "", "Pending", ""),
    )
    assert found.policies == (
        Policy("demo", "all", "all pods", ("Ingress", "Egress")),
        Policy("demo", "some", "a=1, b=2, tier In x,y, gone DoesNotExist", ()),
    )
