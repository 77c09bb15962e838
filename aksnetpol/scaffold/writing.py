"""Writes the files of a new project: all of them or none, and never over one that is there."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aksnetpol.errors import UserError
from aksnetpol.scaffold.planning import NewFile


@dataclass(frozen=True)
class Written:
    """What was made, and what was there and does as well."""

    made: tuple[Path, ...]
    kept: tuple[Path, ...]


def write(files: Sequence[NewFile]) -> Written:
    """Make files, and the folders they are in.

    Raises:
        UserError: files are in the way, or one cannot be written; nothing is left behind.
    """
    if in_the_way := {obstacle: file.remedy for file in files if (obstacle := _obstacle(file))}:
        remedies = ("choose another folder", *filter(None, in_the_way.values()))
        raise UserError(
            f"Nothing was made. These are in the way: {', '.join(map(shown, in_the_way))}. "
            f"Move them away, or {', or '.join(remedies)}."
        )
    kept = tuple(file.path for file in files if os.path.lexists(file.path))
    made, folders = list[Path](), list[Path]()
    try:
        for file in files:
            if file.path not in kept:
                _make_folders(file.path.parent, folders)
                _make_file(file, made)
    except BaseException as error:
        _take_back(made, folders)
        if not isinstance(error, OSError):
            raise
        raise UserError(f"Nothing was made. {error.filename} cannot be: {error.strerror}.") from error
    return Written(tuple(made), kept)


def shown(path: Path) -> str:
    """Return a path as seen from the current folder, where it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _obstacle(file: NewFile) -> Path | None:
    """Return what keeps a file from being made: one of its name, or one where a folder shall be."""
    nearest = next(folder for folder in file.path.parents if os.path.lexists(folder))
    if not nearest.is_dir():
        return nearest
    if not os.path.lexists(file.path) or (file.optional and file.path.is_file()):
        return None
    return file.path


def _make_folders(folder: Path, made: list[Path]) -> None:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir()
        made.append(one)


def _make_file(file: NewFile, made: list[Path]) -> None:
    # Exclusively: not over one that came meanwhile either.
    with file.path.open("x", encoding="utf-8", newline="\n") as opened:
        made.append(file.path)
        opened.write(file.text)


def _take_back(files: list[Path], folders: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
    for folder in reversed(folders):
        with suppress(OSError):  # somebody else has put something there
            folder.rmdir()
