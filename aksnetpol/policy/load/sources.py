"""Where texts come from: files, folders, standard input, git revisions. The only file I/O of this package."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aksnetpol.git import GitError, git
from aksnetpol.policy.errors import SourceError

MAX_BYTES = 50 * 1024 * 1024
SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class TooLarge:
    """A file beyond the limit, or one that is no text."""

    problem: str

    def __str__(self) -> str:
        return self.problem


def texts(source: str | Path) -> Iterator[tuple[str, str | TooLarge]]:
    """Yield the name and text of every file of a source.

    Raises:
        SourceError: the source does not exist or can't be read.
    """
    name = str(source)
    if name == "-":
        yield "<stdin>", _decoded(sys.stdin.buffer.read(MAX_BYTES + 1))
        return
    path = Path(name)
    if path.is_dir():
        yield from _folder(path)
    elif path.exists():
        yield name, _file(path)
    elif ":" in name:
        yield from _revision(name)
    else:
        raise SourceError(name, "no such file or folder.")


def _folder(path: Path) -> Iterator[tuple[str, str | TooLarge]]:
    files = sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file())
    if not files:
        raise SourceError(str(path), f"no file below it ends in {', '.join(SUFFIXES)}.")
    for file in files:
        if not any(part.startswith(".") for part in file.relative_to(path).parts):
            yield str(file), _file(file)


def _file(path: Path) -> str | TooLarge:
    try:
        if path.is_file() and path.stat().st_size >= MAX_BYTES:
            return _too_large()
        with path.open("rb") as stream:
            return _decoded(stream.read(MAX_BYTES))
    except OSError as error:
        raise SourceError(str(path), f"can't be read: {error.strerror}.") from None


def _decoded(content: bytes) -> str | TooLarge:
    if len(content) >= MAX_BYTES:
        return _too_large()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return TooLarge(f"not UTF-8 text at line {line}")


def _too_large() -> TooLarge:
    return TooLarge(f"{MAX_BYTES // 1024**2} MiB or more; split it, or ask the cluster for less")


def _revision(source: str) -> Iterator[tuple[str, str | TooLarge]]:
    """Yield the files of `REV:path` in the repository of the working directory."""
    revision, _, path = source.partition(":")
    if not revision or revision.startswith("-"):
        raise SourceError(source, "no such file or folder.")
    kind = _git(source, "cat-file", "-t", source).strip().decode()
    if kind == "blob":
        yield source, _blob(source, source)
        return
    listed = _git(source, "ls-tree", "-r", "-z", "--name-only", "--full-tree", source).decode()
    folder = f"{path.rstrip('/')}/" if path.strip("./") else ""
    for name in filter(None, listed.split("\0")):
        if name.endswith(SUFFIXES):
            file = f"{revision}:{folder}{name}"
            yield file, _blob(source, file)


def _blob(source: str, file: str) -> str | TooLarge:
    if int(_git(source, "cat-file", "-s", file)) >= MAX_BYTES:
        return _too_large()
    return _decoded(_git(source, "cat-file", "blob", file))


def _git(source: str, *arguments: str) -> bytes:
    try:
        return git(*arguments)
    except GitError as error:
        raise SourceError(source, f"no such file, and git says: {error}") from None
