"""What nodes say about themselves."""

from __future__ import annotations

from typing import Any

import pytest

from aksnetpol.local.arm.backend import ClusterSpec, PoolSpec
from aksnetpol.local.node.enforcement import Enforcement, Means
from aksnetpol.local.node.nodes import engine_profile, node_status, nodes_of

KERNEL = Means(Enforcement.KERNEL)
MODEL = Means(Enforcement.MODEL, "nft not found on PATH. Install with: apt-get install -y nftables")


def condition(os_type: str, engine: str, means: Means, kind: str) -> dict[str, Any]:
    pool = PoolSpec("p", "System", os_type, "Ubuntu", 1, "Standard_D4s_v5")
    cluster = ClusterSpec(
        "/c", "c", "g", "eastus", "1.36.3", engine, None, "10.0.0.0/16", "10.0.0.10", (pool,)
    )
    (node,) = nodes_of(cluster)
    status = node_status(cluster, node, "2026-11-23T00:00:00Z", means, 10250)
    (found,) = [one for one in status["conditions"] if one["type"] == kind]
    return found


@pytest.mark.parametrize(
    ("os_type", "engine", "means", "status", "text"),
    [
        ("Linux", "azure", KERNEL, "True", "profile npm-linux"),
        ("Windows", "azure", KERNEL, "True", "profile npm-windows"),
        ("Linux", "calico", KERNEL, "True", "profile calico"),
        ("Linux", "none", KERNEL, "False", "no engine"),
        ("Windows", "cilium", KERNEL, "False", "no engine"),
        ("Linux", "azure", MODEL, "False", "enforcement: model"),
        ("Linux", "azure", MODEL, "False", "apt-get install -y nftables"),
    ],
)
def test_enforcement_condition(os_type: str, engine: str, means: Means, status: str, text: str) -> None:
    found = condition(os_type, engine, means, "NetworkPolicyEnforced")
    assert found["status"] == status
    assert text in found["message"]


@pytest.mark.parametrize(
    ("os_type", "means", "text"),
    [
        ("Windows", KERNEL, "Windows is simulated"),
        ("Linux", KERNEL, "run as processes"),
        ("Linux", MODEL, "have a status, no process"),
    ],
)
def test_simulation_condition(os_type: str, means: Means, text: str) -> None:
    assert text in condition(os_type, "azure", means, "Simulated")["message"]


@pytest.mark.parametrize(
    ("network_policy", "name"),
    [("azure", "npm"), ("calico", "calico"), ("cilium", "cilium"), ("none", "none")],
)
def test_engine_profile(network_policy: str, name: str) -> None:
    assert engine_profile(network_policy).name == name


def spec(*pools: PoolSpec, pod_cidr: str | None = "10.244.0.0/16") -> ClusterSpec:
    return ClusterSpec(
        "/c", "c", "g", "eastus", "1.36.3", "azure", pod_cidr, "10.0.0.0/16", "10.0.0.10", pools
    )


def pool(name: str, count: int) -> PoolSpec:
    return PoolSpec(name, "System", "Linux", "Ubuntu", count, "Standard_D4s_v5")


def test_nodes_keep_their_addresses_when_another_pool_grows() -> None:
    before = {node.name: node for node in nodes_of(spec(pool("a", 1), pool("b", 1)))}
    kept = {name: str(node.pods) for name, node in before.items()}
    after = {node.name: node for node in nodes_of(spec(pool("a", 3), pool("b", 1)), kept)}
    for name, node in before.items():
        assert (after[name].pods, after[name].address) == (node.pods, node.address)
    assert len({node.pods for node in after.values()}) == len({node.address for node in after.values()}) == 4


def test_a_range_that_the_cluster_has_no_more_is_not_kept() -> None:
    (before,) = nodes_of(spec(pool("a", 1), pod_cidr=None))
    (after,) = nodes_of(spec(pool("a", 1)), {before.name: str(before.pods)})
    assert str(after.pods) == "10.244.0.0/24"
