"""Azure Resource Manager's front door: what happens to a request before and after a service sees it."""

import json
import logging
import re
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.errors import ArmFaultError
from aksnetpol.local.arm.faults import Fault, Faults
from aksnetpol.local.arm.http import Answer, Call, Route, Router
from aksnetpol.local.arm.login.state import Tokens
from aksnetpol.local.arm.resources import errors as refusals
from aksnetpol.local.arm.resources.state import Groups, Providers
from aksnetpol.local.arm.store import Json
from aksnetpol.local.arm.subscriptions import errors as subscription_errors
from aksnetpol.local.arm.subscriptions.rules import LOCATIONS, READER_ACTIONS, action, normal_location

_log = logging.getLogger(__name__)
_API_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?")
_NAMESPACE = re.compile(r".*/providers/([^/]+)", re.IGNORECASE)
_TRACKED = re.compile(r".*/resourceGroups/[^/]+(/providers/[^/]+/[^/]+/[^/]+)?/?", re.IGNORECASE)
_WRITES = frozenset({"PUT", "PATCH", "POST"})


class FrontDoor:
    """The ASGI application.

    Args:
        context: the emulator's parts.
        router: all services' routes.
        tokens: checks bearer tokens.
        faults: what to spoil.
    """

    def __init__(self, context: Context, router: Router, tokens: Tokens, faults: Faults) -> None:
        self._context = context
        self._router = router
        self._tokens = tokens
        self._faults = faults
        self._groups = Groups(context)
        self._providers = Providers(context)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        request = Request(scope, receive)
        content = await request.body()
        admin = request.url.path.lower().startswith("/_emulator/")
        fault = None if admin else self._faults.take(request.method, request.url.path)
        answer = await run_in_threadpool(self._answer, request, content, fault)
        response = _response(request, answer, self._context.settings.retry_after)
        if fault is not None and fault.kind == "drop":
            # Headers without their body: the server must break the connection.
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
            return
        await response(scope, receive, send)

    def _answer(self, request: Request, content: bytes, fault: Fault | None) -> Answer:
        try:
            return self._serve(request, content, fault)
        except ArmFaultError as refusal:
            return Answer(refusal.status, refusal.body(), refusal.headers)
        except Exception:  # noqa: BLE001  (a bug must answer 500, as ARM does, and not end the server)
            _log.exception("%s %s", request.method, request.url.path)
            refusal = ArmFaultError(
                500, "InternalServerError", "The emulator failed; its log has the reason."
            )
            return Answer(refusal.status, refusal.body())

    def _serve(self, request: Request, content: bytes, fault: Fault | None) -> Answer:
        if fault is not None and fault.kind == "status":
            raise fault.refusal()
        base = f"https://{request.headers.get('host', 'localhost')}"
        route, params = self._router.find(request.method, request.url.path)
        query = {name.lower(): value for name, value in request.query_params.items()}
        if not route.public:
            self._tokens.check(request.headers.get("authorization"), base)
            _check_version(request.url.path, query)
        form = "x-www-form-urlencoded" in request.headers.get("content-type", "")
        call = Call(
            method=request.method,
            base=base,
            path=request.url.path,
            params=params,
            query=query,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=None if form else _parsed(content),
            form=dict(parse_qsl(content.decode("utf-8", "replace"))) if form else {},
        )
        self._context.operations.settle()
        doom = (fault.code, fault.message) if fault is not None and fault.kind == "operation" else None
        if route.waits:
            self._check(route, call)
            return route.handler(call)
        with self._context.store.transaction(), self._context.operations.doomed(doom):
            self._check(route, call)
            return route.handler(call)

    def _check(self, route: Route, call: Call) -> None:
        """Refuse what the front door refuses before any resource provider sees it."""
        subscription = call.params.get("subscription", self._context.identity.subscription_id)
        if subscription.lower() != self._context.identity.subscription_id:
            self._check_reader(route, call, subscription)
            return
        namespace = _NAMESPACE.match(route.pattern)
        if call.method in _WRITES and namespace is not None and not namespace[1].startswith("{"):
            self._check_registration(namespace[1])
        group = call.params.get("group")
        if group is not None and not route.pattern.endswith("{group}"):
            self._groups.open(group) if call.method == "PUT" else self._groups.get(group)
        if call.method == "PUT" and group is not None and _TRACKED.fullmatch(route.pattern):
            self._check_location(call, group)

    def _check_reader(self, route: Route, call: Call, subscription: str) -> None:
        if subscription.lower() not in self._context.settings.readable_subscriptions:
            raise subscription_errors.subscription_not_found(subscription)
        wanted = action(call.method, route.pattern)
        if wanted not in READER_ACTIONS:
            client = self._context.identity.object_id
            raise subscription_errors.not_authorized(client, wanted, call.path)

    def _check_registration(self, namespace: str) -> None:
        if not self._providers.usable(namespace):
            raise refusals.not_registered(namespace)

    def _check_location(self, call: Call, group: str) -> None:
        location = call.document().get("location")
        if not isinstance(location, str) or not location:
            raise refusals.location_required()
        here = normal_location(location)
        if here not in LOCATIONS:
            raise refusals.location_unknown(location)
        existing = self._context.store.get(call.path)
        there = existing.body.get("location", here) if existing is not None else here
        if existing is not None and there != here and "/providers/" in existing.key:
            raise refusals.resource_moved(existing.name, there, group, here)


def _check_version(path: str, query: Mapping[str, str]) -> None:
    if path.lower().startswith("/_emulator/"):
        return
    version = query.get("api-version")
    if not version:
        message = (
            "The api-version query parameter (?api-version=) is required for all requests. "
            "Please provide a valid api-version."
        )
        raise ArmFaultError(400, "MissingApiVersionParameter", message)
    if _API_VERSION.fullmatch(version) is None:
        message = f"The api-version '{version}' is invalid. The format is YYYY-MM-DD, or YYYY-MM-DD-preview."
        raise ArmFaultError(400, "InvalidApiVersionParameter", message)


def _parsed(content: bytes) -> Any:
    if not content.strip():
        return None
    try:
        return json.loads(content)
    except ValueError as error:
        message = f"The request content was invalid and could not be deserialized: '{error}'."
        raise ArmFaultError(400, "InvalidRequestContent", message) from error


def _response(request: Request, answer: Answer, retry_after: float) -> Response:
    content = b"" if answer.body is None else json.dumps(answer.body).encode()
    trace = str(uuid.uuid4())
    headers = {
        "x-ms-request-id": trace,
        "x-ms-correlation-request-id": request.headers.get("x-ms-correlation-request-id", trace),
        "x-ms-routing-request-id": f"LOCAL:{trace}",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }
    kind = "reads" if request.method in ("GET", "HEAD") else "writes"
    headers[f"x-ms-ratelimit-remaining-subscription-{kind}"] = "11999"
    if "x-ms-client-request-id" in request.headers:
        headers["x-ms-client-request-id"] = request.headers["x-ms-client-request-id"]
    if _is_polled(answer):
        headers |= _pause(retry_after)
    if answer.body is not None:
        headers["Content-Type"] = "application/json; charset=utf-8"
    return Response(content, answer.status, {**headers, **answer.headers})


def _is_polled(answer: Answer) -> bool:
    """Tell whether the client will ask again; az waits 30 s where such an answer has no Retry-After."""
    status: Json = answer.body if isinstance(answer.body, dict) else {}
    if answer.status >= 400:
        return False
    return (
        answer.status == 202
        or "Azure-AsyncOperation" in answer.headers
        or status.get("status") == "InProgress"
    )


def _pause(seconds: float) -> dict[str, str]:
    if seconds >= 1:
        return {"Retry-After": str(round(seconds))}
    milliseconds = str(max(1, round(seconds * 1000)))
    return {"retry-after-ms": milliseconds, "x-ms-retry-after-ms": milliseconds}
