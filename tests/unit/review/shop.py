"""Reviews of a small shop, and of big clusters, made without an engine: what pages are tested with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from aksnetpol.policy import Reachability, diff, load_objects
from aksnetpol.review import Problem, Resource, Review, Revision, StackReview, build, compare
from aksnetpol.review.resources import Inputs, Leaf

Manifest = dict[str, Any]
TODAY = date(2026, 11, 23)
WORKLOADS = {
    "shop": ("cart", "catalogue", "db"),
    "web": ("front", "admin"),
    "ops": ("prometheus", "backup"),
    "payments": ("gateway", "ledger"),
}


def namespace(name: str) -> Manifest:
    labels = {"kubernetes.io/metadata.name": name}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def deployment(home: str, name: str) -> Manifest:
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "main", "image": "registry.example/app:1"}]},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": home},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": template},
    }


def policy(home: str, name: str, app: str, **rules: list[Manifest]) -> Manifest:
    """Return a policy for one app, or for all where it is empty."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": home},
        "spec": {
            "podSelector": {"matchLabels": {"app": app}} if app else {},
            "policyTypes": [key.title() for key in rules],
            **rules,
        },
    }


def rule(side: str, peer: Manifest, *ports: int) -> Manifest:
    return {side: [peer], "ports": [{"port": one, "protocol": "TCP"} for one in ports]}


def app(name: str, home: str = "") -> Manifest:
    peer: Manifest = {"podSelector": {"matchLabels": {"app": name}}}
    return {**peer, **in_namespace(home)} if home else peer


def in_namespace(name: str) -> Manifest:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def workloads() -> list[Manifest]:
    spaces = [namespace(name) for name in WORKLOADS]
    return [*spaces, *(deployment(home, name) for home, names in WORKLOADS.items() for name in names)]


def old() -> list[Manifest]:
    within = rule("to", {"podSelector": {}})
    return [
        *workloads(),
        policy("shop", "default", "", ingress=[]),
        policy("shop", "db", "db", ingress=[rule("from", app("cart"), 5432)]),
        policy("shop", "front", "cart", ingress=[rule("from", in_namespace("web"), 8080)]),
        policy("payments", "default", "", ingress=[], egress=[within]),
        policy("payments", "ledger", "ledger", ingress=[rule("from", app("gateway"), 9000, 9001)]),
    ]


def new() -> list[Manifest]:
    within = rule("to", {"podSelector": {}})
    backup, abroad = app("backup", "ops"), {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}
    scrape = {"ipBlock": {"cidr": "10.20.0.0/16"}}
    return [
        *workloads(),
        deployment("shop", "recommend"),
        policy("shop", "default", "", ingress=[]),
        policy("shop", "db", "db", ingress=[rule("from", app("cart"), 5432), rule("from", backup, 5432)]),
        policy("shop", "front", "cart", ingress=[rule("from", app("front", "web"), 8080, 8443)]),
        policy("shop", "metrics", "", ingress=[rule("from", scrape, 9100)]),
        policy("payments", "default", "", ingress=[], egress=[within, rule("to", abroad, 443)]),
        policy("payments", "ledger", "ledger", ingress=[rule("from", app("gateway"), 9000)]),
    ]


def revision(name: str, manifests: list[Manifest], resources: Sequence[Resource] = ()) -> Revision:
    return Revision(name, tuple(resources), load_objects(manifests), "calico")


def _resources(version: str, location: str, *more: str) -> list[Resource]:
    cluster = {"kubernetesVersion": version, "location": location, "adminPassword": f"hunter-{version}"}
    return [
        Resource("urn:1", "azure-native:containerservice:ManagedCluster", "cluster", cluster),
        *(Resource(f"urn:{name}", "kubernetes:core/v1:ConfigMap", name) for name in more),
    ]


def rules(_urn: str, old_inputs: Inputs, new_inputs: Inputs) -> list[Leaf]:
    keys = [key for key in sorted(new_inputs) if old_inputs.get(key) != new_inputs[key]]
    return [(key, old_inputs.get(key), new_inputs[key], key == "location") for key in keys]


def shop(name: str = "prod") -> StackReview:
    """Return a review with every kind of change of connections and resources, and lint findings."""
    before = revision("main", old(), _resources("1.35", "eastus", "settings"))
    after = revision("topic", new(), _resources("1.36", "westeurope", "features"))
    return build(name, before, after, compare(before.resources, after.resources, rules), TODAY)


def shops() -> Review:
    """Return two stacks that change, one that cannot be previewed, one where nothing changes."""
    problem = Problem("topic", "policies/inside.yaml:8: is not YAML", in_head=True)
    return Review(
        "main", "topic", (shop(), shop("dev"), StackReview("broken", problem=problem), StackReview("quiet"))
    )


def connections_only(name: str, before: Reachability, after: Reachability) -> StackReview:
    return StackReview(name, difference=diff(before, after), reach=(before, after))
