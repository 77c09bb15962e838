"""Makes big clusters of manifests: bare pods, each with a label of its own, and policies of usual shapes."""

from __future__ import annotations

import json
import uuid
from typing import Any

import yaml

APPS = 20
Manifest = dict[str, Any]


def namespace(number: int) -> Manifest:
    """Return one namespace; every tenth is of team `platform`."""
    team = "platform" if number % 10 == 0 else f"team{number % 7}"
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": f"ns{number}", "labels": {"team": team}},
    }


def pod(number: int, namespaces: int) -> Manifest:
    """Return one bare pod: one of 20 apps of its namespace, with an `id` that no other pod has."""
    app = number // namespaces % APPS
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"pod{number}",
            "namespace": f"ns{number % namespaces}",
            "labels": {"app": f"app{app}", "tier": "back" if app % 2 else "front", "id": f"pod{number}"},
        },
        "spec": {
            "nodeName": f"node{number % 250}",
            "containers": [
                {
                    "name": "main",
                    "image": "registry.k8s.io/e2e-test-images/agnhost:2.53",
                    "ports": [{"name": "http", "containerPort": 8000 + app % 3, "protocol": "TCP"}],
                }
            ],
        },
        "status": {"phase": "Running", "podIP": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"},
    }


def running(made: Manifest, number: int) -> Manifest:
    """Return a pod with most of what the API server, scheduler and kubelet add."""
    since = "2026-11-23T09:00:00Z"
    conditions = ("Initialized", "Ready", "ContainersReady", "PodScheduled")
    address, image = made["status"]["podIP"], made["spec"]["containers"][0]["image"]
    return {
        **made,
        "metadata": {
            **made["metadata"],
            "creationTimestamp": since,
            "resourceVersion": str(number),
            "uid": str(uuid.UUID(int=number)),
        },
        "spec": {
            **made["spec"],
            "dnsPolicy": "ClusterFirst",
            "restartPolicy": "Always",
            "schedulerName": "default-scheduler",
            "serviceAccountName": "default",
        },
        "status": {
            **made["status"],
            "podIPs": [{"ip": address}],
            "hostIP": f"192.168.0.{number % 250}",
            "startTime": since,
            "qosClass": "BestEffort",
            "conditions": [
                {"type": one, "status": "True", "lastProbeTime": None, "lastTransitionTime": since}
                for one in conditions
            ],
            "containerStatuses": [
                {
                    "name": "main",
                    "image": image,
                    "imageID": f"{image}@sha256:{number:064x}",
                    "ready": True,
                    "started": True,
                    "restartCount": 0,
                    "state": {"running": {"startedAt": since}},
                }
            ],
        },
    }


def policy(number: int, namespaces: int, pods: int) -> Manifest:
    """Return one policy; five shapes take turns, so that every pod meets several."""
    home, app = number % namespaces, number // namespaces % APPS
    app_labels = {"matchLabels": {"app": f"app{app}"}}
    team = {"matchLabels": {"team": f"team{number % 7}"}}
    one_pod = {"matchLabels": {"id": f"pod{number * 7 % pods}"}}
    specs: list[Manifest] = [
        {
            "podSelector": app_labels,
            "ingress": [_rule("from", [{"podSelector": {"matchLabels": {"tier": "front"}}}], "http")],
        },
        {"podSelector": app_labels, "ingress": [_rule("from", [{"namespaceSelector": team}], 8000)]},
        {
            "podSelector": app_labels,
            "policyTypes": ["Egress"],
            "egress": [
                _rule("to", [{"namespaceSelector": {}}], 53, "UDP"),
                _rule("to", [{"podSelector": {"matchLabels": {"tier": "back"}}}], 8001),
            ],
        },
        {
            "podSelector": {"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["front"]}]},
            "ingress": [
                _rule("from", [{"ipBlock": {"cidr": f"172.16.{number % 256}.0/24"}}], 8000 + number % 100)
            ],
        },
        {
            "podSelector": one_pod,
            "ingress": [_rule("from", [{"namespaceSelector": team, "podSelector": app_labels}])],
        },
    ]
    spec = specs[number % len(specs)]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"policy{number}", "namespace": f"ns{home}"},
        "spec": spec,
    }


def _rule(key: str, peers: list[Manifest], port: int | str | None = None, protocol: str = "TCP") -> Manifest:
    rule: Manifest = {key: peers}
    if port is not None:
        rule["ports"] = [{"port": port, "protocol": protocol}]
    return rule


def manifests(pods: int, namespaces: int = 100, policies: int = 2000) -> list[Manifest]:
    """Return a whole cluster, of its pods what policies depend on."""
    return [
        *(namespace(number) for number in range(namespaces)),
        *(pod(number, namespaces) for number in range(pods)),
        *(policy(number, namespaces, pods) for number in range(policies)),
    ]


def printed(pods: int) -> list[Manifest]:
    """Return a whole cluster much as `kubectl get` prints it."""
    found = manifests(pods)
    return [running(one, number) if one["kind"] == "Pod" else one for number, one in enumerate(found)]


def as_json(objects: list[Manifest]) -> str:
    """Return the manifests as kubectl's List in JSON."""
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}, indent=1)


def as_yaml(objects: list[Manifest]) -> str:
    """Return the manifests as a stream of YAML documents."""
    return yaml.dump_all(objects, Dumper=yaml.CSafeDumper)
