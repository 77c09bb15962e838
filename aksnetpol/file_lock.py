"""Locks between processes: a file that one of them holds, and that falls with it."""

import sys
from typing import IO, Any

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def taken(file: IO[Any]) -> bool:
    """Take the lock of an open file, unless another process holds it; it falls when the file is closed."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # as Linux and macOS, and as Windows say it
        return False
    return True
