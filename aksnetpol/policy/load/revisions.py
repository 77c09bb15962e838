"""Files of git revisions, read as if the revision were checked out."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aksnetpol.git import GitError, git
from aksnetpol.policy.errors import NothingThereError, SourceError
from aksnetpol.policy.load import files
from aksnetpol.policy.load.files import Folder, Text, TooLarge

_LINK, _SUBMODULE = "120000", "160000"  # git's modes
_ELSEWHERE = "is a submodule: its files are in another repository. Name the checked out folder instead"
_MOST_LINKS = 10  # one leading to the next, before they are taken for a circle


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a folder of a revision holds, or one below it.

    Args:
        name: from the folder on.
        id: of the object.
    """

    mode: str
    kind: str
    id: str
    name: str


def texts(source: str) -> Iterator[Text]:
    """Yield the files of `REV:path` in the repository of the working directory.

    Raises:
        NothingThereError: there is no such revision, path or file.
        SourceError: a link in it leads nowhere.
    """
    revision, _, path = source.partition(":")
    if not revision or revision.startswith("-"):
        raise NothingThereError(source, "no such file or folder.")
    if path in (".", ".."):  # which git takes for names, unless they end as folders do
        source = f"{source}/"
    there, kind = source, _kind(source)
    if kind == "blob" and (there := _followed(source)) != source:
        kind = _kind(there)
    if kind == "blob":
        yield from (Text(source, content) for content in _contents(source, [_id(there)]))
        return
    found = dict(_files(there))
    if not found:
        raise files.none_counts(source)
    names = files.in_order(found)
    contents = _contents(source, [blob for name in names if isinstance(blob := found[name], str)])
    known = {_inside(source, name) for name in names}
    folder = Folder(source, known.__contains__, f"{source.partition(':')[0]}:")
    for name in names:
        blob = found[name]
        content = next(contents) if isinstance(blob, str) else blob
        yield Text(_inside(source, name), content, folder)


def _files(folder: str) -> Iterator[tuple[str, str | TooLarge]]:
    """Yield the files of a folder that count: the name from there on, and the object with the content."""
    for entry in _entries(folder):
        parts = entry.name.split("/")
        if entry.mode == _SUBMODULE and not files.is_hidden(parts):
            yield entry.name, TooLarge(_ELSEWHERE)
        elif entry.kind != "blob" or not files.counts(*parts):
            continue
        elif entry.mode != _LINK:
            yield entry.name, entry.id
        elif _kind(there := _followed(_inside(folder, entry.name))) == "blob":
            yield entry.name, _id(there)


def _followed(file: str) -> str:
    """Return what a link of a revision leads to; anything else is itself."""
    there = file
    for _ in range(_MOST_LINKS):
        revision, _, path = there.partition(":")
        folder, name = posixpath.split(path)
        if not name or not _is_link(f"{revision}:{folder}", name):
            return there
        led = os.fsdecode(_git(there, "cat-file", "blob", there))
        target = posixpath.normpath(posixpath.join(folder, led))
        if target.startswith(("/", "../")):
            raise SourceError(file, "is a link out of the repository.")
        # A path from the working directory stays one.
        there = f"{revision}:{'./' if path.startswith('./') else ''}{target}"
    raise SourceError(file, "is a link in a circle.")


def _is_link(folder: str, name: str) -> bool:
    return any(one.mode == _LINK and one.name == name for one in _entries(folder, deep=False))


def _entries(folder: str, *, deep: bool = True) -> list[_Entry]:
    """Return what is in a folder: with `deep`, the files at any depth."""
    options = ("-r",) if deep else ()
    listed = os.fsdecode(_git(folder, "ls-tree", *options, "-z", "--full-tree", folder))
    return [_entry(*entry.split("\t", 1)) for entry in listed.split("\0") if entry]


def _entry(about: str, name: str) -> _Entry:
    mode, kind, found = about.split()
    return _Entry(mode, kind, found, name)


def _inside(folder: str, name: str) -> str:
    return f"{folder}{name}" if folder.endswith((":", "/")) else f"{folder}/{name}"


def _kind(source: str) -> str:
    try:
        return git("cat-file", "-t", source).strip().decode()
    except GitError as error:
        raise NothingThereError(source, _refused(error)) from None


def _id(file: str) -> str:
    return _git(file, "rev-parse", "--verify", file).strip().decode()


def _contents(source: str, blobs: Sequence[str]) -> Iterator[str | TooLarge]:
    """Yield the texts of objects by their ids. One git reads all of them: one for each takes much longer."""
    sizes = _sizes(source, blobs)
    content = _batch(source, "--batch", (blob for blob in blobs if sizes[blob] < files.MAX_BYTES))
    place = 0
    for blob in blobs:
        if (size := sizes[blob]) >= files.MAX_BYTES:
            yield files.too_large()
            continue
        # A line that tells of the object, its content, and a line's end.
        place = content.index(b"\n", place) + 1
        yield files.decoded(content[place : place + size])
        place += size + 1


def _sizes(source: str, blobs: Sequence[str]) -> dict[str, int]:
    told = [line.split() for line in _batch(source, "--batch-check", blobs).decode().splitlines()]
    if missing := [line[0] for line in told if len(line) != 3]:
        raise SourceError(source, f"git lacks the object {missing[0]}. Fetch it.")
    return {blob: int(size) for blob, _, size in told}


def _batch(source: str, option: str, blobs: Iterable[str]) -> bytes:
    return _git(source, "cat-file", option, given="".join(f"{blob}\n" for blob in blobs).encode())


def _git(source: str, *arguments: str, given: bytes = b"") -> bytes:
    try:
        return git(*arguments, given=given)
    except GitError as error:
        raise SourceError(source, _refused(error)) from None


def _refused(error: GitError) -> str:
    return f"no such file, and git says: {error}"
