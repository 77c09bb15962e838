"""The ends of a session's newest logs."""

import stat
from dataclasses import dataclass
from pathlib import Path

# Of the session, of its start, of a cluster's components; logs of pods are their owner's.
_PATTERNS = ("*.log", "logs/*.log", "clusters/*/*.log")
_READ = 65_536  # bytes


@dataclass(frozen=True)
class LogEnd:
    """The end of a log file."""

    file: Path
    text: str


def last_logs(home: Path, files: int = 10, lines: int = 30) -> tuple[LogEnd, ...]:
    """Return the ends of the newest log files below a session's folder, newest first."""
    there = (file for pattern in _PATTERNS for file in home.glob(pattern))
    found = {file: changed for file in there if (changed := _changed(file))}
    newest = sorted(found, key=lambda file: (-found[file], file))[:files]
    return tuple(LogEnd(file, tail(file, lines)) for file in newest)


def tail(file: Path, lines: int) -> str:
    """Return the last lines of a file, whole ones only: half a secret would not be recognised."""
    try:
        with file.open("rb") as opened:
            start = max(0, opened.seek(0, 2) - _READ)
            opened.seek(start)
            read = opened.read(_READ)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    whole = read.partition(b"\n")[2] if start else read
    if not whole:
        return f"one line of more than {_READ} bytes, left out" if start else "empty"
    return "\n".join(whole.decode(errors="replace").splitlines()[-lines:])


def _changed(file: Path) -> float:
    """When a file was last written; 0 for what is none: a link leads elsewhere, and a pipe never ends."""
    try:
        found = file.lstat()
    except OSError:
        return 0
    return found.st_mtime if stat.S_ISREG(found.st_mode) else 0
