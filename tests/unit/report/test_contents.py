"""contents.py: what the demo tells of its cluster."""

from typing import Any

from aksnetpol.policy.load.live import objects
from aksnetpol.report.contents import KINDS, Node, Pod, Policy, contents

Json = dict[str, Any]


def policy(name: str, namespace: str, spec: Json) -> Json:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": spec}


ANSWERS: dict[str, Json] = {
    "/api/v1/nodes?limit=500": {
        "metadata": {"continue": "more"},
        "items": [
            {
                "metadata": {
                    "name": "node-1",
                    "labels": {"kubernetes.azure.com/agentpool": "system", "kubernetes.io/os": "linux"},
                },
                "status": {
                    "nodeInfo": {"kubeletVersion": "v1.36.3"},
                    "conditions": [{"type": "Ready", "status": "True"}],
                },
            }
        ],
    },
    "/api/v1/nodes?limit=500&continue=more": {"items": [{"metadata": {"name": "node-2"}}]},
    "/api/v1/pods?limit=500": {
        "items": [
            {
                "metadata": {"name": "web", "namespace": "demo"},
                "spec": {"nodeName": "node-1"},
                "status": {"phase": "Running", "podIP": "10.244.0.5"},
            },
            {"metadata": {"name": "dns", "namespace": "kube-system"}, "spec": {}, "status": {}},
            {"metadata": {"name": "new", "namespace": "demo"}, "spec": {}, "status": {"phase": "Pending"}},
        ]
    },
    "/apis/networking.k8s.io/v1/networkpolicies?limit=500": {
        "items": [
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
        ]
    },
}


class Api:
    """An API server that has those pages, and nothing else."""

    def get(self, path: str) -> Json | None:
        return ANSWERS.get(path)


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
