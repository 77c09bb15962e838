"""The action that posts, as it runs after a fork's review: against a stand-in of GitHub's API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.ci.steps import ROOT, Ran, run
from tests.local.post.conftest import Place, report, running
from tests.local.post.fakes import TOKEN, GitHubFake

ACTION = ROOT / ".github" / "actions" / "post" / "action.yml"
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """GitHub, with a fork's pull request."""
    for place in running("github", tmp_path, monkeypatch):
        assert isinstance(place.fake, GitHubFake)
        place.fake.pulls = [{"number": 7, "head": {"sha": SHA}, "label": "mallory:topic", "state": "open"}]
        event = {
            "workflow_run": {
                "html_url": "https://github.example/acme/shop/actions/runs/41",
                "head_sha": SHA,
                "head_branch": "topic",
                "head_repository": {"owner": {"login": "mallory"}},
            }
        }
        Path(place.environ()["GITHUB_EVENT_PATH"]).write_text(json.dumps(event), encoding="utf-8")
        yield place


def _post(place: Place, home: Path) -> Ran:
    runner = home / "runner"
    environ = place.environ()
    token = environ.pop("GITHUB_TOKEN")
    ran = run(ACTION, home, runner, {"token": token}, **environ)
    assert TOKEN not in ran.said
    assert ran.used["actions/download-artifact"]["path"] == f"{runner}/aksnetpol-reports"
    return ran


def _artifact(home: Path, name: str, text: str) -> None:
    folder = home / "runner" / "aksnetpol-reports" / name
    folder.mkdir(parents=True)
    (folder / "report.json").write_text(text, encoding="utf-8")


def test_reports_of_two_jobs_are_one_comment(github: Place, tmp_path: Path) -> None:
    for stack in ("dev", "prod"):
        _artifact(tmp_path, f"aksnetpol-review-{stack}", json.dumps(report("policy-opened", stack)))
    ran = _post(github, tmp_path)
    assert ran.code == 0, ran.said
    [body] = github.bodies
    assert "### Stack `dev`" in body
    assert "### Stack `prod`" in body
    assert "actions/runs/41" in body


def test_what_is_no_report_is_refused_and_not_shown(github: Place, tmp_path: Path) -> None:
    _artifact(tmp_path, "aksnetpol-review-a", '{"::add-mask::x": "$(touch made)"}\n::warning::hello')
    _artifact(tmp_path, "aksnetpol-review b", json.dumps(report("policy-opened")))
    ran = _post(github, tmp_path)
    assert ran.code == 1
    assert "is no report" in ran.said
    assert "::warning::" not in ran.said
    assert len(github.bodies) == 1


def test_nothing_to_post(github: Place, tmp_path: Path) -> None:
    (tmp_path / "runner" / "aksnetpol-reports").mkdir(parents=True)
    assert _post(github, tmp_path).code == 0
    assert github.bodies == []
