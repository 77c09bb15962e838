"""This machine and this Python, as a bug report tells of them; only looks, and needs no SDK."""

from aksnetpol.machine.attempt import attempt, attempts, failure
from aksnetpol.machine.limits import limits, temporary_folder
from aksnetpol.machine.person import homes, hosts, users
from aksnetpol.machine.programs import PROGRAMS, Program, programs
from aksnetpol.machine.versions import versions

__all__ = [
    "PROGRAMS",
    "Program",
    "attempt",
    "attempts",
    "failure",
    "homes",
    "hosts",
    "limits",
    "programs",
    "temporary_folder",
    "users",
    "versions",
]
