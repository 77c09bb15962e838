"""Tools that are there: on PATH, installed by Pulumi's installer, or in the cache."""

from pathlib import Path

from aksnetpol.toolchain import cache, official
from aksnetpol.toolchain.path import on_path
from aksnetpol.toolchain.tools import PULUMI, Tool

# A tool is looked for, and its checksum computed, once per process.
_known: dict[tuple[Path, str], Path] = {}


def find(row: Tool) -> Path | None:
    """A tool's path, or None where it has to be made."""
    key = (cache.root(), row.name)
    known = _known.get(key)
    if known is not None and known.exists():
        return known
    path = on_path(row) or (official.find() if row.module is PULUMI else None) or cache.find(row)
    if path is not None:
        _known[key] = path
    return path
