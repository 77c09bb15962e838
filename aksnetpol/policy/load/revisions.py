"""Files of git revisions, read as if the revision were checked out."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from aksnetpol.git import GitError, git
from aksnetpol.policy.errors import SourceError
from aksnetpol.policy.load import files
from aksnetpol.policy.load.files import TooLarge

_LINK, _SUBMODULE = "120000", "160000"  # git's modes
_ELSEWHERE = "is a submodule: its files are in another repository. Name the checked out folder instead"
_MOST_LINKS = 10  # one leading to the next, before they are taken for a circle


def texts(source: str) -> Iterator[tuple[str, str | TooLarge]]:
    """Yield the name and text of the files of `REV:path` in the repository of the working directory.

    Raises:
        SourceError: there is no such revision, path or file.
    """
    revision, _, path = source.partition(":")
    if not revision or revision.startswith("-"):
        raise SourceError(source, "no such file or folder.")
    if path in (".", ".."):  # which git takes for names, unless they end as folders do
        source = f"{source}/"
    there, kind = source, _kind(source)
    if kind == "blob" and (there := _followed(source)) != source:
        kind = _kind(there)
    if kind == "blob":
        yield source, _blob(there)
        return
    found = False
    for name, text in _folder(there):
        yield _inside(source, name), text
        found = True
    if not found:
        raise files.none_counts(source)


def _folder(folder: str) -> Iterator[tuple[str, str | TooLarge]]:
    """Yield name, from there on, and text of the files of a folder that count."""
    for mode, name in _entries(folder):
        parts, file = name.split("/"), _inside(folder, name)
        if mode == _SUBMODULE and not files.is_hidden(parts):
            yield name, TooLarge(_ELSEWHERE)
        elif mode == _SUBMODULE or not files.counts(*parts):
            continue
        elif mode != _LINK:
            yield name, _blob(file)
        elif _kind(there := _followed(file)) == "blob":
            yield name, _blob(there)


def _followed(file: str) -> str:
    """Return what a link of a revision leads to; anything else is itself."""
    there = file
    for _ in range(_MOST_LINKS):
        revision, _, path = there.partition(":")
        folder, name = posixpath.split(path)
        if not name or (_LINK, name) not in _entries(f"{revision}:{folder}", deep=False):
            return there
        target = posixpath.normpath(
            posixpath.join(folder, os.fsdecode(_git(there, "cat-file", "blob", there)))
        )
        if target.startswith(("/", "../")):
            raise SourceError(file, "is a link out of the repository.")
        # A path from the working directory stays one.
        there = f"{revision}:{'./' if path.startswith('./') else ''}{target}"
    raise SourceError(file, "is a link in a circle.")


def _entries(folder: str, *, deep: bool = True) -> list[tuple[str, str]]:
    """Return mode and name of what is in a folder: with `deep`, of the files at any depth."""
    options = ("-r",) if deep else ()
    listed = os.fsdecode(_git(folder, "ls-tree", *options, "-z", "--full-tree", folder))
    told = (entry.partition("\t") for entry in listed.split("\0") if entry)
    return [(about.split()[0], name) for about, _, name in told]


def _inside(folder: str, name: str) -> str:
    return f"{folder}{name}" if folder.endswith((":", "/")) else f"{folder}/{name}"


def _kind(source: str) -> str:
    return _git(source, "cat-file", "-t", source).strip().decode()


def _blob(file: str) -> str | TooLarge:
    if int(_git(file, "cat-file", "-s", file)) >= files.MAX_BYTES:
        return files.too_large()
    return files.decoded(_git(file, "cat-file", "blob", file))


def _git(source: str, *arguments: str) -> bytes:
    try:
        return git(*arguments)
    except GitError as error:
        raise SourceError(source, f"no such file, and git says: {error}") from None
