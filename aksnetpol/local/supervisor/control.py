"""Starts and stops the background process of a local session."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from aksnetpol import extras, file_lock, subprocesses
from aksnetpol.environment import without_choices
from aksnetpol.errors import AksnetpolError
from aksnetpol.local.errors import SessionError, SessionUsageError
from aksnetpol.local.processes import end_leftovers
from aksnetpol.local.supervisor import session
from aksnetpol.local.supervisor.session import Session
from aksnetpol.waiting import Wait, WaitingError, until

_START_WITHIN = 180.0  # seconds; clusters of an earlier session start again first
_STOP_WITHIN = 30.0
_LOCK_WITHIN = _START_WITHIN + _STOP_WITHIN


def start(home: Path, port: int = 0) -> Session:
    """Start the session, or return the one that runs.

    Args:
        home: its folder; made where it is missing.
        port: of Azure Resource Manager; 0 picks a free one.

    Raises:
        MissingExtraError: local mode is not installed.
        SessionUsageError: the port is taken.
        SessionError: it did not start.
        WaitingError: nor said why.
    """
    extras.require("local", "Local mode")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(home):
        return session.read(home) or _launch(home, port)


def stop(home: Path, *, forget: bool = False) -> bool:
    """Stop the session and whatever a killed one left behind.

    Args:
        home: its folder.
        forget: remove its state too: stacks, clusters, everything.

    Returns:
        Whether a session ran.
    """
    if not home.exists():
        return False
    with _alone(home):
        running = session.read(home)
        if running is not None:
            _end(running, home)
        session.forget(home)
        end_leftovers(home)
    if forget:
        shutil.rmtree(home, ignore_errors=True)
    return running is not None


def _launch(home: Path, port: int) -> Session:
    errors = home / "start.log"
    command = [sys.executable, "-m", "aksnetpol.local.supervisor", str(home), str(port)]
    # Whatever a user's shell is set up for: here is another Azure, with an identity of its own.
    ours = without_choices(os.environ)

    wait = Wait("the local session to start", _START_WITHIN, _logs(home))
    try:
        with (
            errors.open("wb") as log,
            subprocesses.started(
                command,
                keep=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=home,
                env=ours,
            ) as process,
        ):
            return until(lambda: _ready(process, home, errors), wait)
    except BaseException:  # an interrupt too: nothing of it shall go on behind the user's back
        end_leftovers(home)
        raise


def _ready(process: "subprocess.Popen[bytes]", home: Path, errors: Path) -> Session | None:
    if process.poll() is not None:
        raise _not_started(process.returncode, errors.read_text())
    return session.read(home)


def _not_started(code: int, errors: str) -> AksnetpolError:
    said = errors.strip().splitlines()
    failure = SessionUsageError if code == SessionUsageError.exit_code else SessionError
    return failure(f"The local session did not start: {said[-1] if said else f'It ended with {code}.'}")


def _end(running: Session, home: Path) -> None:
    os.kill(running.pid, signal.SIGTERM)
    try:
        until(lambda: not running.is_alive, Wait("the local session to end", _STOP_WITHIN, _logs(home)))
    except WaitingError:
        subprocesses.kill(running.pid)


def _logs(home: Path) -> str:
    return str(home / "logs")


@contextmanager
def _alone(home: Path) -> Generator[None]:
    """Let one process at a time start or stop the session of a folder."""
    with (home / ".lock").open("w") as lock:
        other = Wait("another aksnetpol that starts or stops the local session", _LOCK_WITHIN, _logs(home))
        until(lambda: file_lock.taken(lock), other)
        yield
