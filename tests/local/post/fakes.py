"""Stand-ins of three REST APIs, each written from its documentation, over HTTP on a port of its own.

GitHub: REST API docs, issue comments, pulls, pagination, rate limits. GitLab: REST API docs, notes, users,
pagination; quick actions. Azure DevOps: REST API docs 7.1, pull request threads and thread comments.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

TOKEN = "tok-3f9a-never-shown"


@dataclass
class Fault:
    """How a request of a method is answered instead, some times.

    Args:
        status: 0 breaks the connection in the middle of the answer.
        done: what was asked for is done all the same.
    """

    method: str
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    times: int = 1_000
    done: bool = False


@dataclass
class Comment:
    """A comment, or a thread with one."""

    id: int
    body: str
    author: str = "us"
    association: str = "NONE"


class Fake:
    """A service with one pull request.

    Args:
        delay: seconds that a write takes until it is seen.
    """

    too_long: ClassVar[int]

    def __init__(self) -> None:
        self.comments: list[Comment] = []
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str]] = []
        self.delay = 0.0
        self._lock = threading.Lock()
        self._last = 0

    def add(self, body: str, author: str = "us", association: str = "NONE") -> Comment:
        """Write a comment."""
        time.sleep(self.delay)
        with self._lock:
            self._last += 1
            made = Comment(self._last, body, author, association)
            self.comments.append(made)
        return made

    def change(self, number: int, body: str) -> Comment | None:
        """Give a comment another text."""
        time.sleep(self.delay)
        with self._lock:
            for one in self.comments:
                if one.id == number:
                    one.body = body
                    return one
        return None

    def drop(self, number: int) -> bool:
        """Delete a comment; tell whether it was there."""
        with self._lock:
            kept = [one for one in self.comments if one.id != number]
            gone = len(kept) < len(self.comments)
            self.comments = kept
        return gone

    def writes(self) -> list[str]:
        """Methods of the requests that were no reads."""
        return [method for method, _ in self.requests if method != "GET"]

    def routes(self) -> list[Route]:
        """What it serves."""
        raise NotImplementedError

    def environ(self, url: str) -> dict[str, str]:
        """What its CI system sets."""
        raise NotImplementedError


class GitHubFake(Fake):
    """api.github.com with the pull request acme/shop#7."""

    too_long = 65_536
    token_name = "GITHUB_TOKEN"

    def __init__(self) -> None:
        super().__init__()
        self.pulls: list[dict[str, Any]] = []
        self.event = ""

    def routes(self) -> list[Route]:
        one = "/repos/acme/shop/issues/comments/{id:int}"
        return [
            Route("/repos/acme/shop/issues/7/comments", self._list, methods=["GET"]),
            Route("/repos/acme/shop/issues/7/comments", self._create, methods=["POST"]),
            Route(one, self._update, methods=["PATCH"]),
            Route(one, self._delete, methods=["DELETE"]),
            Route("/repos/acme/shop/pulls", self._pulls, methods=["GET"]),
        ]

    def environ(self, url: str) -> dict[str, str]:
        return {
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": url,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_EVENT_PATH": self.event,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_RUN_ID": "42",
        }

    def _refusal(self, request: Request) -> Response | None:
        if request.headers.get("authorization") == f"Bearer {TOKEN}":
            return None
        return JSONResponse({"message": "Bad credentials", "status": "401"}, 401)

    def _list(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        size = min(int(request.query_params.get("per_page", 30)), 100)
        page = int(request.query_params.get("page", 1))
        shown = [self._json(one) for one in self.comments[(page - 1) * size : page * size]]
        headers = {}
        if page * size < len(self.comments):
            following = request.url.include_query_params(page=page + 1)
            headers["link"] = f'<{following}>; rel="next", <{following}>; rel="last"'
        return JSONResponse(shown, headers=headers)

    async def _create(self, request: Request) -> Response:
        return await run_in_threadpool(self._written, request, await request.json(), None)

    async def _update(self, request: Request) -> Response:
        number = request.path_params["id"]
        return await run_in_threadpool(self._written, request, await request.json(), number)

    def _written(self, request: Request, body: dict[str, str], number: int | None) -> Response:
        if refusal := self._refusal(request):
            return refusal
        if len(body["body"]) > self.too_long:
            error = {
                "resource": "IssueComment",
                "code": "unprocessable",
                "field": "data",
                "message": "Body is too long (maximum is 65536 characters)",
            }
            return JSONResponse({"message": "Validation Failed", "errors": [error], "status": "422"}, 422)
        made = self.add(body["body"]) if number is None else self.change(number, body["body"])
        if made is None:
            return JSONResponse({"message": "Not Found", "status": "404"}, 404)
        return JSONResponse(self._json(made), 201 if number is None else 200)

    def _delete(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        gone = self.drop(request.path_params["id"])
        return Response(status_code=204) if gone else JSONResponse({"message": "Not Found"}, 404)

    def _pulls(self, request: Request) -> Response:
        head, state = request.query_params["head"], request.query_params["state"]
        return JSONResponse([one for one in self.pulls if (one["label"], one["state"]) == (head, state)])

    def _json(self, one: Comment) -> dict[str, Any]:
        bot = one.author == "us"
        user = {
            "login": "github-actions[bot]" if bot else one.author,
            "id": 1,
            "type": "Bot" if bot else "User",
        }
        return {"id": one.id, "body": one.body, "user": user, "author_association": one.association}


class GitLabFake(Fake):
    """A GitLab with the merge request 7 of project 12."""

    too_long = 1_000_000
    token_name = "GITLAB_TOKEN"

    def __init__(self) -> None:
        super().__init__()
        self.actions: list[str] = []

    def routes(self) -> list[Route]:
        notes = "/api/v4/projects/12/merge_requests/7/notes"
        return [
            Route("/api/v4/user", self._user, methods=["GET"]),
            Route(notes, self._list, methods=["GET"]),
            Route(notes, self._create, methods=["POST"]),
            Route(notes + "/{id:int}", self._update, methods=["PUT"]),
            Route(notes + "/{id:int}", self._delete, methods=["DELETE"]),
        ]

    def environ(self, url: str) -> dict[str, str]:
        return {
            "GITLAB_TOKEN": TOKEN,
            "CI_API_V4_URL": f"{url}/api/v4",
            "CI_PROJECT_ID": "12",
            "CI_MERGE_REQUEST_IID": "7",
            "CI_JOB_URL": "https://gitlab.example/acme/shop/-/jobs/42",
        }

    def _refusal(self, request: Request) -> Response | None:
        if request.headers.get("private-token") == TOKEN:
            return None
        return JSONResponse({"message": "401 Unauthorized"}, 401)

    def _user(self, request: Request) -> Response:
        return self._refusal(request) or JSONResponse({"id": 1, "username": "project_12_bot"})

    def _list(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        size = min(int(request.query_params.get("per_page", 20)), 100)
        page = int(request.query_params.get("page", 1))
        shown = [self._json(one) for one in self.comments[(page - 1) * size : page * size]]
        following = str(page + 1) if page * size < len(self.comments) else ""
        return JSONResponse(shown, headers={"x-page": str(page), "x-next-page": following})

    async def _create(self, request: Request) -> Response:
        return await run_in_threadpool(self._written, request, await request.json(), None)

    async def _update(self, request: Request) -> Response:
        number = request.path_params["id"]
        return await run_in_threadpool(self._written, request, await request.json(), number)

    def _written(self, request: Request, body: dict[str, str], number: int | None) -> Response:
        if refusal := self._refusal(request):
            return refusal
        text = body["body"]
        if len(text) > self.too_long:
            said = 'Note {:note=>["is too long (maximum is 1000000 characters)"]}'
            return JSONResponse({"message": f"400 Bad request - {said}"}, 400)
        self.actions += [line for line in text.splitlines() if line.strip().startswith("/")]
        made = self.add(text) if number is None else self.change(number, text)
        if made is None:
            return JSONResponse({"message": "404 Not found"}, 404)
        return JSONResponse(self._json(made), 201 if number is None else 200)

    def _delete(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        gone = self.drop(request.path_params["id"])
        return Response(status_code=204) if gone else JSONResponse({"message": "404 Not found"}, 404)

    def _json(self, one: Comment) -> dict[str, Any]:
        author = {"id": 1 if one.author == "us" else 2, "username": one.author}
        return {
            "id": one.id,
            "body": one.body,
            "author": author,
            "system": False,
            "noteable_type": "MergeRequest",
        }


class AzureDevOpsFake(Fake):
    """A collection with the pull request 7 of repository 9f-11 in the project Web Shop."""

    too_long = 150_000
    token_name = "SYSTEM_ACCESSTOKEN"

    def __init__(self) -> None:
        super().__init__()
        self.deleted: list[Comment] = []
        self.statuses: list[str] = []

    def routes(self) -> list[Route]:
        threads = "/acme/Web Shop/_apis/git/repositories/9f-11/pullRequests/7/threads"
        one = threads + "/{thread:int}/comments/{id:int}"
        return [
            Route("/acme/_apis/connectionData", self._connection, methods=["GET"]),
            Route(threads, self._list, methods=["GET"]),
            Route(threads, self._create, methods=["POST"]),
            Route(one, self._update, methods=["PATCH"]),
            Route(one, self._delete, methods=["DELETE"]),
        ]

    def environ(self, url: str) -> dict[str, str]:
        return {
            "SYSTEM_ACCESSTOKEN": TOKEN,
            "SYSTEM_COLLECTIONURI": f"{url}/acme/",
            "SYSTEM_TEAMPROJECT": "Web Shop",
            "BUILD_REPOSITORY_ID": "9f-11",
            "BUILD_REPOSITORY_PROVIDER": "TfsGit",
            "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
            "BUILD_BUILDID": "42",
        }

    def _refusal(self, request: Request) -> Response | None:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return HTMLResponse("<html>Azure DevOps Services | Sign In</html>", 203)
        if request.query_params.get("api-version") != "7.1":
            return JSONResponse({"$id": "1", "message": "No api-version was supplied."}, 400)
        return None

    def _connection(self, request: Request) -> Response:
        return JSONResponse({"authenticatedUser": {"id": "us", "isActive": True}})

    def _list(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        found = [self._json(one, deleted=False) for one in self.comments]
        found += [self._json(one, deleted=True) for one in self.deleted]
        return JSONResponse({"value": found, "count": len(found)})

    async def _create(self, request: Request) -> Response:
        body = await request.json()
        if refusal := self._refusal(request) or self._long(body["comments"][0]["content"]):
            return refusal
        self.statuses.append(body["status"])
        made = await run_in_threadpool(self.add, body["comments"][0]["content"])
        return JSONResponse(self._json(made, deleted=False))

    async def _update(self, request: Request) -> Response:
        body = await request.json()
        if refusal := self._refusal(request) or self._long(body["content"]):
            return refusal
        made = await run_in_threadpool(self.change, request.path_params["thread"], body["content"])
        if made is None or request.path_params["id"] != 1:
            return JSONResponse({"message": "The requested thread or comment does not exist."}, 404)
        return JSONResponse(self._json(made, deleted=False)["comments"][0])

    def _delete(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        self.deleted += [one for one in self.comments if one.id == request.path_params["thread"]]
        gone = self.drop(request.path_params["thread"])
        return Response(status_code=200) if gone else JSONResponse({"message": "No such comment."}, 404)

    def _long(self, text: str) -> Response | None:
        if len(text.encode("utf-16-le")) // 2 <= self.too_long:
            return None
        said = (
            "A discussion comment cannot be longer than 150000 characters.\r\nParameter name: comment.Content"
        )
        return JSONResponse({"$id": "1", "innerException": None, "message": said}, 400)

    def _json(self, one: Comment, *, deleted: bool) -> dict[str, Any]:
        comment: dict[str, Any] = {
            "id": 1,
            "parentCommentId": 0,
            "author": {"id": one.author},
            "isDeleted": deleted,
        }
        if not deleted:
            comment["content"] = one.body
        return {"id": one.id, "comments": [comment], "isDeleted": deleted, "properties": None}


class Server:
    """Serves a fake, and breaks what its faults say."""

    def __init__(self, fake: Fake) -> None:
        self._fake, self._app = fake, Starlette(routes=fake.routes())
        config = uvicorn.Config(self, host="127.0.0.1", port=0, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        end = time.monotonic() + 10
        while not self._server.started and time.monotonic() < end:
            time.sleep(0.005)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """End it."""
        self._server.should_exit = True
        self._thread.join(10)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._fault(scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault.done:
            await self._app(scope, receive, _swallow)
        response = JSONResponse(fault.body, fault.status or 200, dict(fault.headers))
        if fault.status:
            await response(scope, receive, send)
            return
        headers = [(b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"[", "more_body": True})

    def _fault(self, method: str, path: str) -> Fault | None:
        self._fake.requests.append((method, path))
        for fault in self._fake.faults:
            if fault.method == method and fault.times:
                fault.times -= 1
                return fault
        return None


async def _swallow(message: Message) -> None:
    """The answer is lost."""
