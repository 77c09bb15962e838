"""Each service's stand-in, and the command line that posts to it."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Generator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aksnetpol import cli
from aksnetpol.post import publishing
from tests.local.post.fakes import TOKEN, AzureDevOpsFake, Fake, GitHubFake, GitLabFake, Server

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "review"
FAKES: Mapping[str, type[Fake]] = {
    "github": GitHubFake,
    "gitlab": GitLabFake,
    "azure-devops": AzureDevOpsFake,
}


def report(name: str, stack: str = "dev") -> dict[str, Any]:
    """A report of the scripted pull requests, for a stack of another name."""
    found = json.loads((GOLDEN / f"{name}.json").read_bytes())
    found["stacks"][0]["stack"] = stack
    return found


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Place:
    """A service that runs."""

    name: str
    fake: Fake
    url: str
    home: Path
    monkeypatch: pytest.MonkeyPatch

    def environ(self) -> dict[str, str]:
        """Of a job, without what this machine's own CI system may have set."""
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GITHUB_", "GITLAB_", "CI_", "SYSTEM_", "BUILD_"))
        }
        return {**clean, **self.fake.environ(self.url), "NO_COLOR": "1", "COLUMNS": "200"}

    def save(self, found: Mapping[str, Any]) -> Path:
        """Keep a report in a file."""
        path = self.home / f"{found['stacks'][0]['stack']}.json"
        path.write_text(json.dumps(found), encoding="utf-8")
        return path

    def post(self, found: Mapping[str, Any], **environ: str) -> Done:
        """Post a saved report."""
        return self.review("--from", str(self.save(found)), **environ)

    def review(self, *arguments: str, **environ: str) -> Done:
        """Review and post in this process, without the pauses."""
        out, err = io.StringIO(), io.StringIO()
        with self.monkeypatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(sys, "argv", ["aksnetpol", "review", *arguments, "--post", self.name])
            patch.setattr(publishing, "_SETTLE", (0.0, 0.01))
            patch.setattr(publishing, "_LONGEST_PAUSE", 0.01)
            patch.setattr(os, "environ", {**self.environ(), **environ})
            with pytest.raises(SystemExit) as ended:
                cli.main()
        done = Done(int(ended.value.code or 0), out.getvalue(), err.getvalue())
        assert TOKEN not in done.out + done.err
        return done

    @property
    def bodies(self) -> list[str]:
        """Texts of all comments."""
        return [one.body for one in self.fake.comments]


@pytest.fixture(params=list(FAKES))
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[Place]:
    """Each of the three services."""
    yield from running(request.param, tmp_path, monkeypatch)


def running(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Place]:
    """A service, until the test is over."""
    fake = FAKES[name]()
    if isinstance(fake, GitHubFake):
        event = home / "event.json"
        event.write_text(json.dumps({"action": "opened", "number": 7, "pull_request": {"number": 7}}))
        fake.event = str(event)
    server = Server(fake)
    try:
        yield Place(name, fake, server.url, home, monkeypatch)
    finally:
        server.stop()


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Place]:
    """GitHub."""
    yield from running("github", tmp_path, monkeypatch)


@pytest.fixture
def gitlab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Place]:
    """GitLab."""
    yield from running("gitlab", tmp_path, monkeypatch)


@pytest.fixture
def azure_devops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Place]:
    """Azure DevOps."""
    yield from running("azure-devops", tmp_path, monkeypatch)
