"""Finding the pull request: each variable that is missing is named, and no token is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aksnetpol.post import MissingVariableError, RefusedError, ServiceName, pull_request
from aksnetpol.post.github import GitHub
from aksnetpol.post.gitlab import without_actions

ENVIRONS: Mapping[ServiceName, Mapping[str, str]] = {
    ServiceName.GITHUB: {
        "GITHUB_TOKEN": "tok",
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_EVENT_PATH": "",
    },
    ServiceName.GITLAB: {
        "GITLAB_TOKEN": "tok",
        "CI_API_V4_URL": "https://gitlab.example/api/v4",
        "CI_PROJECT_ID": "12",
        "CI_MERGE_REQUEST_IID": "7",
    },
    ServiceName.AZURE_DEVOPS: {
        "SYSTEM_ACCESSTOKEN": "tok",
        "SYSTEM_COLLECTIONURI": "https://dev.azure.example/acme/",
        "SYSTEM_TEAMPROJECT": "shop",
        "BUILD_REPOSITORY_ID": "9f",
        "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
    },
}


@pytest.fixture
def event(tmp_path: Path) -> Path:
    path = tmp_path / "event.json"
    path.write_text(json.dumps({"pull_request": {"number": 7}}))
    return path


def _environ(name: ServiceName, event: Path) -> dict[str, str]:
    return {key: value or str(event) for key, value in ENVIRONS[name].items()}


NEEDED = [(name, variable) for name, environ in ENVIRONS.items() for variable in environ]


@pytest.mark.parametrize("value", ["", "  ", "$(System.AccessToken)"])
@pytest.mark.parametrize(("name", "variable"), NEEDED)
def test_a_missing_variable_is_named(name: ServiceName, variable: str, value: str, event: Path) -> None:
    environ = _environ(name, event)
    assert pull_request(name, environ).limit.size
    with pytest.raises(MissingVariableError, match=variable) as raised:
        pull_request(name, {**environ, variable: value})
    assert raised.value.exit_code == 2
    assert "tok" not in str(raised.value).replace("token", "")


@pytest.mark.parametrize("token", ["two words", "tök-3f9a", "a\nb-3f9a", "\x7f-3f9a"])
@pytest.mark.parametrize(
    ("name", "variable"), [(name, variable) for name, variable in NEEDED if "TOKEN" in variable]
)
def test_a_token_that_is_none_is_not_shown(name: ServiceName, variable: str, token: str, event: Path) -> None:
    with pytest.raises(MissingVariableError, match=variable) as raised:
        pull_request(name, {**_environ(name, event), variable: token})
    assert "3f9a" not in str(raised.value)
    assert "two words" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "holds no event"),
        ("[]", "holds no event"),
        ('{"push": {}}', "no pull_request and no workflow_run"),
        ('{"pull_request": {"number": "7; rm"}}', "holds no event"),
        (None, "cannot be read"),
    ],
)
def test_an_event_that_is_none(content: str | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(MissingVariableError, match=f"GITHUB_EVENT_PATH.*{said}"):
        pull_request(ServiceName.GITHUB, _environ(ServiceName.GITHUB, path))


@pytest.mark.parametrize(
    ("name", "variables", "said"),
    [
        (ServiceName.GITLAB, {"CI_MERGE_REQUEST_IID": "7/../8"}, "is no number"),
        (ServiceName.AZURE_DEVOPS, {"SYSTEM_PULLREQUEST_PULLREQUESTID": "x"}, "is no number"),
        (ServiceName.AZURE_DEVOPS, {"BUILD_REPOSITORY_PROVIDER": "GitHub"}, "post with --post github"),
    ],
)
def test_other_values(name: ServiceName, variables: dict[str, str], said: str, event: Path) -> None:
    with pytest.raises(MissingVariableError, match=said):
        pull_request(name, {**_environ(name, event), **variables})


def test_the_next_page_is_asked_for_at_the_same_place(event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = GitHub(_environ(ServiceName.GITHUB, event))
    asked: list[str] = []

    class Answer:
        links = {"next": {"url": "https://evil.example/page2"}}  # noqa: RUF012 - one answer

    def call(_: Any, method: str, path: str) -> Any:
        asked.append(path)
        return Answer()

    monkeypatch.setattr("aksnetpol.post.service.Service.call", call)
    monkeypatch.setattr("aksnetpol.post.service.Service.read", lambda *_: [])
    with pytest.raises(RefusedError, match=r"elsewhere, at evil\.example"):
        place.comments()
    assert len(asked) == 1


@pytest.mark.parametrize("line", ["/merge", "  /merge", "\t/close now", "a\n/merge", "a\r\n/merge"])
def test_no_line_is_a_quick_action(line: str) -> None:
    changed = without_actions(line)
    assert not any(one.strip().startswith("/") for one in changed.splitlines())
    assert changed.replace("\u200b", "") == line
