"""Notes on a merge request of GitLab (REST API docs, notes)."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from urllib.parse import quote

from aksnetpol.post.pull_request import Posted
from aksnetpol.post.service import MOST_PAGES, PAGE, Read, Service
from aksnetpol.post.variables import Variables
from aksnetpol.review.formats.comment import MARKER, Limit, utf8_bytes

_ACTION = re.compile(r"^(\s*)/", re.MULTILINE)  # GitLab docs, quick actions: a line that begins with a slash
_ROLE = "a token with the scope api and at least the role Planner, Reporter or Developer of the project"
_ADVICE = {
    401: "GITLAB_TOKEN is not, or no longer, valid",
    403: f"GITLAB_TOKEN may not write notes: it needs to be {_ROLE}",
    404: f"the project has no such merge request, or GITLAB_TOKEN does not see it: it needs to be {_ROLE}",
}


class _User(Read):
    id: int


class _Note(Read):
    id: int
    body: str = ""
    system: bool = False
    author: _User


class GitLab:
    """A merge request, found by GitLab's predefined CI/CD variables.

    Raises:
        MissingVariableError: a variable is missing.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        variables = Variables(environ, "GitLab")
        advice = (
            "CI_JOB_TOKEN may not write notes; add a project access token with the scope api as a variable"
        )
        token = variables.token("GITLAB_TOKEN", advice)
        api = variables.need("CI_API_V4_URL").rstrip("/")
        # The pipeline of a fork's merge request runs in the fork.
        project = variables.get("CI_MERGE_REQUEST_PROJECT_ID") or variables.need("CI_PROJECT_ID")
        request = variables.number("CI_MERGE_REQUEST_IID", "GitLab sets it in merge request pipelines only")
        self._notes = f"/projects/{quote(project, safe='')}/merge_requests/{request}/notes"
        self._service = Service("GitLab", api, {"PRIVATE-TOKEN": token}, token, _ADVICE)
        self._job = variables.get("CI_JOB_URL")

    @property
    def limit(self) -> Limit:
        """GitLab docs, application limits, size of comments: about a million characters, or a megabyte."""
        said = "a note on GitLab holds a megabyte"
        return Limit(1_000_000, lambda text: utf8_bytes(without_actions(text)), said)

    @property
    def run(self) -> str:
        """The job's page."""
        return self._job

    @cached_property
    def _me(self) -> int:
        return self._service.read(self._service.call("GET", "/user"), _User).id

    def comments(self) -> list[Posted]:
        """Return our notes, oldest first; no token can change those of others."""
        me = self._me
        found = [
            Posted(one.id, one.body, f"{self._notes}/{one.id}")
            for one in self._all()
            if one.body.startswith(MARKER) and one.author.id == me and not one.system
        ]
        return sorted(found, key=lambda one: one.number)

    def _all(self) -> Iterator[_Note]:
        page = "1"
        for _ in range(MOST_PAGES):
            path = f"{self._notes}?sort=asc&order_by=created_at&per_page={PAGE}&page={quote(page)}"
            answer = self._service.call("GET", path)
            yield from self._service.read(answer, list[_Note])
            page = answer.headers.get("x-next-page", "")
            if not page:
                return

    def create(self, body: str) -> None:
        """Write a new note."""
        self._service.call("POST", self._notes, {"body": without_actions(body)})

    def update(self, comment: Posted, body: str) -> None:
        """Give a note another text."""
        self._service.call("PUT", comment.path, {"body": without_actions(body)})

    def remove(self, comment: Posted) -> None:
        """Delete a note; it may be gone already."""
        self._service.call("DELETE", comment.path)


def without_actions(text: str) -> str:
    """Return a text of which GitLab runs no line as a quick action, such as /merge."""
    return _ACTION.sub("\\1\u200b/", text)
