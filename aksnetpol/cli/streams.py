"""Standard streams as they are on strangers' machines: closed, cut off by `head`, on a full disk."""

import errno
import os
import select
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from aksnetpol.errors import AksnetpolError

_READER_SECONDS = 0.2
_CUT_OFF = 141  # what a shell shows for a program that SIGPIPE ended


class StandardError:
    """Standard error as it is now; what cannot be written there is lost, and holds and ends nothing."""

    def write(self, text: str) -> int:
        """Write, if that is possible."""
        with suppress(OSError, ValueError):
            if _has_room(sys.stderr, _READER_SECONDS):
                sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, if that is possible."""
        with suppress(OSError, ValueError):
            if _has_room(sys.stderr, _READER_SECONDS):
                sys.stderr.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stderr, name)


def open_closed() -> None:
    """Put the null device where a stream is closed: what is written then is lost, and nothing is read."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  as long as we live


def take_any_text() -> None:
    """Let standard output escape what its encoding lacks, as standard error does."""
    output: Any = sys.stdout  # a test's, and a notebook's, are other classes
    if isinstance(output, TextIOWrapper):
        output.reconfigure(errors="backslashreplace")


def drop_broken() -> None:
    """Put the null device where nobody reads any more: else the interpreter fails when it ends."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            if not _takes_more(stream):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _takes_more(stream: TextIO) -> bool:
    if not _has_room(stream, 0):
        return False
    try:
        stream.flush()
    except (OSError, ValueError):
        return False
    return True


def _has_room(stream: TextIO, seconds: float) -> bool:
    """Whether a stream takes something: a pipe whose reader stands still would hold us for ever."""
    try:
        return bool(select.select([], [stream], [], seconds)[1])
    except (OSError, ValueError):  # it is no file of the system's, or none that can be asked
        return True


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
        if error.errno == errno.EPIPE:
            sys.exit(_CUT_OFF)
        where = error.filename or "standard output"
        raise AksnetpolError(f"{where}: no space left on the disk. Make room, then run it again.") from error
