"""Reads folders of manifests at two revisions, without a program, an engine or a checkout."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from os.path import normpath
from pathlib import Path

from aksnetpol.errors import UserError
from aksnetpol.findings import Finding, Severity
from aksnetpol.policy import Loaded, profile
from aksnetpol.policy.errors import NothingThereError, SourceError
from aksnetpol.policy.load import no_collection, read, together
from aksnetpol.policy.load.manifests import Manifest, Note
from aksnetpol.review.asked import Manifests
from aksnetpol.review.model import Problem, Revision, Sides
from aksnetpol.review.read.objects import relative
from aksnetpol.review.read.repository import commit, repository

WORKING_TREE = "working tree"


@dataclass(frozen=True)
class _Side:
    """What one revision of the paths holds.

    Args:
        missing: paths that it does not have.
    """

    loaded: Loaded
    missing: frozenset[str]

    @property
    def errors(self) -> dict[tuple[str, str, str], Finding]:
        """What could not be read, by what it is known by when lines have moved."""
        found = (one for one in self.loaded.findings if one.severity is Severity.ERROR)
        return {(one.place.file if one.place else "", one.id, one.message): one for one in found}


def sides(asked: Manifests) -> Sides | Problem:
    """Return the manifests before and after; a problem where the change makes some unreadable.

    Places are relative to the repository's root. What neither revision could read makes the report partial.

    Raises:
        ProjectError: no such revision, or no repository.
        UserError: a path that neither revision has, or that is outside; no such engine.
    """
    profile(asked.engine)
    root = repository(Path.cwd())
    paths = tuple(dict.fromkeys(_inside(path, root) for path in asked.paths))
    old = _committed(asked.base, paths, root)
    new = _committed(asked.head, paths, root) if asked.head else _working(paths, root)
    name = asked.head or WORKING_TREE
    if nowhere := sorted(old.missing & new.missing):
        raise UserError(
            f"--manifests {nowhere[0]}: neither {asked.base} nor {name} has a file or folder with manifests "
            f"there. Paths start at the repository's root, {root}."
        )
    broken = [str(one) for key, one in new.errors.items() if key not in old.errors]
    if broken:
        return Problem(name, "\n".join(broken), in_head=True)
    before, after = (
        Revision(revision, (), side.loaded, asked.engine)
        for revision, side in ((asked.base, old), (name, new))
    )
    return Sides(before, after, ())


def _inside(path: str, root: Path) -> str:
    """Return a path as git has it: from the repository's root on."""
    found = Path(normpath(root / path))
    if not found.is_relative_to(root):
        raise UserError(f"--manifests {path}: is outside the repository {root}. Name what is in it.")
    return "" if found == root else found.relative_to(root).as_posix()


def _committed(revision: str, paths: tuple[str, ...], root: Path) -> _Side:
    # By its name in git's database: a branch may move while it is read, and hold a colon or an @.
    known = commit(root, revision)
    return _side(revision, paths, lambda path: f"{known}:{path}", lambda file: file.removeprefix(f"{known}:"))


def _working(paths: tuple[str, ...], root: Path) -> _Side:
    return _side(WORKING_TREE, paths, root.joinpath, partial(_relative, root))


def _relative(root: Path, file: str) -> str:
    return relative(Path(file), root)


def _side(
    revision: str, paths: tuple[str, ...], source: Callable[[str], str | Path], named: Callable[[str], str]
) -> _Side:
    found: list[Manifest | Finding | Note] = []
    missing: set[str] = set()
    with no_collection():
        for path in paths:
            try:
                found += read(source(path), named)
            except NothingThereError:
                missing.add(path)
            except SourceError as error:
                raise SourceError(f"{named(error.source)} of {revision}", error.problem) from None
        return _Side(together(found), frozenset(missing))
