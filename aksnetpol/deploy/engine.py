"""The Pulumi engine as a command: where it is, which hosts stand beside it, and how to end it in order."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pulumi.automation import CommandResult, OnOutput, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from aksnetpol import toolchain
from aksnetpol.deploy.errors import InterruptedDeployError
from aksnetpol.deploy.hosts import host

_HOSTS = {"pulumi-language-python": "language", "pulumi-resource-pulumi-python": "dynamic"}
_KILL_AFTER_INTERRUPTS = 3


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
        name: f'#!/bin/sh\nexec {_quoted(sys.executable)} {_quoted(script)} {kind} "$@"\n'
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
    """Runs the engine for the Automation API; Ctrl-C lets it end the operations in flight and save its state.

    Args:
        engine: from find_engine.
        interrupted: set at the first Ctrl-C; ends later commands of the same operation too.
    """

    def __init__(self, engine: Engine, interrupted: threading.Event | None = None) -> None:
        self.engine = engine
        self.command = str(engine.executable)
        self.version = VersionInfo.parse(toolchain.tool("pulumi").module.version.removeprefix("v"))
        self.interrupted = interrupted or threading.Event()

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
            InterruptedDeployError: the user interrupted it, and it has ended.
        """
        environment = {**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        environment["PATH"] = self.engine.path(environment.get("PATH", ""))
        process = subprocess.Popen(
            [self.command, "--non-interactive", *args],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            # A terminal's Ctrl-C reaches us only; a second one, meant for us, would make it drop its work.
            start_new_session=True,
        )
        output, errors = _Lines(process.stdout, on_output), _Lines(process.stderr, on_error)
        self._wait(process)
        result = CommandResult(stdout=output.text(), stderr=errors.text(), code=process.returncode)
        if self.interrupted.is_set():
            raise InterruptedDeployError(
                "Interrupted. The engine has ended and saved its state; run the command again to go on."
            )
        if result.code:
            raise create_command_error(result)
        return result

    def _wait(self, process: subprocess.Popen[str]) -> None:
        """Wait to the end through interrupts: the first asks the engine, later ones press, the last kills."""
        interrupts = 0
        while True:
            try:
                process.wait()
                return
            except KeyboardInterrupt:
                interrupts += 1
                self.interrupted.set()
                last = interrupts >= _KILL_AFTER_INTERRUPTS
                process.send_signal(signal.SIGKILL if last else signal.SIGINT)
                if interrupts == 1:
                    sys.stderr.write(
                        "Interrupted: waiting for operations in flight. Ctrl-C again to hurry.\n"
                    )


class _Lines:
    """Collects a pipe's lines in a thread, handing on each as it comes."""

    def __init__(self, pipe: IO[str] | None, each: OnOutput | None) -> None:
        self._lines: list[str] = []
        self._thread = threading.Thread(target=self._collect, args=(pipe or (), each), daemon=True)
        self._thread.start()

    def _collect(self, pipe: Iterable[str], each: OnOutput | None) -> None:
        for line in pipe:
            self._lines.append(line.rstrip())
            if each:
                each(line.rstrip())

    def text(self) -> str:
        """All lines, when the pipe has ended."""
        # A plugin that outlives the engine may hold the pipe: what it says later is of no interest.
        self._thread.join(timeout=5)
        return "\n".join(self._lines)
