"""Live clusters to plan for."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from aksnetpol.engines import Cluster, NodePool, PoolMode
from aksnetpol.engines.moves import LiveCluster, LiveNodePool, Networking

POOLS = (NodePool("nodepool1", count=3), NodePool("work", mode=PoolMode.USER, count=5))
MakeLive = Callable[..., LiveCluster]


def with_pods(networking: Networking) -> Networking:
    """A networking as Azure answers it, with the default pod range where it has one."""
    return replace(networking, pod_cidr="10.244.0.0/16" if networking.has_pod_range else None)


@pytest.fixture
def live() -> MakeLive:
    """Makes a live cluster of a networking; 3 system and 5 user nodes, Kubernetes 1.35.2, by default."""

    def make(
        networking: Networking,
        *,
        pools: tuple[LiveNodePool, ...] = tuple(LiveNodePool(pool) for pool in POOLS),
        version: str = "1.35.2",
        **others: object,
    ) -> LiveCluster:
        plain = Cluster("aks", tuple(one.pool for one in pools), kubernetes_version=version)
        cluster = with_pods(networking).on(plain)
        return LiveCluster(cluster, pools, "shop", **others)  # pyright: ignore[reportArgumentType]  a test's shorthand

    return make
