"""Builds the tools of a recipe, all in one run of Go."""

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import Any

from aksnetpol import subprocesses
from aksnetpol.toolchain.cut import copy_without
from aksnetpol.toolchain.errors import BuildError
from aksnetpol.toolchain.golang import Go
from aksnetpol.toolchain.tools import Module, Recipe, Tool
from aksnetpol.waiting import Wait

_STAGING = re.compile(r"^\s*(?:replace\s+)?(\S+)\s+=>\s+\./staging/", re.MULTILINE)
_SHOWN_LINES = 12
_SECONDS = 3600.0  # for one run of Go that says nothing: a slow machine, a slow network
_LOOK_SECONDS = 1.0
_REMEDY = "Check the network and GOPROXY, or put the tool on PATH yourself."
# Nothing for debuggers is computed, and nothing inlined but in Go's own library, where it counts: that
# saves a third of a build's processor time.
_COMPILER = ("-gcflags=all=-dwarf=false -l", "-gcflags=std=-dwarf=false")
_LINKER = ("-s", "-w")
_NOISE = ("go: downloading", "go: added", "go: finding")


def build(recipe: Recipe, tools: tuple[Tool, ...], go: Go, folder: Path) -> dict[Tool, Path]:
    """Fetch and compile; see there."""
    fetch(recipe, tools, go, folder)
    return compile_all(recipe, tools, go, folder)


def fetch(recipe: Recipe, tools: tuple[Tool, ...], go: Go, folder: Path) -> frozenset[str]:
    """Download what tools are made of, and only that; returns the packages to compile.

    Args:
        tools: of that recipe.
        folder: empty; receives go.mod, go.sum and our own sources.

    Raises:
        BuildError: Go failed: no network, a checksum that differs.
    """
    sums = (f"{one.path} {one.version} {one.checksum}\n" for one in recipe.modules)
    (folder / "go.sum").write_text("".join(sums))
    _write_go_mod(recipe, folder, {})
    _write_go_mod(recipe, folder, _replaces(recipe, go, folder))
    if recipe.source:
        for file in recipe.source.glob("*.go"):
            shutil.copy(file, folder)
    arguments = ["list", "-deps", *_tags(recipe), *_packages(tools)]
    return frozenset(_run(go, arguments, folder, recipe.modules[0]).split())


def compile_all(
    recipe: Recipe,
    tools: tuple[Tool, ...],
    go: Go,
    folder: Path,
    begun: Callable[[str], object] = lambda _package: None,
) -> dict[Tool, Path]:
    """Compile and link what has been fetched into a folder.

    Args:
        tools: of that recipe.
        begun: is given each package, from another thread, when its compilation begins.

    Raises:
        BuildError: a compiler complained.
    """
    output = folder / "bin"
    output.mkdir()
    flags = ["-trimpath", *_tags(recipe), *_COMPILER]
    flags += ["-ldflags", " ".join([*_LINKER, *(f"-X {value}" for value in recipe.linker)])]
    packages = _packages(tools)
    # Several executables are named by Go; one by us, since Go knows no `.exe` in a name that it is given.
    targets = [output / _executable(recipe, package) for package in packages]
    where = str(targets[0]) if len(targets) == 1 else f"{output}{os.sep}"
    _run(go.thrifty, ["build", "-v", *flags, "-o", where, *packages], folder, recipe.modules[0], begun)
    made = dict(zip(packages, targets, strict=True))
    return {tool: _named(made[tool.package], folder / tool.name) for tool in tools}


def _packages(tools: tuple[Tool, ...]) -> list[str]:
    return list(dict.fromkeys(tool.package for tool in tools))


def _executable(recipe: Recipe, package: str) -> str:
    """As Go names it: after the last element of its package, or the module of a package of ours."""
    return recipe.name if package == "." else PurePosixPath(package).name


def _named(made: Path, name: Path) -> Path:
    """Give an executable a further name."""
    try:
        os.link(made, name)
    except OSError:  # a file system without links
        shutil.copy(made, name)
    return name


def _tags(recipe: Recipe) -> list[str]:
    return ["-tags", ",".join(recipe.tags)] if recipe.tags else []


def _write_go_mod(recipe: Recipe, folder: Path, replaces: Mapping[str, str]) -> None:
    lines = [
        f"module {recipe.name}",
        f"go {'.'.join(map(str, recipe.go))}",
        *(f"require {one.path} {one.version}" for one in recipe.modules),
        *(f"require {path} {version}" for path, version in recipe.shared),
        *(f"replace {old} => {new}" for old, new in replaces.items()),
    ]
    (folder / "go.mod").write_text("\n".join(lines) + "\n")


def _replaces(recipe: Recipe, go: Go, folder: Path) -> dict[str, str]:
    """What stands for a module: as the recipe says, as its staging says, and copies of what is cut."""
    lead = recipe.modules[0]
    wanted = {cut.path: cut.version for cut in recipe.cuts}
    if recipe.staging is not None:
        wanted[lead.path] = lead.version
    if not wanted:
        return dict(recipe.replaces)
    names = [f"{path}@{version}" for path, version in wanted.items()]
    got = _objects(_run(go, ["mod", "download", "-json", *names], folder, lead))
    staged = _STAGING.findall(Path(got[lead.path]["GoMod"]).read_text()) if recipe.staging else ()
    replaces = dict(recipe.replaces) | {name: f"{name} {recipe.staging}" for name in staged}
    for cut in recipe.cuts:
        name = PurePosixPath(cut.path).name
        copy_without(Path(got[cut.path]["Dir"]), cut, folder / "cut" / name)
        replaces[cut.path] = f"./cut/{name}"
    return replaces


def _objects(text: str) -> dict[str, dict[str, str]]:
    """What Go tells of modules, one object after the other, by path."""
    decoder, at, found = json.JSONDecoder(), 0, dict[str, dict[str, str]]()
    while (at := len(text) - len(text[at:].lstrip())) < len(text):
        one, at = decoder.raw_decode(text, at)
        found[one["Path"]] = one
    return found


def _run(
    go: Go,
    arguments: list[str],
    folder: Path,
    module: Module,
    line: Callable[[str], object] = lambda _line: None,
) -> str:
    command = [str(go.executable), *arguments]
    wait = Wait(f"go {arguments[0]} of {module.path}", _SECONDS, remedy=_REMEDY)

    def heard(said: str) -> None:
        wait.heard()
        line(said.strip())

    pipes: dict[str, Any] = {"stdin": DEVNULL, "stdout": PIPE, "stderr": PIPE}
    with subprocesses.started(command, cwd=folder, env=go.environment, text=True, **pipes) as process:
        output = subprocesses.Collected[str](process.stdout)
        errors = subprocesses.Collected[str](process.stderr, heard)
        _ended(process, wait)
    if subprocesses.ending():
        raise subprocesses.EndingError
    if process.returncode == 0:
        return "".join(output.lines())
    said = [text.rstrip() for text in errors.lines() + output.lines() if not _is_progress(text)]
    tail = "\n".join(f"  {text}" for text in said[-_SHOWN_LINES:])
    raise BuildError(
        f"Go could not build {module.path} {module.version}: go {arguments[0]} failed. "
        f"{_REMEDY} Go said:\n{tail}"
    )


def _is_progress(text: str) -> bool:
    """Tell whether Go says what it does: that it downloads, or which package it compiles."""
    return text.startswith(_NOISE) or not text.strip().count(" ")


def _ended(process: "Popen[str]", wait: Wait) -> None:
    """Wait in silence: what a build does is told by its progress."""
    while process.poll() is None:
        with suppress(TimeoutExpired):
            process.wait(_LOOK_SECONDS)
        if wait.expired:
            raise wait.error
