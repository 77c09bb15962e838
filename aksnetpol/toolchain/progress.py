"""How the toolchain tells a caller what it is doing; the caller decides whether to draw it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """A step on the way to a tool, in the order in which they happen."""

    WAITING = "waiting for another process that builds"
    INSTALLING = "installing"
    BUILDING = "building"
    READY = "ready"


@dataclass(frozen=True)
class Step:
    """One report of progress.

    Args:
        phase: what happens now.
        subject: the module or tool it happens to, such as "pulumi v3.259.0".
        seconds: estimated length on two cores; 0 where it is at once.
    """

    phase: Phase
    subject: str
    seconds: int = 0


Report = Callable[[Step], None]


def silent(step: Step) -> None:
    """Report to nobody."""
