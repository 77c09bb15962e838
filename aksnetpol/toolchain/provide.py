"""Finds each tool or makes it: PATH, the cache, Pulumi's installer, a build from its Go module."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aksnetpol.toolchain import cache, golang, official
from aksnetpol.toolchain.build import build
from aksnetpol.toolchain.path import on_path
from aksnetpol.toolchain.progress import Phase, Report, Step, silent
from aksnetpol.toolchain.tools import PULUMI, Module, Tool, modules_of, siblings, tool

# A tool is looked for, and its checksum computed, once per process.
_known: dict[tuple[Path, str], Path] = {}


@dataclass(frozen=True)
class Plan:
    """What is there and what has to be made.

    Args:
        found: path by tool name.
        missing: modules to build.
    """

    found: dict[str, Path]
    missing: tuple[Module, ...]

    @property
    def seconds(self) -> int:
        """Estimated build time on two cores, nothing cached by Go."""
        return sum(module.seconds for module in self.missing)


def plan(names: Iterable[str]) -> Plan:
    """Look for tools without making any.

    Raises:
        UnknownToolError: a name is not in the table.
    """
    rows = [tool(name) for name in names]
    found = {row.name: path for row in rows if (path := find(row)) is not None}
    return Plan(found, modules_of(row for row in rows if row.name not in found))


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
    for module in plan(names).missing:
        _make(module, report)
    paths: dict[str, Path] = {}
    for name in names:
        path = find(tool(name))
        if path is None:
            raise AssertionError(f"{name} was made but is not found")
        paths[name] = path
    return paths


def find(row: Tool) -> Path | None:
    """A tool that is there: on PATH, installed by Pulumi's installer, or in the cache."""
    key = (cache.root(), row.name)
    known = _known.get(key)
    if known is not None and known.exists():
        return known
    path = on_path(row) or (official.find() if row.module is PULUMI else None) or cache.find(row)
    if path is not None:
        _known[key] = path
    return path


def _make(module: Module, report: Report) -> None:
    label = f"{module.path.split('/')[-1] if module is not PULUMI else 'pulumi'} {module.version}"
    tools = siblings(module)
    with cache.locked(cache.key(module), lambda: report(Step(Phase.WAITING, label, module.seconds))):
        # Another process may have made them while this one waited.
        if all(find(row) for row in tools):
            return
        if module is PULUMI and official.install(report):
            return
        go = golang.find(module.go, report)
        report(Step(Phase.BUILDING, label, module.seconds))
        with cache.empty_scratch(module) as folder:
            for row, built in build(module, tools, go, folder).items():
                cache.put(row, built)
    report(Step(Phase.READY, label))
