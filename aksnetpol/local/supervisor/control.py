"""Starts and stops the background process of a local session."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from aksnetpol.local.errors import SessionError, SessionUsageError
from aksnetpol.local.processes import end_leftovers
from aksnetpol.local.supervisor import session
from aksnetpol.local.supervisor.session import Session

_START_WITHIN = 180.0  # seconds; clusters of an earlier session start again first
_STOP_WITHIN = 30.0


def start(home: Path, port: int = 0) -> Session:
    """Start the session, or return the one that runs.

    Args:
        home: its folder; made where it is missing.
        port: of Azure Resource Manager; 0 picks a free one.

    Raises:
        SessionUsageError: the port is taken.
        SessionError: it did not start.
    """
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
            _end(running)
        session.forget(home)
        end_leftovers(home)
    if forget:
        shutil.rmtree(home, ignore_errors=True)
    return running is not None


def _launch(home: Path, port: int) -> Session:
    errors = home / "start.log"
    command = [sys.executable, "-m", "aksnetpol.local.supervisor", str(home), str(port)]
    with errors.open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=home
        )
    ends = time.monotonic() + _START_WITHIN
    while (found := session.read(home)) is None:
        if process.poll() is not None:
            said = errors.read_text().strip().splitlines()
            message = said[-1] if said else f"It ended with {process.returncode}."
            failure = SessionUsageError if process.returncode == SessionUsageError.exit_code else SessionError
            raise failure(f"The local session did not start: {message}")
        if time.monotonic() > ends:
            process.terminate()
            raise SessionError(f"The local session did not start in time. Its logs are in {home / 'logs'}.")
        time.sleep(0.05)
    return found


def _end(running: Session) -> None:
    os.kill(running.pid, signal.SIGTERM)
    ends = time.monotonic() + _STOP_WITHIN
    while running.is_alive:
        if time.monotonic() > ends:
            os.kill(running.pid, signal.SIGKILL)
            return
        time.sleep(0.05)


@contextmanager
def _alone(home: Path) -> Generator[None]:
    """Let one process at a time start or stop the session of a folder."""
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
