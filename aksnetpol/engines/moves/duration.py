"""How long a reimage of all nodes may take."""

from dataclasses import dataclass, replace

from aksnetpol.engines.moves.live import LiveCluster, LiveNodePool
from aksnetpol.words import counted

# Minutes to drain and reimage a node that nothing holds: a measured upgrade took 4, and the other bound is
# what a provider's documentation tells users to expect.
_FASTEST, _SLOWEST = 4, 10
_SOURCE = (
    "measured: gordon.byers.me, upgrading an AKS cluster; bound: azurerm_kubernetes_cluster, "
    "kubernetes_version; rounds and drain timeout: AKS docs, upgrade-aks-node-pools-rolling"
)


@dataclass(frozen=True)
class Duration:
    """An estimate in minutes.

    Args:
        shortest, longest: when nothing holds a drain.
        drain_timeout: how long one node's drain may be held before the operation stops; it adds to the rest.
        basis: how it was reckoned.
    """

    shortest: int
    longest: int
    drain_timeout: int
    basis: str
    source: str = _SOURCE

    def __str__(self) -> str:
        return f"{self.shortest} to {self.longest} minutes"

    def __mul__(self, times: int) -> "Duration":
        return replace(self, shortest=self.shortest * times, longest=self.longest * times)


def duration(live: LiveCluster) -> Duration:
    """Estimate one reimage of all pools: they run at the same time, the slowest one counts."""
    slowest = max(live.pools, key=lambda pool: _minutes(pool, _SLOWEST), default=None)
    if slowest is None or slowest.rounds == 0:
        return Duration(_FASTEST, _SLOWEST, 0, "no nodes")
    soak = f" and {slowest.soak} to soak" if slowest.soak else ""
    nodes = f"{counted(slowest.pool.count, 'node')}, {slowest.nodes_at_once} at a time"
    basis = f"pool {slowest.pool.name}: {nodes}, {_FASTEST} to {_SLOWEST} minutes{soak} each time"
    timeout = max(pool.drain_timeout for pool in live.pools)
    return Duration(_minutes(slowest, _FASTEST), _minutes(slowest, _SLOWEST), timeout, basis)


def _minutes(pool: LiveNodePool, each: int) -> int:
    return pool.rounds * (each + pool.soak)
