"""`aksnetpol review --post` against each service: one comment, and a clear word where there is none."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aksnetpol.findings import Finding, Severity, Topic
from aksnetpol.review import Problem, Review, StackReview
from aksnetpol.review.formats.comment import MARKER, parse
from aksnetpol.review.model import Compared
from tests.local.post.conftest import Place, report
from tests.local.post.fakes import TOKEN, AzureDevOpsFake, Fault, GitHubFake, GitLabFake

CHANGED, NOTHING = report("policy-opened"), report("nothing")


def test_creates_once_and_updates_after(place: Place) -> None:
    first = place.post(CHANGED)
    assert (first.code, first.err) == (0, "Comment: created.\n")
    assert "opened across namespaces" in first.out
    second = place.post(CHANGED)
    assert (second.code, second.err) == (0, "Comment: says so already.\n")
    assert len(place.fake.writes()) == 1
    third = place.post(report("policy-closed"))
    assert (third.code, third.err) == (0, "Comment: updated.\n")
    [body] = place.bodies
    assert "closed" in body
    assert "opened across" not in body
    assert len(place.fake.writes()) == 2


def test_nothing_to_tell(place: Place) -> None:
    done = place.post(NOTHING)
    assert (done.code, place.bodies) == (0, [])
    assert "Not posted" in done.err
    place.post(CHANGED)
    assert place.post(NOTHING).err == "Comment: updated.\n"
    [body] = place.bodies
    assert body.splitlines()[1].endswith(": no change")
    assert "###" not in body


def test_comments_of_others_are_left_alone(place: Place) -> None:
    for number in range(250):  # more than two pages
        place.fake.add(f"comment {number} that quotes\n> {MARKER}", "ann")
    hijack = place.fake.add(f"{MARKER}\n## 🟢 all is well", "mallory")
    ours = place.fake.add(f"{MARKER}\n## an older one, damaged")
    assert place.post(CHANGED).code == 0
    assert len(place.fake.comments) == 252
    assert hijack.body.endswith("all is well")
    assert "### Stack `dev`" in ours.body


def test_links_the_run(place: Place) -> None:
    place.post(CHANGED)
    [body] = place.bodies
    links = {
        "github": "https://github.example/acme/shop/actions/runs/42",
        "gitlab": "https://gitlab.example/acme/shop/-/jobs/42",
        "azure-devops": f"{place.url}/acme/Web%20Shop/_build/results?buildId=42",
    }
    assert f"### Stack `dev` · [whole report]({links[place.name]})" in body


SAID = {
    401: "not, or no longer, valid",
    403: "may not write",
    404: "does not see it",
    422: "answered 422 (no such thing",
}
PERMISSIONS = {
    "github": "pull-requests: write",
    "gitlab": "scope api",
    "azure-devops": "Contribute to pull requests",
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", SAID)
def test_refusals(place: Place, status: int, method: str) -> None:
    place.fake.faults = [Fault(method, status, {"message": f"no such thing {TOKEN}\nat all"})]
    done = place.post(CHANGED)
    assert done.code == 1
    assert done.err.startswith("error: The report was not posted. ")
    assert done.err.count("\n") == 1
    assert SAID[status] in done.err
    assert status != 403 or PERMISSIONS[place.name] in done.err
    assert "opened across namespaces" in done.out  # the report itself
    assert place.fake.writes() == ([] if method == "GET" else ["POST"])


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("status", "headers"),
    [(429, {"retry-after": "0"}), (429, {}), (500, {}), (502, {}), (503, {"retry-after": "0"}), (0, {})],
)
def test_passing_trouble(place: Place, status: int, headers: dict[str, str], method: str) -> None:
    place.fake.faults = [Fault(method, status, {"message": "later"}, headers, times=2)]
    assert place.post(CHANGED).code == 0
    assert len(place.bodies) == 1


@pytest.mark.parametrize(
    ("status", "said"),
    [(429, "too many requests"), (500, "answered 500 (broken)"), (0, "cannot be reached")],
)
def test_lasting_trouble(place: Place, status: int, said: str) -> None:
    place.fake.faults = [Fault(method, status, {"message": "broken"}) for method in ("GET", "POST")]
    done = place.post(CHANGED)
    assert done.code == 1
    assert said in done.err
    assert done.err.count("\n") == 1
    assert "opened across namespaces" in done.out


UPDATES = {"github": "PATCH", "gitlab": "PUT", "azure-devops": "PATCH"}


@pytest.mark.parametrize(
    ("status", "times", "code", "said"),
    [
        (403, 99, 1, "may not write"),
        (422, 99, 1, "answered 422 (no)"),
        (429, 2, 0, "updated"),
        (502, 2, 0, "updated"),
        (0, 2, 0, "updated"),
        (404, 1, 0, "updated"),  # taken away and written anew by another job
    ],
)
def test_trouble_of_an_update(place: Place, status: int, times: int, code: int, said: str) -> None:
    place.post(report("policy-closed"))
    place.fake.faults = [Fault(UPDATES[place.name], status, {"message": "no"}, times=times)]
    done = place.post(CHANGED)
    assert (done.code, said in done.err) == (code, True), done.err
    [body] = place.bodies
    assert ("opened across" in body) == (code == 0)


def test_waits_no_longer_than_a_minute(place: Place) -> None:
    place.fake.faults = [Fault("POST", 429, {"message": "slow down"}, {"retry-after": "900"})]
    done = place.post(CHANGED)
    assert (done.code, place.fake.writes()) == (1, ["POST"])
    assert "run the job again in 900 seconds" in done.err


def test_a_lost_answer_makes_no_second_comment(place: Place) -> None:
    place.fake.faults = [Fault("POST", 0, times=1, done=True)]
    assert place.post(CHANGED).code == 0
    assert len(place.bodies) == 1


def _grown(stack: str, size: int) -> dict[str, Any]:
    """A report with a resource's change repeated until its JSON has a size."""
    found = report("policy-opened", stack)
    [resource] = found["stacks"][0]["resources"]
    repeated: list[dict[str, Any]] = []
    for number in range(size // len(json.dumps(resource)) + 1):
        one = copy.deepcopy(resource)
        one["name"] = f"policies-inside-{number:05}-🔴"
        repeated.append(one)
    found["stacks"][0]["resources"] = repeated
    found["stacks"][0]["headline"] = f"Opened in {stack}; {len(repeated)} resources updated."
    return found


def test_five_megabytes_lose_no_headline(place: Place) -> None:
    found = _grown("stack-0", 1_000_000)
    for number in range(1, 5):
        found["stacks"] += _grown(f"stack-{number}", 1_000_000)["stacks"]
    assert len(json.dumps(found)) > 5_000_000
    assert place.post(found).code == 0
    [body] = place.bodies  # the stand-in refuses a longer one
    for number in range(5):
        assert f"| `stack-{number}` | 🔴 high risk | Opened in stack-{number}; " in body
        assert f"### Stack `stack-{number}` · [whole report](" in body
    assert "_Left out, for a " in body
    assert "the property changes of `stack-4`" in body
    assert len(parse(body).sections) == 5
    assert place.post(found).err == "Comment: says so already.\n"


def test_headlines_that_do_not_fit_are_an_error(github: Place) -> None:
    found = report("policy-opened")
    found["stacks"][0]["headline"] = "long " * 20_000
    done = github.post(found)
    assert (done.code, github.bodies) == (1, [])
    assert "headlines of 1 stacks alone are too long" in done.err


def test_stacks_of_other_jobs_stay(place: Place) -> None:
    place.post(report("policy-opened", "prod"))
    place.post(report("policy-closed", "dev"))
    place.post(report("nothing", "prod"))
    [body] = place.bodies
    assert [one.stack for one in parse(body).sections] == ["dev", "prod"]
    assert "closed" in body
    assert "opened across" not in body


BROKEN = StackReview("dev", problem=Problem("HEAD", "no such file", in_head=True))
RETIRED = StackReview(
    "dev",
    retirements=Compared(
        new=(Finding("retired-npm", Topic.RETIRED, Severity.ERROR, "NPM is gone", "Leave it", "docs"),)
    ),
)


@pytest.mark.parametrize(
    ("stack", "posts", "code"),
    [
        pytest.param(StackReview("dev"), True, 0, id="nothing"),
        pytest.param(RETIRED, True, 1, id="a gate"),
        pytest.param(RETIRED, False, 1, id="a gate, not posted"),
        pytest.param(BROKEN, True, 2, id="broken"),
        pytest.param(BROKEN, False, 2, id="broken, not posted"),
    ],
)
def test_a_review_made_here(
    github: Place, stack: StackReview, posts: bool, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aksnetpol.cli.review.review", lambda *_: Review("main", "HEAD", (stack,)))
    github.fake.faults = [] if posts else [Fault("GET", 404, {"message": "Not Found"})]
    file = github.home / "report.json"
    done = github.review("--base", "main", "--fail-on", "retired", "--output", f"json={file}")
    assert done.code == code
    assert ("not posted" in done.err) == (not posts)
    assert json.loads(file.read_bytes())["stacks"][0]["stack"] == "dev"
    assert len(github.bodies) == (posts and stack.changes)


STACKS = ["dev", "prod", "test"]


def _jobs_at_once(place: Place) -> None:
    """Real processes, with the pauses that users have; each write takes a while until it is seen."""
    place.fake.delay = 0.3
    command = [str(Path(sys.executable).with_name("aksnetpol")), "review", "--post", place.name, "--from"]
    jobs = [
        subprocess.Popen(
            [*command, str(place.save(report("policy-opened", stack)))],
            env=place.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for stack in STACKS
    ]
    said = [job.communicate(timeout=120) for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0, 0], said
    assert TOKEN not in str(said)


def test_jobs_that_create_at_once_end_in_one_comment(place: Place) -> None:
    _jobs_at_once(place)
    [body] = place.bodies
    assert [one.stack for one in parse(body).sections] == STACKS
    assert body.count("| 🔴 high risk | 1 group of connections opened across namespaces") == 3


def test_jobs_that_update_at_once_lose_nothing(github: Place) -> None:
    github.post(report("policy-closed", "prod"))
    github.post(report("policy-closed", "other"))
    _jobs_at_once(github)
    [body] = github.bodies
    assert [one.stack for one in parse(body).sections] == ["dev", "other", "prod", "test"]
    assert body.count("| 🔴 high risk | 1 group of connections opened across namespaces") == 3


def test_gitlab_runs_no_quick_action(gitlab: Place) -> None:
    found = report("broken-yaml")
    found["stacks"][0]["problem"]["message"] = "it says\n/merge\n  /approve\n```\n/close\n```"
    assert gitlab.post(found).code == 0
    assert isinstance(gitlab.fake, GitLabFake)
    assert gitlab.fake.actions == []
    assert "/merge" in gitlab.bodies[0]


def test_azure_devops_thread_holds_up_no_merge(azure_devops: Place) -> None:
    azure_devops.post(CHANGED)
    assert isinstance(azure_devops.fake, AzureDevOpsFake)
    assert azure_devops.fake.statuses == ["closed"]


def test_azure_devops_sign_in_page(azure_devops: Place) -> None:
    done = azure_devops.post(CHANGED, SYSTEM_ACCESSTOKEN="another")
    assert (done.code, "SYSTEM_ACCESSTOKEN is not, or no longer, valid" in done.err) == (1, True)


SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"retry-after": "0"}, {"message": SECONDARY}),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, {"message": "API rate limit exceeded"}),
    ],
    ids=["secondary", "primary"],
)
def test_github_answers_403_for_too_many_requests(
    github: Place, headers: dict[str, str], body: dict[str, str]
) -> None:
    github.fake.faults = [Fault("POST", 403, body, headers, times=1)]
    assert github.post(CHANGED).code == 0
    assert len(github.bodies) == 1


def _started_by_a_run(place: Place, sha: str) -> None:
    run = {
        "html_url": "https://github.example/acme/shop/actions/runs/41",
        "head_sha": sha,
        "head_branch": "topic",
        "head_repository": {"owner": {"login": "mallory"}},
        "pull_requests": [],
    }
    Path(place.environ()["GITHUB_EVENT_PATH"]).write_text(json.dumps({"workflow_run": run}))
    assert isinstance(place.fake, GitHubFake)
    place.fake.pulls = [
        {"number": 3, "label": "ann:topic", "state": "open", "head": {"sha": "abc"}},
        {"number": 5, "label": "mallory:topic", "state": "closed", "head": {"sha": "abc"}},
        {"number": 7, "label": "mallory:topic", "state": "open", "head": {"sha": "abc"}},
    ]


def test_github_finds_the_pull_request_of_a_forks_run(github: Place) -> None:
    _started_by_a_run(github, "abc")
    assert github.post(CHANGED).code == 0
    assert "[whole report](https://github.example/acme/shop/actions/runs/41)" in github.bodies[0]


def test_github_posts_no_report_on_an_older_commit(github: Place) -> None:
    _started_by_a_run(github, "abd")
    done = github.post(CHANGED)
    assert (done.code, github.bodies) == (1, [])
    assert "a newer commit has a run of its own" in done.err


HOSTILE = "x <img src=a onerror=b> @ann #1 [c](http://d.example) **e** | f\n```\n" + MARKER


def test_a_strangers_report_is_only_text(place: Place) -> None:
    found = report("policy-opened")
    [stack] = found["stacks"]
    found["head"], stack["headline"] = HOSTILE, HOSTILE
    stack["policies"], stack["secrets"] = [HOSTILE], [HOSTILE]
    stack["connections"][0]["causes"][0] |= {"subject": HOSTILE, "detail": HOSTILE}
    stack["resources"][0] |= {"name": HOSTILE}
    stack["resources"][0]["changes"][0] |= {"path": HOSTILE, "new": HOSTILE}
    assert place.post(found).code == 0
    [body] = place.bodies
    outside = [part for line in body.splitlines() for part in _outside_code(line)]
    for mark in ("<img", "@ann", "](http://d.example", "**e**"):
        assert not any(mark in part for part in outside), mark
    assert body.count(MARKER) == 1
    assert [one.stack for one in parse(body).sections] == ["dev"]


def _outside_code(line: str) -> list[str]:
    """What of a line is not within backticks; the hostile text has three of its own."""
    return line.split("````")[::2] if "````" in line else line.split("`")[::2]
