"""Comments on a pull request of GitHub (REST API docs, issue comments and pulls)."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from pydantic import ValidationError

from aksnetpol.post.errors import MissingVariableError, RefusedError
from aksnetpol.post.pull_request import Posted
from aksnetpol.post.service import MOST_PAGES, PAGE, Read, Service
from aksnetpol.post.variables import Variables
from aksnetpol.review.formats.comment import GITHUB_COMMENT, MARKER, Limit

_PERMISSION = "`permissions: pull-requests: write`"
_ADVICE = {
    401: "GITHUB_TOKEN is not, or no longer, valid",
    403: f"the token may not write comments: give the job {_PERMISSION}; the run of a fork's pull request "
    "never gets it, so save its report with --output json=FILE and post that from a workflow_run",
    404: f"the repository has no such pull request, or the token does not see it: give the job {_PERMISSION}",
}
# Who can write a comment in the project's name; the author of a fork's change is none of these.
_INSIDERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})


class _User(Read):
    login: str = ""
    type: str = ""


class _Comment(Read):
    id: int
    body: str | None = None
    user: _User | None = None
    author_association: str = ""

    @property
    def may_be_ours(self) -> bool:
        bot = self.user is not None and self.user.type == "Bot"
        return (self.body or "").startswith(MARKER) and (bot or self.author_association in _INSIDERS)


class _Head(Read):
    sha: str


class _Pull(Read):
    number: int
    head: _Head | None = None


class _Repository(Read):
    owner: _User


class _Run(Read):
    html_url: str = ""
    head_sha: str
    head_branch: str
    head_repository: _Repository


class _Event(Read):
    """What started the workflow (GitHub docs, webhook events and payloads)."""

    pull_request: _Pull | None = None
    workflow_run: _Run | None = None


class GitHub:
    """A pull request, found by the variables of GitHub Actions.

    Raises:
        MissingVariableError: a variable is missing, or the workflow was not started by a pull request.
    """

    limit: Limit = GITHUB_COMMENT

    def __init__(self, environ: Mapping[str, str]) -> None:
        variables = Variables(environ, "GitHub Actions")
        token = variables.token("GITHUB_TOKEN", "give the step `env: GITHUB_TOKEN: ${{ github.token }}`")
        self._repository = variables.need("GITHUB_REPOSITORY")
        self._event = _event(variables.need("GITHUB_EVENT_PATH"))
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        api = variables.get("GITHUB_API_URL") or "https://api.github.com"
        self._service = Service("GitHub", api.rstrip("/"), headers, token, _ADVICE)
        self._page = _page(variables, self._repository)

    @property
    def run(self) -> str:
        """The run that made the report."""
        made = self._event.workflow_run
        return made.html_url if made else self._page

    @cached_property
    def _number(self) -> int:
        """A run that was started by another one finds its pull request by what GitHub says of that one."""
        made = self._event.workflow_run
        if made is None:
            assert self._event.pull_request is not None
            return self._event.pull_request.number
        head = f"{made.head_repository.owner.login}:{made.head_branch}"
        path = f"/repos/{self._repository}/pulls?{urlencode({'head': head, 'state': 'open'})}"
        for one in self._service.read(self._service.call("GET", path), list[_Pull]):
            if one.head and one.head.sha == made.head_sha:
                return one.number
        raise RefusedError(
            404,
            f"GitHub has no open pull request of {head} at {made.head_sha[:12]}: it was closed, or a newer "
            "commit has a run of its own.",
        )

    def comments(self) -> list[Posted]:
        """Return our comments, oldest first."""
        ours = [one for one in self._all() if one.may_be_ours]
        root = f"/repos/{self._repository}/issues/comments"
        found = [Posted(one.id, one.body or "", f"{root}/{one.id}") for one in ours]
        return sorted(found, key=lambda one: one.number)

    def _all(self) -> Iterator[_Comment]:
        path = f"{self._comments}?per_page={PAGE}"
        for _ in range(MOST_PAGES):
            answer = self._service.call("GET", path)
            yield from self._service.read(answer, list[_Comment])
            address = answer.links.get("next", {}).get("url", "")
            if not address:
                return
            if not address.startswith(f"{self._service.api}/"):
                where = urlsplit(address).netloc
                raise RefusedError(200, f"GitHub's next page is elsewhere, at {where}: set GITHUB_API_URL.")
            path = address.removeprefix(self._service.api)

    @property
    def _comments(self) -> str:
        return f"/repos/{self._repository}/issues/{self._number}/comments"

    def create(self, body: str) -> None:
        """Write a new comment."""
        self._service.call("POST", self._comments, {"body": body})

    def update(self, comment: Posted, body: str) -> None:
        """Give a comment another text."""
        self._service.call("PATCH", comment.path, {"body": body})

    def remove(self, comment: Posted) -> None:
        """Delete a comment; it may be gone already."""
        self._service.call("DELETE", comment.path)


def _event(path: str) -> _Event:
    name = "GITHUB_EVENT_PATH"
    try:
        event = _Event.model_validate_json(Path(path).read_bytes())
    except OSError as error:
        raise MissingVariableError(name, f"{path} cannot be read ({error.strerror})") from None
    except ValidationError:
        raise MissingVariableError(name, f"{path} holds no event of GitHub") from None
    if event.pull_request or event.workflow_run:
        return event
    raise MissingVariableError(name, "its event is no pull_request and no workflow_run")


def _page(variables: Variables, repository: str) -> str:
    server, run = variables.get("GITHUB_SERVER_URL"), variables.get("GITHUB_RUN_ID")
    return f"{server}/{repository}/actions/runs/{run}" if server and run else ""
