"""--render: which program builds what, and what is said where it fails."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from aksnetpol.cli.rendering import render
from aksnetpol.errors import UserError
from tests.unit.cli.conftest import Run, run

__all__ = ["run"]

BUILD = ("kustomize", "build", "k")
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: built, namespace: a}\nspec: {}\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell scripts")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


@pytest.mark.parametrize(
    ("names", "printed"),
    [
        pytest.param(["kustomize", "kubectl"], "kustomize build k\n", id="kustomize"),
        pytest.param(["kubectl"], "kubectl kustomize k\n", id="kubectl"),
        pytest.param([], None, id="neither"),
    ],
)
def test_who_builds(programs: Path, names: list[str], printed: str | None) -> None:
    for name in names:
        program(programs, name, f'echo {name} "$@"')
    assert render(BUILD) == printed


def test_a_failure_is_in_its_own_words(programs: Path) -> None:
    program(programs, "kustomize", "echo no such base >&2; exit 1")
    with pytest.raises(UserError, match="kustomize build k failed: no such base"):
        render(BUILD)


def test_a_command_reads_what_is_built(programs: Path, tmp_path: Path, run: Run) -> None:
    program(programs, "kubectl", f"printf '%s' '{POD}'")
    (tmp_path / "k").mkdir()
    (tmp_path / "k" / "kustomization.yaml").write_text("namePrefix: x-\n")
    _, printed = run("reach", str(tmp_path / "k"), "--render")
    assert "a/built" in printed or "a/*" in printed or "all pods" in printed
    assert "0 pods" not in printed
