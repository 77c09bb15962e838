"""./run itself: what a newcomer types first, in checkouts and on machines that are not ours."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.local.acceptance.conftest import ROOT

from .conftest import uv

_WITHIN = 300  # seconds; wheels come from uv's cache, as on the second run
_PYTHON = str(Path(sys.executable).resolve().parent)

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def _checkout(folder: Path) -> Path:
    """Copy what a clone has."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if not name.startswith("tests/"):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    return folder


@pytest.fixture
def run(tmp_path: Path, package_managers: dict[str, str]) -> Run:
    """Runs a command with a home of its own, in HOME, PATH and what uv needs: its cache of wheels."""
    asked = [uv(), "cache", "dir"]
    cache = subprocess.run(
        asked, env=package_managers, check=True, capture_output=True, text=True
    ).stdout.strip()
    needed = {name: value for name, value in package_managers.items() if name.startswith(("UV_", "PIP_"))}
    (tmp_path / "home").mkdir()

    def run(*command: str, path: str | None = None) -> "subprocess.CompletedProcess[str]":
        usual = f"{Path(uv()).parent}:{_PYTHON}:/usr/bin:/bin"
        return subprocess.run(
            command,
            env={
                **needed,
                "HOME": str(tmp_path / "home"),
                "PATH": path or usual,
                "UV_CACHE_DIR": cache,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=_WITHIN,
            stdin=subprocess.DEVNULL,
        )

    return run


# environment: path-with-a-space
def test_a_path_with_a_space(run: Run, tmp_path: Path) -> None:
    folder = _checkout(tmp_path / "my work" / "Übung")
    script = f"cd '{folder}' && exec ./run aksnetpol stacks"
    first, second = run("/bin/sh", "-c", script), run("/bin/sh", "-c", script)
    for done in (first, second):
        assert done.returncode == 0, done.stderr
        assert "azure-windows" in done.stdout
    assert "installing the environment" in first.stderr
    assert second.stderr == ""


# environment: read-only-file-system
@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
def test_a_read_only_checkout(run: Run, tmp_path: Path) -> None:
    folder = _checkout(tmp_path / "checkout")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    script = (
        f"mount --bind '{folder}' '{folder}' && mount -o remount,bind,ro '{folder}' && "
        f"cd '{folder}' && ! touch made && exec ./run aksnetpol stacks"
    )
    done = run("unshare", "--mount", "sh", "-c", script)
    assert done.returncode == 0, done.stderr
    assert "azure-windows" in done.stdout
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert list((tmp_path / "home" / ".cache" / "aksnetpol").glob("venv-*"))


def test_no_python(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("sh", "dirname", "id", "uname", "env", "sed"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or name)
    done = run("/bin/sh", str(_checkout(tmp_path / "checkout") / "run"), "demo", path=str(tmp_path / "bin"))
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed, and python3 is not on PATH" in done.stderr


@pytest.mark.parametrize("arguments", [(), ("nonsense",)], ids=["none", "unknown"])
def test_a_wrong_command_makes_nothing(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    folder = _checkout(tmp_path / "checkout")
    done = run(str(folder / "run"), *arguments)
    assert done.returncode == 2
    assert "usage: ./run demo" in done.stderr
    assert not (folder / ".venv").exists()
