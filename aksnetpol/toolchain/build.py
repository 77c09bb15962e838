"""Builds the tools of one Go module, all in one run of Go."""

import json
import re
from pathlib import Path, PurePosixPath

from aksnetpol import subprocesses
from aksnetpol.toolchain.errors import BuildError
from aksnetpol.toolchain.golang import Go
from aksnetpol.toolchain.tools import Module, Tool
from aksnetpol.waiting import Wait

_STAGING = re.compile(r"^\s*(?:replace\s+)?(\S+)\s+=>\s+\./staging/", re.MULTILINE)
_SHOWN_LINES = 12
_SECONDS = 3600.0  # for one run of Go: a slow machine, a slow network
_REMEDY = "Check the network and GOPROXY, or put the tool on PATH yourself."


def build(module: Module, tools: tuple[Tool, ...], go: Go, folder: Path) -> dict[Tool, Path]:
    """Build a module's tools.

    Args:
        tools: of that module.
        folder: empty; receives go.mod, go.sum and the executables.

    Raises:
        BuildError: Go failed: no network, a checksum that differs, a compiler's complaint.
    """
    replaces = [*module.replaces, *_staging_replaces(module, go, folder)]
    (folder / "go.mod").write_text(_go_mod(module, replaces))
    (folder / "go.sum").write_text(f"{module.path} {module.version} {module.checksum}\n")
    if module.main:
        (folder / "main.go").write_text(module.main)
    output = folder / "bin"
    output.mkdir()
    flags = " ".join(["-s", "-w", *(f"-X {value}" for value in module.linker)])
    # Several executables are named by Go, each after the last element of its package.
    several = len(tools) > 1
    built = {tool: output / (PurePosixPath(tool.package).name if several else tool.name) for tool in tools}
    targets = [output] if several else list(built.values())
    command = ["build", "-trimpath", "-ldflags", flags, "-o", *map(str, targets)]
    _run(go, [*command, *(tool.package for tool in tools)], folder, module)
    return built


def _go_mod(module: Module, replaces: list[tuple[str, str]]) -> str:
    lines = [
        "module tools",
        f"go {'.'.join(map(str, module.go))}",
        f"require {module.path} {module.version}",
        *(f"replace {old} => {new}" for old, new in replaces),
    ]
    return "\n".join(lines) + "\n"


def _staging_replaces(module: Module, go: Go, folder: Path) -> list[tuple[str, str]]:
    """Point the replacements by folders inside the module at the versions published from those folders."""
    if module.staging is None:
        return []
    answer = _run(go, ["mod", "download", "-json", f"{module.path}@{module.version}"], folder, module)
    text = Path(json.loads(answer)["GoMod"]).read_text()
    return [(name, f"{name} {module.staging}") for name in _STAGING.findall(text)]


def _run(go: Go, arguments: list[str], folder: Path, module: Module) -> str:
    command = [str(go.executable), *arguments]
    wait = Wait(f"go {arguments[0]} of {module.path}", _SECONDS, remedy=_REMEDY)
    done = subprocesses.run(command, wait, folder=folder, environment=go.environment)
    if done.returncode == 0:
        return done.stdout.decode()
    said = [
        line
        for line in (done.stderr + done.stdout).decode(errors="replace").splitlines()
        if not line.startswith("go: downloading")
    ]
    tail = "\n".join(f"  {line}" for line in said[-_SHOWN_LINES:])
    raise BuildError(
        f"Go could not build {module.path} {module.version}: go {arguments[0]} failed. "
        f"{_REMEDY} Go said:\n{tail}"
    )
