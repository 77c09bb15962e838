"""What a running local session leaves in its folder, so that other processes find it."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aksnetpol.local.errors import SessionError
from aksnetpol.local.home import write_private
from aksnetpol.local.processes import started

FILE = "session.json"


@dataclass(frozen=True)
class Session:
    """A running session.

    Args:
        pid: of the process that holds it.
        started: when that process started, in the kernel's words: tells it from a later one.
        environment: what clients of the session need; holds a client secret.
    """

    pid: int
    started: str
    environment: dict[str, str] = field(repr=False)

    @property
    def is_alive(self) -> bool:
        """Whether its process still runs."""
        return bool(self.started) and started(self.pid) == self.started


def write(home: Path, session: Session) -> None:
    """Make the session known; readable by its owner only."""
    write_private(home / FILE, json.dumps(asdict(session)))


def read(home: Path) -> Session | None:
    """Return the session that runs in a folder, if one does."""
    try:
        found = _session(json.loads((home / FILE).read_text()))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return found if found.is_alive else None


def _session(document: Any) -> Session:
    """Read what `write` wrote; a damaged file is none."""
    variables = dict(document["environment"])
    if not variables or not all(isinstance(part, str) for pair in variables.items() for part in pair):
        raise ValueError("no environment")
    return Session(int(document["pid"]), str(document["started"]), variables)


def forget(home: Path) -> None:
    """Make the session unknown."""
    (home / FILE).unlink(missing_ok=True)


def require(home: Path) -> Session:
    """Return the running session.

    Raises:
        SessionError: none runs.
    """
    found = read(home)
    if found is None:
        raise SessionError("The local session is not running. Run: aksnetpol local start")
    return found
