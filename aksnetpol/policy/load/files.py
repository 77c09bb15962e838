"""Which files count as manifests, by their names, and what counts as their text."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from aksnetpol.policy.errors import NothingThereError

MAX_BYTES = 50 * 1024 * 1024
SUFFIXES = (".yaml", ".yml", ".json")
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml")
MARK = "\ufeff"  # of the order of bytes; kubectl takes it for no part of a text either
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class TooLarge:
    """What is not read: a file beyond the limit, one that is no text, a repository inside another."""

    problem: str

    def __str__(self) -> str:
        return self.problem


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that was given, and not the files in it.

    Args:
        has: tells whether there is a file of a name, as texts of the folder are named.
        revision: what comes before the path in their names; empty where they are files of this machine.
    """

    name: str
    has: Callable[[str], bool] = field(repr=False, compare=False)
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """What a file holds.

    Args:
        folder: in which it was found; None where the file itself was given.
    """

    name: str
    content: str | TooLarge = field(repr=False)
    folder: Folder | None = None


def decoded(content: bytes) -> str | TooLarge:
    """Return the text of a file's content."""
    if len(content) >= MAX_BYTES:
        return too_large()
    encoding = encoding_of(content)
    try:
        return content.decode(encoding).removeprefix(MARK)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return TooLarge(f"not {encoding.upper()} text at line {line}")


def encoding_of(content: bytes) -> str:
    """Return the encoding that the first bytes tell: UTF-16, as Windows PowerShell writes, else UTF-8."""
    return next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")


def too_large() -> TooLarge:
    """Return what stands in place of a text beyond the limit."""
    return TooLarge(f"{MAX_BYTES // 1024**2} MiB or more; split it, or ask the cluster for less")


def is_hidden(parts: Iterable[str]) -> bool:
    """Tell whether one of a path's parts is hidden: its name starts with a dot."""
    return any(part.startswith(".") and part not in (".", "..") for part in parts)


def counts(*parts: str) -> bool:
    """Tell whether a file in a folder counts, by the parts of its path from there on."""
    return parts[-1].endswith(SUFFIXES) and not is_hidden(parts)


def in_order(names: Iterable[str]) -> list[str]:
    """Return the files of a folder as they are read: what says which are patches goes first."""
    return sorted(names, key=lambda name: (slashed(name).rpartition("/")[2] not in KUSTOMIZATIONS, name))


def slashed(name: str) -> str:
    """Return a file's name with the separators that all systems, git and Kustomize know."""
    return name.replace("\\", "/")


def none_counts(folder: str) -> NothingThereError:
    """Return the error that a folder holds no file that counts."""
    problem = f"no file below it ends in {', '.join(SUFFIXES)}; what is hidden is skipped."
    return NothingThereError(folder, problem)
