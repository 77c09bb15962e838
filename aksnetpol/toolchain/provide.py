"""Finds each tool or makes it: PATH, the cache, its official download, a build from its Go module."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aksnetpol.toolchain.found import find
from aksnetpol.toolchain.make import make
from aksnetpol.toolchain.pace import seconds_left
from aksnetpol.toolchain.progress import Report, silent
from aksnetpol.toolchain.tools import Recipe, recipes_of, tool


@dataclass(frozen=True)
class Plan:
    """What is there and what has to be made.

    Args:
        found: path by tool name.
        missing: what to build.
    """

    found: dict[str, Path]
    missing: tuple[Recipe, ...]

    @property
    def seconds(self) -> int:
        """Estimated build time on this machine, nothing cached."""
        return seconds_left(sum(recipe.processor for recipe in self.missing), 0, 0, os.cpu_count() or 1)


def plan(names: Iterable[str]) -> Plan:
    """Look for tools without making any.

    Raises:
        UnknownToolError: a name is not in the table.
    """
    rows = [tool(name) for name in names]
    found = {row.name: path for row in rows if (path := find(row)) is not None}
    return Plan(found, recipes_of(row for row in rows if row.name not in found))


def ensure(name: str, report: Report = silent) -> Path:
    """One tool's path, made if need be; safe to call from many processes at once.

    Raises:
        UnknownToolError: the name is not in the table.
        ToolchainError: it is not there and could not be made.
    """
    return ensure_all([name], report)[name]


def ensure_all(names: Iterable[str], report: Report = silent) -> dict[str, Path]:
    """Paths of several tools by name; see ensure."""
    names = tuple(names)
    missing = plan(names).missing
    if missing:
        make(missing, report)
    paths: dict[str, Path] = {}
    for name in names:
        path = find(tool(name))
        if path is None:
            raise AssertionError(f"{name} was made but is not found")
        paths[name] = path
    return paths
