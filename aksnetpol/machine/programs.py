"""Other programs, asked for their versions; none gets the time to hang."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from aksnetpol import subprocesses
from aksnetpol.machine.attempt import attempt
from aksnetpol.waiting import Wait, WaitingError

# Administration commands are often left out of an ordinary user's PATH.
_FURTHER = ("/usr/sbin", "/sbin")
# Nothing is to be left on the disk: no compiled Python, no note of the last update check.
_QUIET = {"PYTHONDONTWRITEBYTECODE": "1", "AZURE_CORE_COLLECT_TELEMETRY": "false"}


@dataclass(frozen=True)
class Program:
    """A program that can say its version.

    Args:
        seconds: it has for its answer.
        folder_variable: names the folder that it would write to; it gets one that is gone afterwards.
    """

    name: str
    arguments: tuple[str, ...] = ("--version",)
    seconds: float = 5
    folder_variable: str | None = None


PROGRAMS = (
    Program("git"),
    Program("kubectl", ("version", "--client")),
    Program("az", ("version",), seconds=15, folder_variable="AZURE_CONFIG_DIR"),
    Program("nft"),
    Program("unshare"),
    Program("uv"),
)


def programs(wanted: Iterable[Program] = PROGRAMS) -> dict[str, str]:
    """Return what programs say of their versions, by name; all are asked at once."""
    wanted = tuple(wanted)

    def version(program: Program) -> str:
        return attempt(lambda: _version(program))

    with ThreadPoolExecutor(max(1, len(wanted))) as pool:
        told = list(pool.map(version, wanted))
    return {one.name: text for one, text in zip(wanted, told, strict=True)}


def _version(program: Program) -> str:
    path = shutil.which(program.name, path=os.pathsep.join((os.environ.get("PATH", ""), *_FURTHER)))
    if path is None:
        return "not on PATH"
    if program.folder_variable is None:
        return f"{path}: {_ask(path, program, {})}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return f"{path}: {_ask(path, program, {program.folder_variable: folder})}"


def _ask(path: str, program: Program, environment: Mapping[str, str]) -> str:
    wait = Wait(f"the version of {path}", program.seconds)
    try:
        done = subprocesses.run(
            [path, *program.arguments], wait, environment={**os.environ, **_QUIET, **environment}
        )
    except WaitingError:
        return f"no answer within {program.seconds:g} s"
    line = version_line((done.stdout + done.stderr).decode(errors="replace"))
    return line if done.returncode == 0 else f"ended with {done.returncode}: {line}"


def version_line(said: str) -> str:
    """Return the line of an answer that tells a version: the first with a digit."""
    lines = [line.strip(' \t",') for line in said.splitlines()]
    return next((line for line in lines if any(map(str.isdigit, line))), "") or "no version"
