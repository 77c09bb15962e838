"""What every service of the emulator is given."""

from dataclasses import dataclass

from aksnetpol.local.arm.backend import ClusterBackend
from aksnetpol.local.arm.clock import Clock
from aksnetpol.local.arm.operations import Operations
from aksnetpol.local.arm.settings import Identity, Settings
from aksnetpol.local.arm.store import Store
from aksnetpol.local.arm.work import Workers


@dataclass(frozen=True)
class Context:
    """The emulator's parts.

    Args:
        identity: tenant, subscription and the one client.
        settings: how the emulator behaves.
        clock: the boundary to time.
        store: all resources.
        operations: all long-running operations.
        workers: does the work of operations on the machine.
        clusters: runs the clusters.
    """

    identity: Identity
    settings: Settings
    clock: Clock
    store: Store
    operations: Operations
    workers: Workers
    clusters: ClusterBackend
