"""Whom peers mean where it is not plain: pods on the host network have their node's address."""

from __future__ import annotations

import pytest

from aksnetpol.policy import Certainty, analyze
from tests.unit.policy.cases import SERVER, Case, Manifest, check, cluster, pod

# nodes linux1 (192.168.0.1; the server runs there) and linux2 (192.168.0.2) come from the base
HOSTS = (
    pod("plain", "near", ip="192.168.0.1", nodeName="linux1", hostNetwork=True),
    pod("plain", "far", ip="192.168.0.2", nodeName="linux2", hostNetwork=True),
)
NEAR, FAR = f"{SERVER} plain/near", f"{SERVER} plain/far"
DENY = {"action": "Deny", "to": [{"networks": ["0.0.0.0/0"]}]}


def cluster_policy(*rules: Manifest) -> Manifest:
    return {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": "p"},
        "spec": {"tier": "Admin", "priority": 1, "subject": {"namespaces": {}}, "egress": list(rules)},
    }


def to_nodes(**labels: str) -> Manifest:
    return {"action": "Accept", "to": [{"nodes": {"matchLabels": labels}}]}


def cilium(*rules: Manifest) -> Manifest:
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": "p", "namespace": "demo"},
        "spec": {"endpointSelector": {}, "egress": list(rules)},
    }


OS = {"kubernetes.io/os": "linux"}
CERTAIN: dict[str, Certainty] = {NEAR: Certainty.CERTAIN, FAR: Certainty.CERTAIN}
CASES = [
    Case(
        "nodes-are-their-host-network-pods",
        (*HOSTS, cluster_policy(to_nodes(**OS), DENY)),
        (NEAR, FAR, f"{SERVER} node/linux2"),
        (f"{SERVER} other/client",),
        certainty=CERTAIN,
    ),
    Case("other-nodes-are-not", (*HOSTS, cluster_policy(to_nodes(disk="ssd"), DENY)), (), (NEAR, FAR)),
    Case(
        "pods-of-a-namespace-are-not-on-the-host-network",
        (*HOSTS, cluster_policy({"action": "Deny", "to": [{"namespaces": {}}]})),
        (NEAR, FAR),
        (f"{SERVER} other/client",),
        certainty=CERTAIN,
    ),
    Case(
        "cilium-host-is-the-own-nodes-pods",
        (*HOSTS, cilium({"toEntities": ["host"]})),
        (NEAR,),
        engine="cilium",
    ),
    Case(
        "cilium-remote-node-is-the-other-nodes-pods",
        (*HOSTS, cilium({"toEntities": ["remote-node"]})),
        (FAR,),
        (NEAR,),
        engine="cilium",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_host_network(case: Case) -> None:
    check(case)


def test_pairs_have_the_same_answer() -> None:
    """The rows of a whole cluster say of host network pods what single questions say."""
    reach = analyze(cluster(*HOSTS, cluster_policy(to_nodes(**OS), DENY)))
    found = {(str(one.source), str(one.destination)) for one in reach.pod_pairs()}
    assert {(SERVER, "plain/near"), (SERVER, "plain/far")} <= found
    assert (SERVER, "other/client") not in found


def test_a_nodes_address_is_the_node() -> None:
    reach = analyze(cluster(*HOSTS, cluster_policy(to_nodes(**OS), DENY)))
    assert reach.can(SERVER, "192.168.0.2", 80).allowed
    assert not reach.can(SERVER, "192.168.0.3", 80).allowed
