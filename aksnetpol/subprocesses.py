"""Other programs that a command runs: each has a limit, and none outlives the command.

A signal handler may interrupt the main thread anywhere: what it reads and sets here is changed in single
steps of the interpreter, without a lock.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Generic, TypeVar

import psutil

from aksnetpol.waiting import Wait, watched

_GRACE = 7.0  # seconds between asking a program to end and ending it; a command has ten in all
_LAST_WORDS = 5.0  # seconds for what a program said before it ended: others may hold its pipes for ever
_running: set[int] = set()
_interrupting = threading.Lock()
_Line = TypeVar("_Line", str, bytes)


class _State:
    """What a signal handler and the rest tell each other."""

    ending = False
    asked = False
    starting = False


class EndingError(KeyboardInterrupt):
    """The command has been told to end, so nothing more is started."""


def run(
    arguments: Sequence[str | Path],
    wait: Wait,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    given: IO[bytes] | int = subprocess.DEVNULL,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, whatever its exit code.

    Args:
        wait: for it.
        given: what it has to read; nothing by default.
        folder, environment: ours where they are None.

    Raises:
        WaitingError: it did not end in time, and was ended.
        EndingError: the command ends.
        OSError: it cannot be started.
    """
    command = [str(one) for one in arguments]
    pipes: dict[str, Any] = {
        "stdin": given,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
    }
    with (
        started(command, cwd=folder, env=environment, **pipes) as process,
        watched(wait, lambda: kill(process.pid)),
    ):
        output, errors = Collected[bytes](process.stdout), Collected[bytes](process.stderr)
        process.wait()
    if _State.ending:
        raise EndingError
    told = b"".join(output.lines()), b"".join(errors.lines())
    return subprocess.CompletedProcess(command, process.returncode, *told)


@contextmanager
def started(
    command: Sequence[str], *, keep: bool = False, **options: Any
) -> Generator["subprocess.Popen[Any]"]:
    """Start a program in a session of its own, which ends with the command, and when this is over.

    Args:
        keep: let it go on when this is over without an error.
        options: of subprocess.Popen.

    Raises:
        EndingError: the command ends.
    """
    process: subprocess.Popen[Any] | None = None
    try:
        process = _start(command, options)
        yield process
    except BaseException:
        keep = False
        raise
    finally:
        if process is not None:
            _over(process, keep=keep)


def _start(command: Sequence[str], options: Mapping[str, Any]) -> "subprocess.Popen[Any]":
    """Start and remember it in one step: an interrupt in between would leave it running for itself."""
    _State.starting = threading.current_thread() is threading.main_thread()
    try:
        if _State.ending:
            raise EndingError
        process = subprocess.Popen(command, start_new_session=True, **options)
        _running.add(process.pid)
    finally:
        _State.starting = False
    if _State.ending:
        _over(process, keep=False)
        raise EndingError
    return process


def _over(process: "subprocess.Popen[Any]", *, keep: bool) -> None:
    _running.discard(process.pid)
    if _State.ending or (process.poll() is None and not keep):
        # Also what it has started, where it has ended itself.
        kill(process.pid)
        process.wait()


class Collected(Generic[_Line]):
    """Collects what a program prints, line by line, in a thread.

    Args:
        each: is given each line as it comes.
    """

    def __init__(self, pipe: IO[_Line] | None, each: Callable[[_Line], object] | None = None) -> None:
        self._lines: list[_Line] = []
        self._thread = threading.Thread(target=self._collect, args=(pipe or (), each), daemon=True)
        self._thread.start()

    def _collect(self, pipe: Iterable[_Line], each: Callable[[_Line], object] | None) -> None:
        for line in pipe:
            self._lines.append(line)
            if each:
                each(line)

    def lines(self) -> list[_Line]:
        """Return all lines, once the program has ended."""
        # What outlives the program may hold the pipe: what it says later is of no interest.
        self._thread.join(_LAST_WORDS)
        return list(self._lines)


def begin() -> None:
    """Allow programs to be run: a command begins."""
    _State.ending = _State.asked = False


def ending() -> bool:
    """Whether the command has been told to end."""
    return _State.ending


def end_soon() -> bool:
    """Start nothing more; for signal handlers.

    Returns:
        Whether something is being started just now, which is then not to be interrupted: it ends by itself.
    """
    _State.ending = True
    return _State.starting


def interrupt_all() -> bool:
    """Ask every running program to end, once, and start no more; those that don't end are ended.

    Returns:
        Whether any runs.
    """
    _State.ending = True
    running = tuple(_running)
    with _interrupting:
        if _State.asked:
            return bool(running)
        _State.asked = True
    for pid in running:
        _signal_group(pid, signal.SIGINT)
    late = threading.Timer(_GRACE, kill_all)
    late.daemon = True
    late.start()
    return bool(running)


def kill_all() -> None:
    """End every running program, and what it has started, where the command ends."""
    for pid in tuple(_running) if _State.ending else ():
        kill(pid)


def kill(pid: int) -> None:
    """End a program and all that it has started, whatever groups and sessions those are in."""
    # Stopped first, from the top: else what is to be ended starts something new meanwhile.
    for one in _stopped(pid):
        with contextlib.suppress(psutil.Error):
            one.kill()
    # What it had started before it ended itself.
    if sys.platform != "win32":
        _signal_group(pid, signal.SIGKILL)


def children() -> set[int]:
    """Return our own children."""
    return {child.pid for child in psutil.Process().children()}


def kill_new(known: set[int]) -> None:
    """End what a library has started in our name, and waits for without an end.

    Args:
        known: `children` before the library was called.
    """
    for pid in children() - known - _running:
        kill(pid)


def descendants(pid: int) -> list[psutil.Process]:
    """Return what a program has started and what those have, as far as it still runs."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _stopped(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        process.suspend()
        below = process.children()
    except psutil.Error:
        return []
    return [process, *(one for child in below for one in _stopped(child.pid))]


def _signal_group(pid: int, number: signal.Signals) -> None:
    """Signal the group that a program of ours leads; nothing where there is none any more."""
    if sys.platform == "win32":  # there are none
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
