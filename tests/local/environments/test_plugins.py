"""What others start us by: kubectl, pre-commit, `pulumi install`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from aksnetpol import toolchain
from aksnetpol.deploy import find_engine
from tests.local.acceptance.conftest import ROOT

from .conftest import uv

_SCRIPTS = Path(sys.executable).parent
_SETUP = "from setuptools import setup\nsetup(name='small', py_modules=['small'])\n"
_NO_ENGINE = not toolchain.plan(["pulumi"]).found


@pytest.mark.skipif(not toolchain.plan(["kubectl"]).found, reason="no kubectl: `aksnetpol tools` builds it")
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(("reach", str(ROOT / "docs" / "examples" / "shop")), 0, "shop/", id="reach"),
        pytest.param(("reach", "--help"), 0, "Usage: kubectl aksnetpol reach", id="help"),
        pytest.param(("nonsense",), 2, "kubectl aksnetpol -h", id="unknown-command"),
    ],
)
def test_kubectl_plugin(arguments: tuple[str, ...], code: int, says: str) -> None:
    kubectl = toolchain.plan(["kubectl"]).found["kubectl"]
    done = subprocess.run(
        [kubectl, "aksnetpol", *arguments],
        env={"PATH": f"{_SCRIPTS}:/usr/bin:/bin", "HOME": "/nonexistent", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    assert says in done.stdout + done.stderr


def test_the_pre_commit_hook(tmp_path: Path) -> None:
    """Its entry, as pre-commit runs it: in the repository's root, with the user's args after it."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    shutil.copytree(ROOT / "docs" / "examples" / "lint", tmp_path / "policies")
    done = subprocess.run(
        [*hook["entry"].split(), "policies"],
        cwd=tmp_path,
        env={"PATH": f"{_SCRIPTS}:/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "policies/policy.yaml" in done.stdout
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)


@pytest.mark.parametrize("folder", [".", "components"])
def test_requirements_are_those_of_the_lock(folder: str, package_managers: dict[str, str]) -> None:
    first, _, rest = (ROOT / folder / "requirements.txt").read_text().partition("\n")
    command = first[first.index("uv export ") :]
    printed = subprocess.run(
        ["/bin/sh", "-c", command],
        env={
            "UV_SYSTEM_CERTS": "true",
            **package_managers,
            "PATH": f"{Path(uv()).parent}:/usr/bin:/bin",
        },
        cwd=ROOT / folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert rest == printed, f"run in {folder}: {command} (its comment stays)"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project whose program needs a package that lies beside it."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "setup.py").write_text(_SETUP)
    (package / "small.py").write_text("here = 'small'\n")
    project = tmp_path / "project"
    project.mkdir()
    runtime: dict[str, Any] = {"name": "python", "options": {"toolchain": "pip", "virtualenv": "venv"}}
    (project / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "small", "runtime": runtime}))
    (project / "__main__.py").touch()
    return project


@pytest.mark.engine
@pytest.mark.skipif(_NO_ENGINE, reason="no Pulumi engine: `aksnetpol tools` builds it")
@pytest.mark.parametrize(
    ("requirements", "code"),
    [pytest.param("{package}\n", 0, id="there"), pytest.param("{package}-not\n", 1, id="not-there")],
)
def test_pulumi_install_makes_the_environment(
    small: Path, requirements: str, code: int, package_managers: dict[str, str]
) -> None:
    (small / "requirements.txt").write_text(requirements.format(package=small.parent / "package"))
    engine = find_engine()
    done = subprocess.run(
        [engine.executable, "install", "--no-plugins"],
        cwd=small,
        env={
            **package_managers,
            "PATH": engine.path(f"{_SCRIPTS}:/usr/bin:/bin"),
            "PULUMI_HOME": str(small / "home"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert (done.returncode != 0) == (code != 0), done.stdout + done.stderr
    if code == 0:
        python = small / "venv" / "bin" / "python"
        asked = [python, "-c", "import small; print(small.here)"]
        assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "small\n"
