"""Starts, stops and describes the local session."""

from pathlib import Path

from aksnetpol.local.supervisor.control import start, stop
from aksnetpol.local.supervisor.session import Session, require
from aksnetpol.local.supervisor.status import ClusterStatus, Status, status

__all__ = [
    "ClusterStatus",
    "Session",
    "Status",
    "environment",
    "require",
    "start",
    "status",
    "stop",
]


def environment(home: Path) -> dict[str, str]:
    """Return what clients of the running session need in their environment.

    Raises:
        SessionError: no session runs.
    """
    return require(home).environment
