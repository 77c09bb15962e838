"""Where texts come from: files, folders, standard input, git revisions. Of this package only it does I/O."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from aksnetpol.policy.errors import NothingThereError, SourceError
from aksnetpol.policy.load import files, revisions
from aksnetpol.policy.load.files import Folder, Text, TooLarge


def texts(source: str | Path) -> Iterator[Text]:
    """Yield every file of a source.

    Of a folder those below it count whose names end in SUFFIXES. What is hidden there (its name starts with
    a dot) is skipped, and what linked folders hold, as `kubectl apply -R` does not follow them either.

    Args:
        source: a file or a folder; text may also be `-` for standard input, or `REV:path` of git.

    Raises:
        SourceError: the source does not exist or can't be read.
    """
    if source == "-":
        yield Text("<stdin>", files.decoded(sys.stdin.buffer.read(files.MAX_BYTES + 1)))
        return
    if not source:  # such as a variable that is not set; to Path it is the working directory
        raise SourceError("''", "no such file or folder.")
    name, path = str(source), Path(source)
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except OSError as error:  # a folder above it
        raise _unreadable(error) from None
    if is_folder:
        yield from _folder(path)
    elif exists:
        yield Text(name, _file(path))
    elif isinstance(source, str) and ":" in name:
        yield from revisions.texts(name)
    else:
        raise NothingThereError(name, "no such file or folder.")


def _folder(path: Path) -> Iterator[Text]:
    found = sorted(names_below(path))
    if not found:
        raise files.none_counts(str(path))
    folder = Folder(str(path), os.path.isfile)
    for file in files.in_order(map(str, found)):
        yield Text(file, _file(Path(file)), folder)


def names_below(path: Path) -> Iterator[Path]:
    """Yield the files of a folder that count; a link that leads nowhere does, and fails when it is read."""
    for folder, folders, names in os.walk(path, onerror=_refuse):
        folders[:] = [name for name in folders if not files.is_hidden([name])]
        for file in (Path(folder, name) for name in names if files.counts(name)):
            if file.is_file() or not file.exists():
                yield file


def _refuse(error: OSError) -> NoReturn:
    raise _unreadable(error) from None


def _unreadable(error: OSError) -> SourceError:
    return SourceError(str(error.filename), f"can't be read: {error.strerror}.")


def _file(path: Path) -> str | TooLarge:
    try:
        if path.is_file() and path.stat().st_size >= files.MAX_BYTES:
            return files.too_large()
        with path.open("rb") as stream:
            return files.decoded(stream.read(files.MAX_BYTES))
    except OSError as error:
        raise _unreadable(error) from None
