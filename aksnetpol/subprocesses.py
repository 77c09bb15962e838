"""Other programs that a command runs: each has a limit, and none outlives the command."""

import contextlib
import signal
import subprocess
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from aksnetpol.waiting import Wait, watched

_GRACE = 7.0  # seconds between asking a program to end and ending it; a command has ten in all
_lock = threading.Lock()
_running: set[int] = set()
_ending = threading.Event()


class EndingError(KeyboardInterrupt):
    """The command has been told to end, so nothing more is started."""


def run(
    arguments: Sequence[str | Path],
    wait: Wait,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    given: bytes | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, whatever its exit code.

    Args:
        wait: for it.
        folder, environment: ours where they are None.
        given: its standard input; nothing by default.

    Raises:
        WaitingError: it did not end in time, and was ended.
        OSError: it cannot be started.
    """
    process = subprocess.Popen(
        [str(one) for one in arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with ended_with_us(process), watched(wait, lambda: kill(process.pid)):
        output, errors = process.communicate(given)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)
    raise AssertionError  # watched raises where the call returns nothing


@contextmanager
def ended_with_us(process: subprocess.Popen[Any]) -> Generator[None]:
    """Count a program among those that end when the command does; it is over when this is.

    Raises:
        EndingError: the command ends already.
    """
    with _lock:
        _running.add(process.pid)
    try:
        if _ending.is_set():
            raise EndingError
        yield
    finally:
        with _lock:
            _running.discard(process.pid)
        if process.poll() is None:
            kill(process.pid)
            process.wait()


def ending() -> bool:
    """Whether the command has been told to end."""
    return _ending.is_set()


def interrupt_all() -> bool:
    """Ask every running program to end, once, and start no more; those that don't end are ended.

    Returns:
        Whether any runs.
    """
    running = _pids()
    if _ending.is_set():
        return bool(running)
    _ending.set()
    for pid in running:
        with contextlib.suppress(psutil.Error):
            psutil.Process(pid).send_signal(signal.SIGINT)
    late = threading.Timer(_GRACE, kill_all)
    late.daemon = True
    late.start()
    return bool(running)


def kill_all() -> None:
    """End every running program and what it has started."""
    for pid in _pids() if _ending.is_set() else ():
        kill(pid)


def begin() -> None:
    """Allow programs to be run: a command begins."""
    _ending.clear()


def kill(pid: int) -> None:
    """End a program and all that it has started, whatever groups and sessions those are in."""
    # Stopped first, from the top: else what is to be ended starts something new meanwhile.
    for one in _stopped(pid):
        with contextlib.suppress(psutil.Error):
            one.kill()


def kill_started_since(moment: float) -> None:
    """End what a library has started in our name and waits for without an end.

    Args:
        moment: seconds since the epoch; what we had started before goes on.
    """
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if child.create_time() >= moment - 1:  # the kernel counts in hundredths
                kill(child.pid)


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
        children = process.children()
    except psutil.Error:
        return []
    return [process, *(one for child in children for one in _stopped(child.pid))]


def _pids() -> list[int]:
    with _lock:
        return list(_running)
