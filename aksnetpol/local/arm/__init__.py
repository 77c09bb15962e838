"""Azure Resource Manager on one machine: a real HTTPS service with Azure's states, rules and errors.

One folder per resource provider, each with routes (HTTP in and out), rules (what is valid, as data),
state (what there is and how it changes) and errors (what is refused, in Azure's words).
"""

from aksnetpol.local.arm.backend import ClusterBackend, ClusterSpec, NoClusters, PoolSpec
from aksnetpol.local.arm.clock import Clock, RunningClock
from aksnetpol.local.arm.errors import EmulatorError, HomeInUseError, PortInUseError
from aksnetpol.local.arm.faults import Fault
from aksnetpol.local.arm.server import Emulator
from aksnetpol.local.arm.settings import Identity, Settings

__all__ = [
    "Clock",
    "ClusterBackend",
    "ClusterSpec",
    "Emulator",
    "EmulatorError",
    "Fault",
    "HomeInUseError",
    "Identity",
    "NoClusters",
    "PoolSpec",
    "PortInUseError",
    "RunningClock",
    "Settings",
]
