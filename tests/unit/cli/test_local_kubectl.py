"""`aksnetpol local kubectl` runs a kubectl that fits, on the session's clusters."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aksnetpol import toolchain
from aksnetpol.cli.local import app
from aksnetpol.local import supervisor
from aksnetpol.local.errors import SessionUsageError


class Replaced(Exception):  # noqa: N818  stands for the process that takes this one's place
    """The program, its arguments and its environment."""


@pytest.fixture
def kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def replace(*program: object) -> None:
        raise Replaced(*program)

    file = tmp_path / "kubeconfig"
    monkeypatch.setattr(os, "execve", replace)
    monkeypatch.setattr(toolchain, "ensure", lambda *_: Path("/tools/kubectl"))
    monkeypatch.setattr(supervisor, "environment", lambda _: {"KUBECONFIG": str(file)})
    return file


def test_arguments_go_through_unchanged(kubeconfig: Path) -> None:
    kubeconfig.touch()
    asked = ["exec", "-n", "demo", "client", "--", "/agnhost", "--help"]
    done = CliRunner().invoke(app, ["kubectl", *asked])
    assert isinstance(done.exception, Replaced)
    program, arguments, environment = done.exception.args
    assert (program, arguments) == (Path("/tools/kubectl"), ["kubectl", *asked])
    assert environment["KUBECONFIG"] == str(kubeconfig)


def test_without_a_cluster_it_says_how_to_get_one(kubeconfig: Path) -> None:
    done = CliRunner().invoke(app, ["kubectl", "get", "pods"])
    assert isinstance(done.exception, SessionUsageError)
    assert "aksnetpol up --local" in str(done.exception)
