"""Which files count as manifests, by their names, and what counts as their text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aksnetpol.policy.errors import SourceError

MAX_BYTES = 50 * 1024 * 1024
SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class TooLarge:
    """What is not read: a file beyond the limit, one that is no text, a repository inside another."""

    problem: str

    def __str__(self) -> str:
        return self.problem


def decoded(content: bytes) -> str | TooLarge:
    """Return the text of a file's content."""
    if len(content) >= MAX_BYTES:
        return too_large()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return TooLarge(f"not UTF-8 text at line {line}")


def too_large() -> TooLarge:
    """Return what stands in place of a text beyond the limit."""
    return TooLarge(f"{MAX_BYTES // 1024**2} MiB or more; split it, or ask the cluster for less")


def is_hidden(parts: Iterable[str]) -> bool:
    """Tell whether one of a path's parts is hidden: its name starts with a dot."""
    return any(part.startswith(".") and part not in (".", "..") for part in parts)


def counts(*parts: str) -> bool:
    """Tell whether a file in a folder counts, by the parts of its path from there on."""
    return parts[-1].endswith(SUFFIXES) and not is_hidden(parts)


def none_counts(folder: str) -> SourceError:
    """Return the error that a folder holds no file that counts."""
    return SourceError(folder, f"no file below it ends in {', '.join(SUFFIXES)}; what is hidden is skipped.")
