"""How the toolchain tells a caller what it is doing; the caller decides whether to draw it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """A step on the way to a tool, in the order in which they happen."""

    WAITING = "waiting for another process that builds"
    INSTALLING = "installing"
    DOWNLOADING = "downloading"
    REFUSED = "building, not downloading,"
    FETCHING = "fetching the sources of"
    BUILDING = "building"
    READY = "ready"


@dataclass(frozen=True)
class Step:
    """One report of progress; a step that lasts is reported again and again.

    Args:
        phase: what happens now.
        subject: the module or tool it happens to, such as "pulumi v3.259.0".
        seconds: estimated time until all is there; 0 where it is at once.
        done: how much of the step is, such as "412 of 2,100 packages"; empty where that is not known.
    """

    phase: Phase
    subject: str
    seconds: int = 0
    done: str = ""


Report = Callable[[Step], None]


def silent(step: Step) -> None:
    """Report to nobody."""
