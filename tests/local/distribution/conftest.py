"""This repository as a stranger finds it, on a host; Pulumi with a Python host as the official one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from aksnetpol import toolchain
from aksnetpol.toolchain import Tool
from tests.go_tools import go_tool
from tests.local.acceptance.conftest import ROOT
from tests.local.adoption.conftest import Cloud, cloud
from tests.local.environments.conftest import uv

from .git_server import HOST, serving

__all__ = ["cloud"]

_HERE = Path(__file__).parent
_IDENTITY = ("-c", "user.name=tester", "-c", "user.email=tester@example.com")
# As in Pulumi's sdk/python/dist/pulumi-resource-pulumi-python: which Python runs dynamic providers.
_DYNAMIC = """#!/bin/sh
python=${PULUMI_RUNTIME_VIRTUALENV:+$PULUMI_RUNTIME_VIRTUALENV/bin/python}
exec "${python:-${PULUMI_PYTHON_CMD:-python3}}" -u -m pulumi.dynamic "$@"
"""


@dataclass(frozen=True)
class Repository:
    """Our repository on a host.

    Args:
        url: of it.
        tree: the same files, in a folder.
        environment: in which the host is reached.
    """

    url: str
    tree: Path
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Pulumi:
    """The engine, and the environment of a user who has not installed anything of ours."""

    executable: Path
    environment: Mapping[str, str]

    def run(self, folder: Path, *arguments: str, **variables: str) -> str:
        """Run one command in a project's folder, which must succeed; its standard output."""
        done = subprocess.run(
            [self.executable, "--non-interactive", *arguments],
            cwd=folder,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
        )
        assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def python(self) -> Path:
        """The interpreter of the one plugin that is installed."""
        (found,) = Path(self.environment["PULUMI_HOME"]).glob("plugins/*/.venv/bin/python")
        return found


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """What git has, and would have, of the working tree, as one commit."""
    if not (ROOT / ".git").exists():
        pytest.skip("no git repository")
    place = tmp_path_factory.mktemp("repository")
    tree, served = place / "tree", place / "served"
    _copy_tracked(tree)
    _git(tree, "init", "--quiet", "--initial-branch", "main")
    _git(tree, "add", "--all")
    _git(tree, *_IDENTITY, "commit", "--quiet", "--message", "All")
    _git(tree, "clone", "--quiet", "--bare", ".", str(served / "acme" / "aksnetpol.git"))
    with serving(served) as environment:
        yield Repository(f"https://{HOST}/acme/aksnetpol", tree, environment)


@pytest.fixture(scope="module")
def pulumi(
    tmp_path_factory: pytest.TempPathFactory, package_managers: dict[str, str], generator: Path
) -> Pulumi:
    """Pulumi for one module: what it installs stays until its end."""
    found = toolchain.plan(["pulumi", "pulumi-language-yaml"]).found
    if len(found) < 2:
        pytest.skip("no Pulumi engine: `./run aksnetpol tools` gets it")
    place = tmp_path_factory.mktemp("pulumi")
    (place / "state").mkdir()
    folder = _engine(place / "bin", found)
    return Pulumi(
        folder / "pulumi",
        {
            "PATH": f"{folder}:/usr/bin:/bin",
            "HOME": str(place),
            "PULUMI_HOME": str(place / "home"),
            "PULUMI_BACKEND_URL": f"file://{place / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "a passphrase",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "NO_COLOR": "1",
            "AKSNETPOL_TESTS_GENERATOR": str(generator),
            "AKSNETPOL_TESTS_UV": uv(),
            "AKSNETPOL_TESTS_ENVIRONMENT": json.dumps({"UV_SYSTEM_CERTS": "true", **package_managers}),
        },
    )


@pytest.fixture(scope="module")
def user(pulumi: Pulumi, cloud: Cloud) -> Pulumi:
    """Pulumi with emulated Azure."""
    kept = {"PULUMI_BACKEND_URL", "PULUMI_HOME", "PULUMI_CONFIG_PASSPHRASE"}
    azure = {name: value for name, value in cloud.environment.items() if name not in kept}
    return replace(pulumi, environment={**azure, **pulumi.environment})


@pytest.fixture(scope="session")
def generator() -> Path:
    """Pulumi's generators of SDKs as a program: LANGUAGE SCHEMA FOLDER."""
    pulumi = toolchain.tool("pulumi")
    recipe = replace(
        pulumi.recipe, name="generate", modules=(pulumi.module,), linker=(), source=_HERE / "generate"
    )
    return go_tool(Tool("generate", pulumi.module, recipe, "."))


def _engine(folder: Path, found: Mapping[str, Path]) -> Path:
    """Make a folder of the engine and its hosts, since it warns about those that it finds elsewhere."""
    folder.mkdir()
    for name, path in found.items():
        _linked(path.resolve(), folder / name)
    host = f"#!/bin/sh\nexec '{sys.executable}' -u '{_HERE / 'python_host.py'}' \"$@\"\n"
    for name, text in {"pulumi-language-python": host, "pulumi-resource-pulumi-python": _DYNAMIC}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder


def _linked(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _copy_tracked(folder: Path) -> None:
    options = ("-z", "--cached", "--others", "--exclude-standard")
    names = _git(ROOT, "ls-files", *options).rstrip("\0").split("\0")
    for name in names:
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout
