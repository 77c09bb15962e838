"""A project's files at a git revision, in a temporary folder of their own."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aksnetpol.project import Project, ProjectError, find_project, project_file
from aksnetpol.review.masking import is_secret
from aksnetpol.review.read.repository import asked, commit, line, repository

# `key:` over `secure:`, `- secure:` in a list, and `{secure: ...}`. Line numbers stay as they are.
_UNDER_KEY = re.compile(
    r"^(?P<key>[ \t]*[^\s#][^\n]*?):[ \t]*\n(?P<gap>[ \t]+)secure:[ \t]*(?P<text>\S+)[^\n]*$", re.M
)
_IN_LIST = re.compile(r"^(?P<key>[ \t]*-[ \t]+)secure:[ \t]*(?P<text>\S+)[^\n]*$", re.M)
_IN_BRACES = re.compile(
    r"^(?P<key>[ \t]*[^\s#][^\n]*?:[ \t]+)\{[ \t]*secure:[ \t]*(?P<text>[^\s}]+)[ \t]*\}", re.M
)
_PLAIN = re.compile(r"^[ \t]*(?P<key>[^\s#-][^\s]*?):[ \t]+[^\s#{\[&*]", re.M)


@dataclass(frozen=True)
class Checkout:
    """A project at a revision.

    Args:
        revision: as given.
        root: of the repository's files.
    """

    revision: str
    root: Path
    project: Project


def check_out(project: Project, revision: str, target: Path, *, may_lack: bool = False) -> Checkout:
    """Write the files of a revision into a folder; the repository itself stays as it is.

    Args:
        may_lack: a revision from before the project was added is one of a project without stacks.

    Raises:
        ProjectError: no such revision, or the project is not in it.
    """
    root = repository(project.folder)
    _extract(root, commit(project.folder, revision), revision, target)
    inside = target / project.folder.resolve().relative_to(root.resolve())
    if not project_file(inside):
        if may_lack:
            return Checkout(revision, target, Project(inside, project.name))
        raise ProjectError(f"{revision} has no Pulumi.yaml in {inside.relative_to(target)}.")
    found = find_project(inside)
    if not found.stack_folder.resolve().is_relative_to(target.resolve()):
        # Stack files are written to below, and these are not the checkout's.
        raise ProjectError(
            f"{revision}: stackConfigDir {found.stack_config_dir} leads out of the repository."
        )
    return Checkout(revision, target, found)


def _extract(root: Path, found: str, revision: str, target: Path) -> None:
    """Write a commit's files as a checkout has them; attributes leave files out of an archive."""
    target.mkdir(exist_ok=True)
    place = line(asked(root, "rev-parse", "--absolute-git-dir"))
    with tempfile.TemporaryDirectory(prefix="aksnetpol-index-") as own:
        apart = {
            "GIT_DIR": place,
            "GIT_WORK_TREE": str(target.resolve()),
            "GIT_INDEX_FILE": str(Path(own, "index")),
        }
        for command in (("read-tree", found), ("checkout-index", "--all")):
            asked(target, *command, environment=apart)
    for link in _links(target):
        if not Path(os.path.realpath(link)).is_relative_to(target.resolve()):
            raise ProjectError(
                f"{revision} cannot be checked out: {link.relative_to(target)} is a link to another place. "
                "Take out what leads outside."
            )


def _links(folder: Path) -> Iterator[Path]:
    for inside, folders, files in os.walk(folder):
        yield from (path for name in (*folders, *files) if (path := Path(inside, name)).is_symlink())


@dataclass(frozen=True)
class SecretSettings:
    """The secret settings of a stack's file.

    Args:
        encrypted: a digest of each encrypted value by its key, or by its line where it has none.
        plain: keys that are named like secrets and hold a plain value.
    """

    encrypted: Mapping[str, str]
    plain: tuple[str, ...]


def hide_secrets(path: Path) -> SecretSettings:
    """Put placeholders for the encrypted values of a stack's file; without their key nobody can read them."""
    text = path.read_text(encoding="utf-8")
    found: dict[str, str] = {}

    def placeholder(match: re.Match[str]) -> str:
        digest = hashlib.sha256(match["text"].encode()).hexdigest()[:16]
        key = match["key"].strip().removesuffix(":")
        found[f"line {text.count(chr(10), 0, match.start()) + 1}" if key == "-" else key] = digest
        return f'"Encrypted-{digest}-1"'

    hidden = _UNDER_KEY.sub(lambda match: f"{match['key']}: {placeholder(match)}\n", text)
    for pattern in (_IN_LIST, _IN_BRACES):
        hidden = pattern.sub(lambda match: f"{match['key']}{placeholder(match)}", hidden)
    if found:
        path.write_text(hidden, encoding="utf-8")
    plain = (match["key"] for match in _PLAIN.finditer(text) if is_secret(match["key"]))
    return SecretSettings(found, tuple(dict.fromkeys(plain)))
