"""What each network policy engine of AKS can and can't do: data and pure rules."""

from aksnetpol.engines.check import check
from aksnetpol.engines.model import (
    Cluster,
    NetworkDataplane,
    NetworkPlugin,
    NetworkPluginMode,
    NetworkPolicy,
    NodePool,
    OsSku,
    OsType,
    PoolMode,
)

__all__ = [
    "Cluster",
    "NetworkDataplane",
    "NetworkPlugin",
    "NetworkPluginMode",
    "NetworkPolicy",
    "NodePool",
    "OsSku",
    "OsType",
    "PoolMode",
    "check",
]
