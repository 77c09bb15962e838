"""`pulumi new` of this repository, and of the project in it that is meant to be copied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.local.acceptance.conftest import ROOT

from .conftest import Pulumi, Repository

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_PROJECT = "aksnetpol/scaffold/templates/project"


def _new(pulumi: Pulumi, repository: Repository, folder: Path, path: str, *options: str) -> Any:
    """Make a project and return what its Pulumi.yaml says."""
    folder.mkdir()
    url = f"{repository.url}{path}"
    pulumi.run(folder, "new", url, "--name", "shop", "--yes", *options, **repository.environment)
    return yaml.safe_load((folder / "Pulumi.yaml").read_text())


def test_the_repository(user: Pulumi, repository: Repository, tmp_path: Path) -> None:
    """The whole of it is copied; its environment is made and its program previewed, all from the copy."""
    folder = tmp_path / "shop"
    made = _new(user, repository, folder, "", "--stack", "dev")
    assert (made["name"], "template" in made) == ("shop", False)
    assert (folder / ".venv" / "bin" / "aksnetpol").exists()

    preview = json.loads(user.run(folder, "preview", "--stack", "dev", "--json"))
    assert preview["changeSummary"] == {"create": 13}


@pytest.mark.parametrize("path", [f"/{_PROJECT}", f"/tree/main/{_PROJECT}"], ids=["default-branch", "branch"])
def test_the_project_alone(path: str, pulumi: Pulumi, repository: Repository, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    made = _new(pulumi, repository, folder, path, "--generate-only")
    assert made["name"] == "shop"
    template = ROOT / _PROJECT
    ours = {one.relative_to(template) for one in template.rglob("*") if one.is_file()}
    assert {one.relative_to(folder) for one in folder.rglob("*") if one.is_file()} == ours
    for one in ours - {Path("Pulumi.yaml")}:
        assert (folder / one).read_text() == (template / one).read_text()
