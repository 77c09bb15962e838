"""Git as a command: it asks nobody, waits for nothing for ever, and speaks English."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from aksnetpol import subprocesses
from aksnetpol.errors import UserError
from aksnetpol.waiting import Wait

_SECONDS = 120.0
# No prompt for credentials, no lock taken by what only reads, and messages that can be told apart.
_ENVIRONMENT = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


class GitError(UserError):
    """Git refuses, or is not there.

    Args:
        message: in git's own words.
    """


def git(
    *arguments: str,
    folder: Path | None = None,
    given: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """Return what git prints.

    Args:
        folder: to run it in; the current one by default.
        given: what it reads.
        environment: variables beside our own.

    Raises:
        GitError: it fails, or is not on PATH.
        WaitingError: it does not end.
    """
    wait = Wait(f"git {arguments[0]}", _SECONDS, remedy="Another git may hold a lock of the repository.")
    variables = {**os.environ, **_ENVIRONMENT, **(environment or {})}
    try:
        # A file and no pipe: a git that has yet to read would wait for us, who wait for what it prints.
        with tempfile.TemporaryFile() as file:
            file.write(given)
            file.seek(0)
            command = ["git", *arguments]
            done = subprocesses.run(command, wait, folder=folder, environment=variables, given=file)
    except FileNotFoundError:
        raise GitError("git is not on PATH. Install it, such as by apt-get install git.") from None
    if done.returncode:
        raise GitError(done.stderr.decode(errors="replace").strip().removeprefix("fatal: "))
    return done.stdout
