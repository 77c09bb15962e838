"""What a release publishes: distributions, a bill of materials, krew's plugin, the image."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from aksnetpol.toolchain import Module, Recipe, Tool
from tests.go_tools import go_tool
from tests.local.acceptance.conftest import ROOT
from tests.local.environments.conftest import uv

_KREW = Module("sigs.k8s.io/krew", "v0.4.3", "h1:nvV4ifUM+wuy8ITy32FAib240lXSbMeHOxizqVy6+U0=")
_VALIDATOR = Tool(
    "validate-krew-manifest",
    _KREW,
    Recipe("krew", (_KREW,), go=(1, 25), processor=30),
    f"{_KREW.path}/cmd/validate-krew-manifest",
)
_MEMBERS = {"aksnetpol", "aksnetpol_components", "aksnetpol_stacks"}
_VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
_CONTAINERFILE = ROOT / "Containerfile"


@pytest.fixture(scope="module")
def packages(package_managers: dict[str, str]) -> dict[str, str]:
    """The environment of a build."""
    path = f"{Path(uv()).parent}:{os.environ['PATH']}"
    return {"UV_SYSTEM_CERTS": "true", **package_managers, "PATH": path}


def _build(tag: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "distribution" / "build", tag, "acme/aksnetpol", folder],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def release(packages: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the workflow builds of a tag."""
    folder = tmp_path_factory.mktemp("release")
    done = _build(f"v{_VERSION}", folder, packages)
    assert done.returncode == 0, done.stderr
    return folder


def test_another_tag_is_refused(packages: dict[str, str], tmp_path: Path) -> None:
    done = _build("v9.9.9", tmp_path, packages)
    assert (done.returncode, "the tag says 9.9.9, ./pyproject.toml" in done.stderr) == (1, True)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_what_is_published(release: Path) -> None:
    ends = ("-py3-none-any.whl", ".tar.gz")
    wanted = {f"{name}-{_VERSION}{end}" for name in _MEMBERS for end in ends}
    assert {path.name for path in (release / "dist").iterdir()} == wanted
    materials = json.loads((release / "aksnetpol.cdx.json").read_text())
    assert materials["metadata"]["component"]["name"] == "aksnetpol"
    assert {"pulumi", "pydantic", "uvicorn"} <= {one["name"] for one in materials["components"]}


@pytest.mark.slow
def test_krew_takes_the_manifest(release: Path) -> None:
    validator = go_tool(_VALIDATOR)
    manifest, archive = release / "aksnetpol.yaml", release / "kubectl-aksnetpol.tar.gz"
    command = [validator, "-manifest", manifest, "-skip-install"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    spec = yaml.safe_load(manifest.read_text())["spec"]
    (platform,) = spec["platforms"]
    assert spec["version"] == f"v{_VERSION}"
    assert platform["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    assert Path(platform["uri"]).name == archive.name


@pytest.fixture(scope="module")
def plugin(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The executable that krew links."""
    folder = tmp_path_factory.mktemp("krew")
    with tarfile.open(release / "kubectl-aksnetpol.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    assert {path.name for path in folder.iterdir()} == {"LICENSE", "kubectl-aksnetpol"}
    return folder / "kubectl-aksnetpol"


@pytest.mark.slow
def test_krews_plugin_runs_this_version(plugin: Path, tmp_path: Path) -> None:
    (tmp_path / "uvx").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "uvx").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(
        [plugin, "reach", "a b"], env=environment, capture_output=True, text=True, check=True
    )
    given = ["--from", f"aksnetpol[live]=={_VERSION}", "kubectl-aksnetpol", "reach", "a b"]
    assert done.stdout.splitlines() == given


@pytest.mark.slow
def test_krews_plugin_without_uv(plugin: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run([plugin], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "needs uv, which is not on PATH" in done.stderr) == (2, True)


def _instructions() -> Iterator[tuple[str, str]]:
    """The instructions of the Containerfile and what they say, lines that go on joined."""
    text = re.sub(r"^#.*\n", "", _CONTAINERFILE.read_text(), flags=re.M).replace("\\\n", " ")
    for line in filter(str.strip, text.splitlines()):
        name, _, rest = line.partition(" ")
        yield name, rest


def _copied() -> set[str]:
    """What of the repository goes into the image's first stage."""
    given = [rest.split() for name, rest in _instructions() if name == "COPY" and "--from=" not in rest]
    return {name for words in given for name in words[:-1]}


def test_the_image() -> None:
    instructions = list(_instructions())
    known = {"ARG", "FROM", "WORKDIR", "RUN", "COPY", "LABEL", "ENV", "USER", "ENTRYPOINT"}
    assert {name for name, _ in instructions} == known
    assert instructions[0] == ("ARG", "BASE=docker.io/library/python:3.13-slim-trixie")
    assert [rest for name, rest in instructions if name == "FROM"] == ["${BASE} AS build", "${BASE}"]
    assert [rest for name, rest in instructions if name == "USER"] == ["10001"]
    assert instructions[-1] == ("ENTRYPOINT", '["aksnetpol"]')
    let_through = (ROOT / ".dockerignore").read_text().splitlines()
    assert {line[1:] for line in let_through if line.startswith("!")} == _copied()


def test_one_version_of_uv() -> None:
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    assert len(set(re.findall(r"uv==[\d.]+", workflow + _CONTAINERFILE.read_text()))) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("extra", "stacks"), [("", False), ("all", True)], ids=["light", "all"])
def test_the_image_installs(extra: str, stacks: bool, packages: dict[str, str], tmp_path: Path) -> None:
    """Its command, in a folder that holds what it copies."""
    source, target = tmp_path / "src", tmp_path / "opt" / "aksnetpol"
    source.mkdir()
    for name in _copied():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, source / name)
    (command,) = [rest for name, rest in _instructions() if name == "RUN" and " uv sync " in rest]
    # The cache stays, where there is one: a test does not download all of it again.
    command = command.replace("/opt/aksnetpol", str(target)).replace(" --no-cache", "")
    subprocess.run(["/bin/sh", "-c", command], cwd=source, env={**packages, "EXTRA": extra}, check=True)
    shutil.rmtree(source)
    command_line = [target / "bin" / "aksnetpol", "--version"]
    assert _VERSION in subprocess.run(command_line, capture_output=True, text=True, check=True).stdout
    assert bool(list(target.glob("lib/*/site-packages/pulumi"))) == stacks
