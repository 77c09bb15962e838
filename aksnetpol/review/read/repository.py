"""The git repository that a folder is in, and its revisions."""

import os
from collections.abc import Mapping
from pathlib import Path

from aksnetpol.git import GitError, git
from aksnetpol.project import ProjectError


def repository(folder: Path) -> Path:
    """Return the root of the git repository that a folder is in.

    Raises:
        ProjectError: it is in none.
    """
    return Path(line(asked(folder, "rev-parse", "--show-toplevel")))


def commit(folder: Path, revision: str) -> str:
    """Return the commit of a revision.

    Raises:
        ProjectError: there is no such revision.
    """
    if revision.startswith("-"):
        raise ProjectError(f"{revision!r} is no revision. Name a branch, a tag or a commit.")
    return asked(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()


def line(printed: bytes) -> str:
    """Return the one line, such as a path, that git printed."""
    return os.fsdecode(printed).removesuffix("\n")


def asked(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> bytes:
    """Return what git prints in a folder.

    Args:
        environment: variables beside our own.

    Raises:
        ProjectError: it fails.
    """
    try:
        return git(*arguments, folder=folder, environment=environment)
    except GitError as error:
        what = f"git {arguments[0]} {arguments[-1].removesuffix('^{commit}')}"
        remedy = "" if str(error) else "no such revision. Fetch it, or name another one."
        raise ProjectError(f"{what}: {error}{remedy}") from None
