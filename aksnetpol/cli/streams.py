"""Standard streams as they are on strangers' machines: closed, cut off by `head`, on a full disk."""

import errno
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from aksnetpol.errors import AksnetpolError

_CUT_OFF = 141  # what a shell shows for a program that SIGPIPE ended


def open_closed() -> None:
    """Put the null device where a stream is closed: what is written then is lost, and nothing is read."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  as long as we live


@contextmanager
def output_errors() -> Generator[None]:
    """End quietly where nobody reads on, and with a message where the output has no room.

    Raises:
        AksnetpolError: standard output goes to a disk that is full.
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.ENOSPC):
            raise
        # What is still in the buffer would fail again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            sys.exit(_CUT_OFF)
        where = error.filename or "standard output"
        raise AksnetpolError(f"{where}: no space left on the disk. Make room, then run it again.") from error
