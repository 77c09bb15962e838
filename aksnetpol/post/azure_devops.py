"""Comments on a pull request of Azure DevOps (REST API docs 7.1, pull request threads and their comments)."""

from collections.abc import Mapping
from functools import cached_property
from urllib.parse import quote

from aksnetpol.post.errors import MissingVariableError, RefusedError
from aksnetpol.post.pull_request import Posted
from aksnetpol.post.service import Read, Service
from aksnetpol.post.variables import Variables
from aksnetpol.review.formats.comment import MARKER, Limit, utf16_units

_VERSION = "api-version=7.1"
_SIGN_IN = "SYSTEM_ACCESSTOKEN is not, or no longer, valid"
_RIGHT = 'allow the build service "Contribute to pull requests" in the repository\'s security settings'
_ADVICE = {
    203: _SIGN_IN,  # its sign-in page
    302: _SIGN_IN,
    401: _SIGN_IN,
    403: f"the token may not write comments: {_RIGHT}",
    404: f"there is no such pull request, or the token does not see it: {_RIGHT}",
}


class _Author(Read):
    id: str = ""


class _Comment(Read):
    id: int
    content: str | None = None
    isDeleted: bool = False  # noqa: N815 - the API's name
    author: _Author = _Author()


class _Thread(Read):
    id: int
    isDeleted: bool = False  # noqa: N815 - the API's name
    comments: list[_Comment] | None = None


class _Threads(Read):
    value: list[_Thread]


class _Connection(Read):
    authenticatedUser: _Author  # noqa: N815 - the API's name


class AzureDevOps:
    """A pull request, found by the predefined variables of Azure Pipelines.

    Raises:
        MissingVariableError: a variable is missing, or the repository is not in Azure Repos.
    """

    # Its answer to a longer one: "A discussion comment cannot be longer than 150000 characters."
    limit: Limit = Limit(150_000, utf16_units, "a comment on Azure DevOps holds 150,000 characters")

    def __init__(self, environ: Mapping[str, str]) -> None:
        variables = Variables(environ, "Azure Pipelines")
        token = variables.token(
            "SYSTEM_ACCESSTOKEN", "give the step `env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`"
        )
        provider = variables.get("BUILD_REPOSITORY_PROVIDER") or "TfsGit"
        if provider != "TfsGit":
            advice = f"the repository is in {provider}, not in Azure Repos; post with --post github"
            raise MissingVariableError("BUILD_REPOSITORY_PROVIDER", advice)
        collection = variables.need("SYSTEM_COLLECTIONURI").rstrip("/")
        project = quote(variables.need("SYSTEM_TEAMPROJECT"), safe="")
        repository = quote(variables.need("BUILD_REPOSITORY_ID"), safe="")
        advice = "Azure Pipelines sets it in builds that a branch policy starts for a pull request"
        number = variables.number("SYSTEM_PULLREQUEST_PULLREQUESTID", advice)
        self._threads = f"/{project}/_apis/git/repositories/{repository}/pullRequests/{number}/threads"
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._service = Service("Azure DevOps", collection, headers, token, _ADVICE)
        build = variables.get("BUILD_BUILDID")
        self._page = f"{collection}/{project}/_build/results?buildId={build}" if build else ""

    @property
    def run(self) -> str:
        """The build's page."""
        return self._page

    @cached_property
    def _me(self) -> str:
        """Who we are; empty where the server does not tell: then the mark alone decides."""
        try:
            answer = self._service.call("GET", "/_apis/connectionData")
            return self._service.read(answer, _Connection).authenticatedUser.id
        except RefusedError:
            return ""

    def comments(self) -> list[Posted]:
        """Return our comments, oldest first; the list of threads has no pages."""
        answer = self._service.call("GET", f"{self._threads}?{_VERSION}")
        found: list[Posted] = []
        for thread in self._service.read(answer, _Threads).value:
            first = next(iter(thread.comments or ()), None)
            if first is None or thread.isDeleted or first.isDeleted:
                continue
            if (first.content or "").startswith(MARKER) and self._me in ("", first.author.id):
                path = f"{self._threads}/{thread.id}/comments/{first.id}?{_VERSION}"
                found.append(Posted(thread.id, first.content or "", path))
        return sorted(found, key=lambda one: one.number)

    def create(self, body: str) -> None:
        """Write a new comment, in a closed thread: an active one can hold up the merge."""
        comment = {"parentCommentId": 0, "content": body, "commentType": "text"}
        self._service.call("POST", f"{self._threads}?{_VERSION}", {"comments": [comment], "status": "closed"})

    def update(self, comment: Posted, body: str) -> None:
        """Give a comment another text."""
        self._service.call("PATCH", comment.path, {"content": body})

    def remove(self, comment: Posted) -> None:
        """Delete a comment; it may be gone already."""
        self._service.call("DELETE", comment.path)
