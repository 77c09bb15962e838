"""Locks between processes: a file that one of them holds, and that falls with it."""

import fcntl
from typing import IO, Any


def taken(file: IO[Any]) -> bool:
    """Take the lock of an open file, unless another process holds it; it falls when the file is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
