"""Ten pull requests of a scripted repository, previewed by the real engine; reports against golden files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from aksnetpol.deploy import find_engine
from aksnetpol.deploy.patience import PREVIEW_SECONDS
from aksnetpol.local.providers.rules import differences
from aksnetpol.local.stand_ins import stand_ins
from aksnetpol.project import find_project
from aksnetpol.review import Gate, Revisions, review
from aksnetpol.review.formats import data, html, junit, markdown
from aksnetpol.review.model import Revision
from aksnetpol.review.read.checkout import Checkout
from aksnetpol.review.read.revision import Hermetic, read_revision
from tests.golden_files import check_golden

from .conftest import INSIDE

_TODAY = date(2026, 11, 23)
# What each pull request trips.
# Whose pages are kept whole; what is in the others is in their JSON.
_PAGES = ("engine-change", "policy-opened")
_TRIPPED: dict[str, tuple[Gate, ...]] = {
    "engine-change": (),
    "policy-opened": (Gate.OPENED,),
    "policy-closed": (),
    "windows-pool": (),
    "replaced": (Gate.REPLACE,),
    "nothing": (),
    "lint-error": (Gate.LINT_ERROR,),
    "renamed": (),
    "broken-yaml": (),
    "secret": (),
}


@pytest.fixture(scope="module")
def mains() -> dict[str, Revision]:
    """The base, by its stacks: the same of each pull request."""
    return {}


@pytest.fixture
def main_is_read_once(mains: dict[str, Revision], monkeypatch: pytest.MonkeyPatch) -> None:
    """Preview the base for the first pull request only."""

    def read(checkout: Checkout, stack: str, using: Hermetic) -> Revision:
        if checkout.revision != "main":
            return read_revision(checkout, stack, using)
        if stack not in mains:
            mains[stack] = read_revision(checkout, stack, using)
        return mains[stack]

    monkeypatch.setattr("aksnetpol.review.read.revisions.read_revision", read)


@pytest.mark.usefixtures("main_is_read_once")
@pytest.mark.parametrize("branch", _TRIPPED)
def test_pull_request(branch: str, repository: Any, password: str) -> None:
    found = review(
        Revisions(
            project=find_project(repository.folder),
            base="main",
            head=branch,
            stacks=("dev",),
            manifests=("cluster",),
            rules=differences,
            today=_TODAY,
            limit=PREVIEW_SECONDS,
            engine=find_engine,
            stand_ins=stand_ins,
        )
    )
    as_json = json.dumps(data.data(found), indent=2) + "\n"
    as_markdown = markdown.render(found)
    as_junit = junit.render(found)
    as_html = html.render(found)
    assert password not in as_json + as_markdown + as_junit + as_html
    assert found.tripped(tuple(Gate)) == _TRIPPED[branch]
    assert found.broken == (branch == "broken-yaml")
    check_golden(f"review/{branch}.md", as_markdown)
    check_golden(f"review/{branch}.json", as_json)
    check_golden(f"review/{branch}.xml", as_junit)
    if branch in _PAGES:
        check_golden(f"review/{branch}.html", _without_code(as_html))


def _without_code(page: str) -> str:
    """A page without its own style and script, which are the same in every page."""
    page = re.sub("<(style|script)>.*?</", r"<\1></", page, flags=re.DOTALL)
    return re.sub("sha256-[^']*", "sha256-", page)


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    scripts = Path(sys.executable).parent
    return subprocess.run(
        [scripts / "aksnetpol", "review", "--base", "main", *arguments],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_command_fails_on_a_gate(repository: Any) -> None:
    done = _run(
        repository.folder,
        "--head",
        "policy-opened",
        "--manifests",
        "cluster",
        "--fail-on",
        "opened",
        "--json",
    )
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["stacks"][0]["connections"][0]["kind"] == "added"


def test_command_tells_of_broken_input(repository: Any) -> None:
    done = _run(repository.folder, "--head", "broken-yaml", "--format", "terminal")
    assert done.returncode == 2
    assert "policies/inside.yaml:8: not YAML: did not find expected" in done.stdout


def test_stack_files_are_found_in_both_revisions(repository: Any) -> None:
    """Only the head has Pulumi.yml and a folder of stack files; the stack is the same."""
    repository.git("switch", "--quiet", "--create", "stack-files-moved", "main")
    files = {
        "Pulumi.yaml": None,
        "Pulumi.yml": f"{(repository.folder / 'Pulumi.yaml').read_text()}stackConfigDir: stacks\n",
        "Pulumi.dev.yaml": None,
        "stacks/Pulumi.dev.yml": (repository.folder / "Pulumi.dev.yaml").read_text(),
    }
    repository.commit(files, "Move")
    repository.git("switch", "--quiet", "main")
    done = _run(repository.folder, "--head", "stack-files-moved", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    (stack,) = json.loads(done.stdout)["stacks"]
    assert (stack["stack"], stack["risk"], stack["resources"]) == ("dev", "none", [])


def test_previews_what_lint_reads(repository: Any) -> None:
    """The same policy in a List is the same, and what is hidden is not applied."""
    repository.git("switch", "--quiet", "--create", "same-in-a-list", "main")
    listed = {"apiVersion": "v1", "kind": "List", "items": [yaml.safe_load(INSIDE)]}
    hidden = INSIDE.replace("name: inside", "name: allow-all")
    files = {
        "policies/inside.yaml": None,
        "policies/deep/list.json": json.dumps(listed, indent=1),
        "policies/.draft/open.yaml": hidden,
    }
    repository.commit(files, "same-in-a-list")
    repository.git("switch", "--quiet", "main")
    done = _run(repository.folder, "--head", "same-in-a-list", "--manifests", "cluster", "--json")
    assert done.returncode == 0, done.stderr
    (stack,) = json.loads(done.stdout)["stacks"]
    assert stack["headline"] == "Nothing changes."


def test_unknown_revision(repository: Any) -> None:
    done = _run(repository.folder, "--head", "no-such-branch")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no-such-branch" in done.stderr
    assert "Traceback" not in done.stderr
