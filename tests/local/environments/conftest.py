"""An installation that any user may run, in a folder with a space, and machines of strangers to run it on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from aksnetpol import toolchain
from tests.local.acceptance.conftest import ROOT, copy_program

NOBODY = 54321  # a user that no machine has
_SYSTEM = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# uv would take the wheel that it built when pyproject.toml last changed.
_OURS = ("aksnetpol", "aksnetpol-components", "aksnetpol-stacks")
_ANEW = tuple(f"--reinstall-package={name}" for name in _OURS)
_WITHIN = 120  # seconds, on a busy machine
# What commands and programs import: compiled, as pip leaves what it installs, since other users cannot.
_COMPILED = (
    "import aksnetpol.cli.target, aksnetpol.deploy.settings, aksnetpol.local.supervisor, aksnetpol.adoption, "
    "aksnetpol.local.clusters, aksnetpol.local.providers, aksnetpol_stacks.program, "
    "pulumi.automation._server, pulumi.dynamic, kubernetes.client; kubernetes.client.CoreV1Api"
)


@dataclass(frozen=True)
class Machine:
    """How a stranger runs the command line; nothing of this process's environment gets there.

    Args:
        scripts: folder of the installation's executables.
        folder: of the project.
        home: the user's; the tools are in its cache.
        variables: beside HOME and PATH.
        path: further folders of PATH.
        user: None for ours.
        before: a command that runs ours.
        closed: file descriptors that are closed.
    """

    scripts: Path
    folder: Path
    home: Path
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    path: str = _SYSTEM
    user: int | None = None
    before: tuple[str, ...] = ()
    closed: tuple[int, ...] = ()

    def run(self, *arguments: str, expect: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run one command in the project's folder.

        Args:
            expect: its exit code; None for any.
        """
        command = [*self._user(), *self.before, *arguments]
        done = subprocess.run(
            # Redirections of a shell close what it inherits; Python's own arguments cannot.
            ["/bin/sh", "-c", f'exec "$@" {" ".join(f"{one}>&-" for one in self.closed)}', "sh", *command],
            cwd=self.folder,
            env={"HOME": str(self.home), "PATH": f"{self.scripts}:{self.path}", **self.variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_WITHIN,
            # What is printed may be in the user's encoding.
            encoding="utf-8",
            errors="replace",
        )
        if expect is not None:
            assert done.returncode == expect, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr + done.stdout
        return done

    def aksnetpol(self, *arguments: str, expect: int | None = 0) -> str:
        """Run our command line; its standard output."""
        return self.run("aksnetpol", *arguments, expect=expect).stdout

    def _user(self) -> tuple[str, ...]:
        if self.user is None:
            return ()
        ids = f"--reuid={self.user}", f"--regid={self.user}"
        return ("setpriv", *ids, "--clear-groups", "--")


MakeMachine = Callable[..., Machine]


@dataclass(frozen=True)
class Installation:
    """Where everybody may read and enter: the executables, and a project."""

    scripts: Path
    project: Path


def uv() -> str:
    """The uv that ./run found or got."""
    beside = Path(sys.executable).parent.parent / "uv" / "bin" / "uv"
    found = shutil.which("uv") or (str(beside) if beside.exists() else None)
    if found is None:
        pytest.skip("no uv: ./run test has one")
    return found


def debians_python() -> str:
    """Debian's own Python where it is there, and new enough; else the one that runs us."""
    asked = "import sys; sys.exit(sys.version_info < (3, 11))"
    own = Path("/usr/bin/python3")
    usable = own.exists() and not subprocess.run([own, "-c", asked], check=False).returncode
    return str(own) if usable else sys.executable


@pytest.fixture(scope="session")
def installation(package_managers: dict[str, str]) -> Iterator[Installation]:
    """An installation of the locked wheels by Debian's Python, and a copy of the project."""
    if (
        not {"pulumi", *toolchain.CONTROL_PLANE}
        <= toolchain.plan(tool.name for tool in toolchain.TOOLS).found.keys()
    ):
        pytest.skip("no tools: `./run aksnetpol tools` gets them")
    with tempfile.TemporaryDirectory(prefix="aksnetpol installed ") as place:
        root = Path(place)
        root.chmod(0o755)
        venv = root / "venv"
        options = ("--frozen", "--quiet", "--no-dev", "--extra", "all", "--no-editable", *_ANEW)
        subprocess.run(
            [uv(), "sync", *options, "--python", debians_python(), "--project", str(ROOT)],
            env={"UV_SYSTEM_CERTS": "true", **package_managers, "UV_PROJECT_ENVIRONMENT": str(venv)},
            check=True,
        )
        subprocess.run([venv / "bin" / "python", "-c", _COMPILED], check=True)
        copy_program(root / "project")
        subprocess.run(["chmod", "-R", "a+rX", root], check=True)
        yield Installation(venv / "bin", root / "project")


@pytest.fixture
def machine(installation: Installation) -> Iterator[MakeMachine]:
    """Makes machines; what runs on them ends with the test."""
    made: list[Machine] = []
    with tempfile.TemporaryDirectory(prefix="aksnetpol-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)

        def make(*, home: str = "home", user: int | None = None, **options: object) -> Machine:
            folder, project = Path(place) / home, Path(place) / f"{home} project"
            _fill(folder, user)
            # Plain pulumi writes into it.
            shutil.copytree(installation.project, project)
            one = replace(Machine(installation.scripts, project, folder, user=user), **options)
            made.append(one)
            return one

        yield make
        for one in made:
            if any(list(place.rglob("session.json")) for place in (one.home, one.folder)):
                one.run("aksnetpol", "local", "stop", expect=None)


def _fill(home: Path, user: int | None) -> None:
    """Make a home whose cache holds the tools, as after a first run."""
    tools = home / ".cache" / "aksnetpol" / "tools"
    shutil.copytree(toolchain.cache_root() / "tools", tools, copy_function=_linked, symlinks=True)
    if user is not None:
        for folder in (home, *(path for path in home.rglob("*") if path.is_dir())):
            os.chown(folder, user, user)


def _linked(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
    return target
