"""The Pulumi engine as a command: where it is, which hosts stand beside it, and how to end it in order."""

import contextlib
import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil
from pulumi.automation import CommandResult, OnOutput, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from aksnetpol import environment, subprocesses, toolchain
from aksnetpol.deploy.errors import InterruptedDeployError
from aksnetpol.deploy.hosts import host
from aksnetpol.waiting import Wait, watched

_HOSTS = {"pulumi-language-python": "language", "pulumi-resource-pulumi-python": "dynamic"}
_INTERRUPTED = "Interrupted. The engine has ended; run the command again: it goes on from what is there."


@dataclass(frozen=True)
class Engine:
    """A usable engine.

    Args:
        executable: pulumi itself.
        folders: to be put before PATH, so that the engine finds its hosts and a shell finds pulumi.
    """

    executable: Path
    folders: tuple[Path, ...]

    def path(self, inherited: str) -> str:
        """A PATH with the engine's folders first, each once."""
        wanted = [str(folder) for folder in self.folders]
        return os.pathsep.join(
            [*wanted, *(part for part in inherited.split(os.pathsep) if part not in wanted)]
        )


def find_engine(report: toolchain.Report = toolchain.silent) -> Engine:
    """The engine, got or built when it is not there.

    Raises:
        ToolchainError: it can neither be found nor made.
    """
    return engine_of(toolchain.ensure("pulumi", report))


def engine_of(executable: Path) -> Engine:
    """An engine with its Python hosts: its own when it has them (an official installation), else ours."""
    folder = executable.resolve().parent
    if all((folder / name).exists() for name in _HOSTS):
        return Engine(executable, (executable.parent,))
    yaml = tuple(toolchain.plan(["pulumi-language-yaml"]).found.values())
    return _completed(executable.resolve(), yaml)


def _completed(executable: Path, others: tuple[Path, ...]) -> Engine:
    """A folder with the engine, our Python hosts and other hosts.

    The engine warns about hosts that it finds on PATH, not about those beside itself; it knows its place from
    /proc, so a hard link moves it and a symbolic one would not.
    """
    script = str(Path(host.__file__).resolve())
    texts = {
        name: f'#!/bin/sh\nexec {_quoted(sys.executable)} -u {_quoted(script)} {kind} "$@"\n'
        for name, kind in _HOSTS.items()
    }
    identity = [(str(path), path.stat().st_ino, path.stat().st_mtime_ns) for path in (executable, *others)]
    key = hashlib.sha256(repr((texts, identity)).encode()).hexdigest()[:16]
    folder = toolchain.cache_root() / "hosts" / key
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        _put(folder / name, lambda target, text=text: _write_executable(target, text))
    try:
        for path in (executable, *others):
            _put(folder / path.name, lambda target, path=path: target.hardlink_to(path))
    except OSError:
        # Another file system, or a file not ours to link: it works from where it is, with the warning.
        elsewhere = tuple(path.parent for path in (executable, *others))
        return Engine(executable, tuple(dict.fromkeys((folder, *elsewhere))))
    return Engine(folder / executable.name, (folder,))


def _put(target: Path, make: Callable[[Path], None]) -> None:
    """Make a file whole or not at all, whoever else makes it now."""
    if target.exists():
        return
    temporary = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
    make(temporary)
    temporary.replace(target)


def _write_executable(target: Path, text: str) -> None:
    target.write_text(text)
    target.chmod(0o755)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


class EngineCommand(PulumiCommand):
    """Runs the engine for the Automation API; when ours is told to end, it ends the operations in flight.

    Args:
        engine: from find_engine.
        patience: says how long to wait for a command, by its arguments.
        inherited: what of the process's environment the engine gets.
    """

    def __init__(
        self,
        engine: Engine,
        patience: Callable[[list[str]], Wait],
        inherited: Mapping[str, str] | None = None,
    ) -> None:
        self.engine = engine
        self.command = str(engine.executable)
        self.version = VersionInfo.parse(toolchain.tool("pulumi").module.version.removeprefix("v"))
        self._patience = patience
        self._inherited = os.environ if inherited is None else inherited

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """Run one command; see PulumiCommand.run.

        Raises:
            CommandError: the engine failed.
            InterruptedDeployError: ours was told to end, and the engine has ended.
            WaitingError: the engine did not answer in time, and was ended.
        """
        command = [self.command, "--non-interactive", *args]
        options: dict[str, Any] = {
            "cwd": cwd,
            "env": self._environment(additional_env),
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "encoding": "utf-8",
            "errors": "replace",
        }
        wait = self._patience(args)
        try:
            # In a session of its own: a terminal's second Ctrl-C, meant for us, would make it drop its work.
            with (
                subprocesses.started(command, **options) as process,
                watched(wait, lambda: subprocesses.kill(process.pid)),
            ):
                wait.details = lambda: _plugins(process.pid)
                output, errors = _collected(process.stdout, on_output), _collected(process.stderr, on_error)
                _wait(process)
        except subprocesses.EndingError:
            raise InterruptedDeployError(_INTERRUPTED) from None
        result = CommandResult(_text(output), _text(errors), process.returncode)
        if subprocesses.ending():
            raise InterruptedDeployError(_INTERRUPTED)
        if result.code:
            raise create_command_error(result)
        return result

    def _environment(self, additional: Mapping[str, str]) -> dict[str, str]:
        ours = {"PULUMI_AUTOMATION_API": "true", host.OWNER: str(os.getpid())}
        found = {**self._inherited, **additional, **ours}
        found |= {**environment.identified(found), **environment.proxy_bypass(found)}
        return found | {"PATH": self.engine.path(found.get("PATH", ""))}


def _wait(process: subprocess.Popen[str]) -> None:
    """Wait, also when our own command is told to end: the engine is told too, and ended if need be."""
    while True:
        try:
            process.wait()
            return
        except KeyboardInterrupt:
            subprocesses.interrupt_all()


def _plugins(pid: int) -> str:
    """Name the hosts and plugins that the engine has started: one that says nothing is what it waits for."""
    names: set[str] = set()
    for child in subprocesses.descendants(pid):
        with contextlib.suppress(psutil.Error):
            names.add(_name([word for word in child.cmdline() if not word.startswith("-")]))
    return f"its plugins: {', '.join(sorted(filter(None, names)))}" if names else ""


def _name(words: list[str]) -> str:
    """Name a program, its script, and which of our hosts it is; other arguments may be secrets."""
    scripts = [Path(word).name for word in words[:2] if Path(word).is_absolute()] or words[:1]
    return " ".join([*scripts, *(words[2:3] if scripts[-1:] == ["host.py"] else [])])


def _collected(pipe: IO[str] | None, each: OnOutput | None) -> subprocesses.Collected[str]:
    return subprocesses.Collected(pipe, (lambda line: each(line.rstrip())) if each else None)


def _text(collected: subprocesses.Collected[str]) -> str:
    return "\n".join(line.rstrip() for line in collected.lines())
