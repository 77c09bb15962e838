"""A move is a row: one operation that AKS makes in place on a live cluster's networking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aksnetpol.engines.model import OsType
from aksnetpol.engines.moves.live import LiveCluster
from aksnetpol.engines.moves.networking import Networking, WantedNetworking


@dataclass(frozen=True)
class Situation:
    """A live cluster, and its networking before and after one move."""

    live: LiveCluster
    before: Networking
    after: Networking

    @property
    def windows_pools(self) -> str:
        """Names of the Windows pools."""
        return ", ".join(pool.name for pool in self.live.cluster.node_pools if pool.os_type is OsType.WINDOWS)


@dataclass(frozen=True)
class Precondition:
    """What must hold before a move.

    Args:
        met: whether it holds.
        requirement, unmet, remedy: sentences; templates in which `{s}` is the Situation.
    """

    id: str
    met: Callable[[Situation], bool]
    requirement: str
    unmet: str
    remedy: str
    source: str


@dataclass(frozen=True)
class Move:
    """One operation.

    Args:
        title: for people; a template in which `{f[podCidr]}` is a field that is set.
        applies: from which networking it starts.
        sets: leaves of `networkProfile` to set, in ARM's names; given the networking before and the wish.
        enforcement: what happens to NetworkPolicies meanwhile and afterwards.
        leaves_behind: what stays in the cluster.
        notes: what else to know.
        irreversible: whether no move leads back.
        azure_cli: a version of the Azure CLI from which on the docs promise the command; None where they
            name none.
    """

    id: str
    title: str
    applies: Callable[[Networking], bool]
    sets: Callable[[Networking, WantedNetworking], Mapping[str, str]]
    preconditions: tuple[Precondition, ...]
    enforcement: str
    source: str
    azure_cli: str | None
    leaves_behind: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    irreversible: bool = False
    reimages: bool = True
