"""Whether pods reach a DNS server and the metadata service, by every kind of policy (see `lint.egress`)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aksnetpol.policy import load_objects, profile
from aksnetpol.policy.lint import lint

Json = dict[str, Any]


def pod(name: str, namespace: str = "shop", **labels: str) -> Json:
    meta = {"name": name, "namespace": namespace, "labels": {"app": name, **labels}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {}}


def network_policy(*egress: Json, name: str = "p", namespace: str = "shop", **spec: Any) -> Json:
    whole = {"podSelector": {}, "policyTypes": ["Egress"], "egress": list(egress), **spec}
    meta = {"name": name, "namespace": namespace}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": whole}


def cilium(*egress: Json, kind: str = "CiliumNetworkPolicy") -> Json:
    meta = {"name": "c"} if "Clusterwide" in kind else {"name": "c", "namespace": "shop"}
    spec = {"endpointSelector": {}, "egress": list(egress)}
    return {"apiVersion": "cilium.io/v2", "kind": kind, "metadata": meta, "spec": spec}


def calico(*egress: Json) -> Json:
    meta = {"name": "c", "namespace": "shop"}
    spec = {"selector": "all()", "types": ["Egress"], "egress": list(egress)}
    return {"apiVersion": "projectcalico.org/v3", "kind": "NetworkPolicy", "metadata": meta, "spec": spec}


def admin(*egress: Json) -> Json:
    spec = {"tier": "Admin", "priority": 1, "subject": {"namespaces": {}}, "egress": list(egress)}
    kind = {"apiVersion": "policy.networking.k8s.io/v1alpha2", "kind": "ClusterNetworkPolicy"}
    return {**kind, "metadata": {"name": "a"}, "spec": spec}


def service(name: str, ip: str, namespace: str = "kube-system") -> Json:
    meta = {"name": name, "namespace": namespace}
    spec = {"clusterIP": ip, "selector": {"k8s-app": "kube-dns"}, "ports": [{"port": 53, "protocol": "UDP"}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}


def to_block(cidr: str) -> Json:
    return {"to": [{"ipBlock": {"cidr": cidr}}], "ports": PORTS}


PORTS = [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]
NAMED = [{"port": "dns", "protocol": "UDP"}, {"port": "dns-tcp", "protocol": "TCP"}]
DNS = pod("coredns-1", "kube-system", **{"k8s-app": "kube-dns"})
SYSTEM: Json = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
TO_SYSTEM: Json = {"to": [SYSTEM], "ports": PORTS}
WEB, NOTHING = pod("web"), network_policy()
ANY53 = {"toPorts": [{"ports": [{"port": "53", "protocol": "ANY"}]}]}
CLOSED_DNS = network_policy(name="closed", namespace="kube-system", policyTypes=["Ingress"])

# Sources: Kubernetes docs, DNS for Services and Pods; Cilium docs, DNS based; AKS docs, LocalDNS.
RESOLVED = [
    ("to-kube-system", "kubernetes", (network_policy(TO_SYSTEM),)),
    ("by-the-ports-names", "kubernetes", (network_policy({"to": [SYSTEM], "ports": NAMED}),)),
    ("to-the-servers-there-are", "calico", (DNS, network_policy(TO_SYSTEM))),
    ("by-another-policy", "kubernetes", (NOTHING, network_policy(TO_SYSTEM, name="dns"))),
    ("by-cilium", "cilium", (NOTHING, cilium(ANY53))),
    ("clusterwide", "cilium", (NOTHING, cilium(ANY53, kind="CiliumClusterwideNetworkPolicy"))),
    ("by-calico", "calico", (NOTHING, calico({"action": "Allow"}))),
    ("by-an-admin", "kubernetes", (NOTHING, admin({"action": "Accept", "to": [{"namespaces": {}}]}))),
    ("node-local-dns", "cilium", (network_policy(to_block("169.254.20.10/32")),)),
    ("local-dns", "cilium", (network_policy(to_block("169.254.10.0/24")),)),
    ("a-resolver-of-their-own", "cilium", (network_policy(to_block("10.9.0.4/32")),)),
    ("not-isolated", "kubernetes", (network_policy(policyTypes=["Ingress"]),)),
    ("no-engine", "none", (NOTHING,)),
]
UNRESOLVED = [
    ("nothing", "kubernetes", (NOTHING,)),
    ("of-cilium", "cilium", (cilium({"toEntities": ["world"]}),)),
    ("of-calico", "calico", (calico({"action": "Deny"}),)),
    ("udp-only", "kubernetes", (network_policy({"to": [SYSTEM], "ports": PORTS[:1]}),)),
    ("another-namespace", "kubernetes", (network_policy({"to": [{"podSelector": {}}], "ports": PORTS}),)),
    (
        "denied-first",
        "kubernetes",
        (network_policy(TO_SYSTEM), admin({"action": "Deny", "to": [{"namespaces": {}}]})),
    ),
    ("a-kind-that-is-not-read", "calico", (NOTHING, cilium(ANY53))),
    ("servers-that-take-nothing", "kubernetes", (DNS, network_policy(TO_SYSTEM), CLOSED_DNS)),
    # The address is rewritten before policies are asked.
    (
        "cluster-ip",
        "cilium",
        (DNS, service("kube-dns", "10.0.0.10"), network_policy(to_block("10.0.0.10/32"))),
    ),
]


def found(engine: str, objects: tuple[Json, ...], rule: str) -> list[str]:
    loaded = load_objects([WEB, *objects])
    return [one.message for one in lint(loaded.cluster, profile(engine), date(2026, 12, 1)) if one.id == rule]


@pytest.mark.parametrize(
    ("engine", "objects"), [row[1:] for row in RESOLVED], ids=[row[0] for row in RESOLVED]
)
def test_names_are_resolved(engine: str, objects: tuple[Json, ...]) -> None:
    assert found(engine, objects, "egress-without-dns") == []


@pytest.mark.parametrize(
    ("engine", "objects"), [row[1:] for row in UNRESOLVED], ids=[row[0] for row in UNRESOLVED]
)
def test_names_are_not_resolved(engine: str, objects: tuple[Json, ...]) -> None:
    messages = found(engine, objects, "egress-without-dns")
    assert any("shop/web" in message for message in messages)


WORLD = {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}
REACHED = [
    ("any-peer", "kubernetes", (network_policy({"ports": [{"port": 80}]}),)),
    ("everything", "calico", (network_policy({}),)),
    ("world", "kubernetes", (network_policy(WORLD),)),
    ("link-local", "npm", (network_policy(to_block("169.254.0.0/16") | {"ports": [{"port": 80}]}),)),
    ("cilium-world", "cilium", (cilium({"toEntities": ["world"]}),)),
    ("cilium-block", "cilium", (cilium({"toCIDR": ["169.254.169.254/32"]}),)),
    ("calico-any", "calico", (calico({"action": "Allow"}),)),
    (
        "wire-server",
        "kubernetes",
        (network_policy(to_block("168.63.129.16/32") | {"ports": [{"port": 80}]}),),
    ),
]
METADATA: Json = {"nets": ["169.254.169.254/32", "168.63.129.16/32"]}
KEPT = [
    ("another-port", "kubernetes", (network_policy({"ports": [{"port": 443}]}),)),
    ("pods", "kubernetes", (network_policy({"to": [{"namespaceSelector": {}}]}),)),
    (
        "calico-denies-before",
        "calico",
        (calico({"action": "Deny", "destination": METADATA}, {"action": "Allow"}),),
    ),
    (
        "cilium-denies",
        "cilium",
        (
            cilium({"toEntities": ["world"]}),
            {
                "apiVersion": "cilium.io/v2",
                "kind": "CiliumNetworkPolicy",
                "metadata": {"name": "deny", "namespace": "shop"},
                "spec": {"endpointSelector": {}, "egressDeny": [{"toCIDR": METADATA["nets"]}]},
            },
        ),
    ),
]


@pytest.mark.parametrize(
    ("engine", "objects", "reached"),
    [(*row[1:], True) for row in REACHED] + [(*row[1:], False) for row in KEPT],
    ids=[row[0] for row in (*REACHED, *KEPT)],
)
def test_the_metadata_service(engine: str, objects: tuple[Json, ...], reached: bool) -> None:
    assert bool(found(engine, objects, "egress-metadata")) is reached
