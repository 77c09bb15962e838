"""The git repository that a folder is in, and its revisions."""

from pathlib import Path

from aksnetpol.git import GitError, git
from aksnetpol.project import ProjectError


def repository(folder: Path) -> Path:
    """Return the root of the git repository that a folder is in.

    Raises:
        ProjectError: it is in none.
    """
    return Path(asked(folder, "rev-parse", "--show-toplevel").decode().strip())


def commit(folder: Path, revision: str) -> str:
    """Return the commit of a revision.

    Raises:
        ProjectError: there is no such revision.
    """
    if revision.startswith("-"):
        raise ProjectError(f"{revision!r} is no revision. Name a branch, a tag or a commit.")
    return asked(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()


def asked(folder: Path, *arguments: str) -> bytes:
    """Return what git prints in a folder.

    Raises:
        ProjectError: it fails.
    """
    try:
        return git(*arguments, folder=folder)
    except GitError as error:
        what = f"git {arguments[0]} {arguments[-1].removesuffix('^{commit}')}"
        remedy = "" if str(error) else "no such revision. Fetch it, or name another one."
        raise ProjectError(f"{what}: {error}{remedy}") from None
