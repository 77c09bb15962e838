"""Manifests of a small cluster, and cases about it: what the tables of rows are made of."""

from dataclasses import dataclass, field
from typing import Any

from aksnetpol.policy import Certainty, Cluster, Loaded, Verdict, analyze, load_objects

Manifest = dict[str, Any]
SERVER, CLIENT, OTHER = "demo/server", "demo/client", "other/client"
ANY: Manifest = {}
TO_SERVER = {"podSelector": {"matchLabels": {"app": "server"}}}
FROM_CLIENT = {"podSelector": {"matchLabels": {"app": "client"}}}


def namespace(name: str, **labels: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def pod(
    namespace_: str, name: str, *, ports: Any = (), ip: str = "", labels: Any = None, **spec: Any
) -> Manifest:
    status = {"phase": spec.pop("phase", "Running"), **({"podIP": ip} if ip else {})}
    containers = [{"name": "main", "image": "agnhost", "ports": list(ports)}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace_, "labels": labels or {"app": name}},
        "spec": {"containers": containers, **spec},
        "status": status,
    }


def policy(spec: Manifest, name: str = "policy", namespace_: str = "demo") -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace_},
        "spec": spec,
    }


def port(number: int | str, name: str = "http", protocol: str = "TCP") -> Manifest:
    return {"name": name, "containerPort": number, "protocol": protocol}


BASE: list[Manifest] = [
    namespace("demo", team="a"),
    namespace("other", team="b"),
    namespace("plain"),
    pod("demo", "server", ports=[port(80)], ip="10.0.0.1", nodeName="linux1"),
    pod("demo", "client", ip="10.0.0.2", nodeName="linux2"),
    pod("other", "client", ip="10.0.1.1", nodeName="linux2"),
    pod("plain", "client", ip="10.0.2.1", nodeName="linux2"),
    {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "linux1", "labels": {"kubernetes.io/os": "linux"}},
        "status": {"addresses": [{"type": "InternalIP", "address": "192.168.0.1"}]},
    },
    {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "linux2", "labels": {"kubernetes.io/os": "linux"}},
        "status": {"addresses": [{"type": "InternalIP", "address": "192.168.0.2"}]},
    },
]


def read(*objects: Manifest) -> Loaded:
    return load_objects([*BASE, *objects])


def cluster(*objects: Manifest) -> Cluster:
    return read(*objects).complete()


@dataclass(frozen=True)
class Case:
    """What is asked, and the answer: `allowed` as "source destination port protocol"."""

    id: str
    objects: tuple[Manifest, ...]
    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    engine: str = "kubernetes"
    certainty: dict[str, Certainty] = field(default_factory=dict[str, Certainty])


def ask(case: Case, question: str) -> Verdict:
    source, destination, *rest = question.split()
    number = rest[0] if rest else "80"
    return analyze(cluster(*case.objects), case.engine).can(
        source, destination, number, rest[1] if len(rest) > 1 else "TCP"
    )


def ingress(*rules: Manifest, **spec: Any) -> Manifest:
    return policy({**TO_SERVER, **spec, "ingress": list(rules)})


def egress(*rules: Manifest, **spec: Any) -> Manifest:
    return policy({**FROM_CLIENT, "policyTypes": ["Egress"], **spec, "egress": list(rules)})


def from_peers(*peers: Manifest) -> Manifest:
    return ingress({"from": list(peers)})


def expression(key: str, operator: str, *values: str) -> Manifest:
    return {
        "matchExpressions": [
            {"key": key, "operator": operator, **({"values": list(values)} if values else {})}
        ]
    }


IN, OUT = f"{CLIENT} {SERVER}", f"{SERVER} {CLIENT}"
FAR = f"{OTHER} {SERVER}"
WORLD = f"8.8.8.8 {SERVER}"


def check(case: Case) -> None:
    """Ask every question of a case."""
    for question in case.allowed:
        assert ask(case, question).allowed, f"{question} should be allowed"
    for question in case.denied:
        assert not ask(case, question).allowed, f"{question} should be denied"
    for question, certainty in case.certainty.items():
        assert ask(case, question).certainty is certainty, question
