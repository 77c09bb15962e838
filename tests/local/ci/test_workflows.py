"""Our workflows, actions and the templates of docs/ci: actionlint and zizmor find nothing in them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from aksnetpol.post.services import ServiceName
from aksnetpol.review import Gate
from aksnetpol.review.formats.form import Format
from aksnetpol.scaffold import Scenario, Service, plan, write
from tests.local.ci.steps import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = (ROOT / "action.yml", *sorted((ROOT / ".github" / "actions").glob("*/action.yml")))
ZIZMOR = Path(sys.executable).with_name("zizmor")
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.M | re.S)
_PINNED = re.compile(r"(\./.*|[\w./-]+@[0-9a-f]{40})")
# What a released version replaces in a user's workflow.
_OURS = re.compile(r"OWNER/aksnetpol(/[\w./-]*)?@COMMIT")


def _blocks(name: str) -> list[str]:
    return _BLOCK.findall((ROOT / "docs" / "ci" / f"{name}.md").read_text(encoding="utf-8"))


@pytest.fixture
def written(tmp_path: Path) -> list[Path]:
    """The workflows of docs/ci/github.md as files, with a commit where the user puts one."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    paths: list[Path] = []
    for number, block in enumerate(_blocks("github")):
        path = folder / f"{number}.yml"
        path.write_text(_OURS.sub(lambda found: f"acme/aksnetpol{found[1] or ''}@{'0' * 40}", block))
        paths.append(path)
    return paths


def _zizmor(*paths: Path) -> list[dict[str, Any]]:
    command = [ZIZMOR, "--offline", "--no-progress", "--format", "json-v1", "--no-exit-codes", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _actionlint(actionlint: Path, *paths: Path) -> str:
    return subprocess.run([actionlint, *paths], capture_output=True, text=True, check=False, cwd=ROOT).stdout


def test_actionlint(actionlint: Path) -> None:
    assert len(WORKFLOWS) == 3
    assert _actionlint(actionlint, *WORKFLOWS) == ""


def test_actionlint_reads_the_templates(actionlint: Path, written: list[Path]) -> None:
    assert len(written) == 3
    assert _actionlint(actionlint, *written) == ""


def test_zizmor() -> None:
    assert _zizmor(*WORKFLOWS, *ACTIONS) == []


def test_zizmor_reads_the_templates(written: list[Path]) -> None:
    assert _zizmor(*written) == []


@pytest.fixture(params=[".", "infra", "my infra: #1"], ids=["root", "folder", "odd-folder"])
def scaffolded(request: pytest.FixtureRequest, tmp_path: Path) -> Mapping[Service, str]:
    """The workflows that `aksnetpol new` makes for a folder of a repository, by service."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / request.param
    planned = {one: plan(folder, "shop", Scenario.DEV, one, ()) for one in Service if one is not Service.NONE}
    for files in planned.values():
        write(files[-1:])
    return {one: files[-1].path.read_text(encoding="utf-8") for one, files in planned.items()}


def test_what_new_makes_for_github(
    actionlint: Path, scaffolded: Mapping[Service, str], tmp_path: Path
) -> None:
    path = tmp_path / ".github" / "workflows" / "review.yml"
    assert path.read_text(encoding="utf-8") == scaffolded[Service.GITHUB]
    assert _actionlint(actionlint, path) == ""
    assert _zizmor(path) == []


def test_what_new_makes_uses_options_and_actions_that_exist(scaffolded: Mapping[Service, str]) -> None:
    pinned = {step["uses"] for action in ACTIONS for step in _steps(_read(action)) if "uses" in step}
    pinned |= {step["uses"] for path in WORKFLOWS for step in _steps(_read(path)) if "uses" in step}
    for service, text in scaffolded.items():
        assert isinstance(yaml.safe_load(text), dict)
        assert "[[" not in text
        assert "requirements.txt" in text
        assert set(re.findall(r"--output \"?(\w+)=", text)) <= set(Format)
        assert re.findall(r"--post ([\w-]+)", text) == [one for one in [service.value] if one != "github"]
        assert set(re.findall(r"--fail-on ([\w-]+)", text)) <= set(Gate)
        used = {step["uses"] for step in _steps(yaml.safe_load(text)) if "uses" in step}
        assert used <= pinned, "one version of each action"


def test_what_new_makes_goes_to_the_projects_folder(
    scaffolded: Mapping[Service, str], request: pytest.FixtureRequest
) -> None:
    folder = request.node.callspec.params["scaffolded"]
    github, gitlab, azure = (yaml.safe_load(scaffolded[one]) for one in list(Service)[:3])
    assert github["jobs"]["review"]["defaults"]["run"]["working-directory"] == folder
    assert gitlab["review"]["variables"]["AKSNETPOL_PROJECT"] == folder
    requirements = "requirements.txt" if folder == "." else f"{folder}/requirements.txt"
    assert gitlab["review"]["cache"]["key"]["files"] == [requirements]
    assert [step["workingDirectory"] for step in azure["steps"] if "bash" in step] == [folder, folder]


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_both_find_an_injection(actionlint: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.yml"
    title = "${{ github.event.pull_request.title }}"
    steps = f"    steps:\n      - run: echo '{title}'\n"
    path.write_text(f"on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n{steps}")
    assert "potentially untrusted" in _actionlint(actionlint, path)
    assert "template-injection" in {one["ident"] for one in _zizmor(path)}


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.parent.name + "/" + path.name)
def test_other_actions_are_pinned_and_scripts_hold_no_expression(path: Path) -> None:
    steps = list(_steps(yaml.safe_load(path.read_text(encoding="utf-8"))))
    assert steps
    for step in steps:
        assert _PINNED.fullmatch(step.get("uses", "./"))
        assert "${{" not in step.get("run", "")


def _steps(value: Any) -> Any:
    if isinstance(value, dict):
        yield from value.get("steps", ())
        for one in value.values():
            yield from _steps(one)


def test_each_job_may_write_what_it_has_to() -> None:
    files = {path.stem: _read(path) for path in WORKFLOWS}
    assert [one["permissions"] for one in files.values()] == [{}, {}, {}]
    assert files["review"]["jobs"]["review"]["permissions"] == {"contents": "read"}
    assert {name: _written(job) for file in files.values() for name, job in file["jobs"].items()} == {
        "review": set(),
        "post": {"pull-requests"},
        "build": set(),
        "pypi": {"id-token"},
        "image": {"packages", "id-token"},
        "release": {"contents", "id-token"},
    }


def _written(job: Any) -> set[str]:
    return {name for name, right in job["permissions"].items() if right == "write"}


@pytest.mark.parametrize("name", ["github", "gitlab", "azure-devops"])
def test_templates_use_options_that_exist(name: str) -> None:
    text = "\n".join(_blocks(name))
    for given in re.findall(r"--output (\w+)=", text):
        assert given in set(Format), given
    for given in re.findall(r"--post ([\w-]+)", text):
        assert given in set(ServiceName), given
    for block in _blocks(name):
        assert isinstance(yaml.safe_load(block), dict)
