"""aksnetpol stacks: a stack that only exists is told from one that is up."""

import json
from pathlib import Path

import pytest

from .conftest import Run


@pytest.fixture
def project(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with three stacks: one up, one that `local env` made, one that local mode does not know."""
    monkeypatch.setenv("AKSNETPOL_HOME", str(tmp_path / "home"))
    state = tmp_path / "home" / "state" / ".pulumi" / "stacks" / "shop"
    state.mkdir(parents=True)
    up = {"checkpoint": {"latest": {"resources": [{"urn": "a"}, {"urn": "b"}]}}}
    (state / "up.json").write_text(json.dumps(up))
    (state / "made.json").write_text('{"checkpoint": {"latest": null}}')
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    for stack in ("up", "made", "other"):
        (folder / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.usefixtures("project")
def test_json(run: Run) -> None:
    code, printed = run("stacks", "--json")
    assert code == 0
    assert json.loads(printed) == [
        {"stack": "made", "local": False, "resources": 0},
        {"stack": "other", "local": False, "resources": 0},
        {"stack": "up", "local": True, "resources": 2},
    ]


def test_stack_files_in_a_folder(run: Run, project: Path) -> None:
    (project / "Pulumi.yaml").rename(project / "Pulumi.yml")
    (project / "Pulumi.yml").write_text("name: shop\nruntime: python\nstackConfigDir: stacks\n")
    (project / "stacks").mkdir()
    (project / "stacks" / "Pulumi.up.yml").write_text("config: {}\n")
    _, printed = run("stacks", "--json")
    assert json.loads(printed) == [{"stack": "up", "local": True, "resources": 2}]


@pytest.mark.usefixtures("project")
def test_table(run: Run) -> None:
    _, printed = run("stacks")
    rows = [line.split() for line in printed.splitlines()]
    assert ["up", "Pulumi.up.yaml", "2", "resources"] in rows
    assert ["made", "Pulumi.made.yaml"] in rows
