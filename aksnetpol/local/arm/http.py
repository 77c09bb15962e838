"""Requests and answers as the services see them, and the case-blind route table."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aksnetpol.local.arm.errors import ArmFaultError
from aksnetpol.local.arm.operations import Operation
from aksnetpol.local.arm.store import Json, Resource


@dataclass(frozen=True)
class Call:
    """One request, already authenticated.

    Args:
        method: upper case.
        base: scheme, host and port that the client used.
        path: as the client wrote it.
        params: values of the route's placeholders, in the client's case.
        query: query parameters; names lower case.
        headers: names lower case.
        body: the JSON document, or None.
        form: fields of a form post (the token endpoint).
    """

    method: str
    base: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None
    form: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def api_version(self) -> str:
        """The api-version asked for; the emulator answers all alike."""
        return self.query.get("api-version", "")

    def document(self) -> Json:
        """Return the body as an object.

        Raises:
            ArmFaultError: 400 InvalidRequestContent where it is none.
        """
        if not isinstance(self.body, dict):
            raise ArmFaultError(
                400,
                "InvalidRequestContent",
                "The request content was invalid and could not be deserialized: 'a JSON object is needed'.",
            )
        return self.body


@dataclass(frozen=True)
class Answer:
    """One response; `body` None sends none."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Handler = Callable[[Call], Answer]
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Route:
    """One row of a service's route table.

    Args:
        method: upper case.
        pattern: path with {placeholders}; `{scope:path}` also matches slashes.
        handler: what answers.
        public: whether it needs no token and no api-version (metadata, login).
        waits: whether the handler may block on the cluster backend, so that it must not hold
            the state's lock.
    """

    method: str
    pattern: str
    handler: Handler
    public: bool = False
    waits: bool = False

    def compiled(self) -> re.Pattern[str]:
        """Return the pattern that matches a whole path, in any case, a slash at its end or not."""
        literal = re.escape(self.pattern)
        named = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", literal)
        named = re.sub(r"\\{(\w+):path\\}", r"(?P<\1>.+)", named)
        return re.compile(rf"{named}/?", re.IGNORECASE)


class Router:
    """Finds the route of a path; earlier rows win."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [(route.compiled(), route) for route in routes]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and its parameters.

        Raises:
            ArmFaultError: 404 where no service has the path, 405 where it has another method.
        """
        allowed: list[str] = []
        for pattern, route in self._routes:
            match = pattern.fullmatch(path)
            if match is None:
                continue
            if route.method == method:
                return route, match.groupdict()
            allowed.append(route.method)
        if allowed:
            raise ArmFaultError(
                405,
                "HttpMethodNotAllowed",
                f"The requested resource does not support http method '{method}'.",
                headers={"Allow": ", ".join(sorted(set(allowed)))},
            )
        raise ArmFaultError(404, "InvalidResourceType", f"The emulator does not serve the path '{path}'.")


def polling_headers(call: Call, operation: Operation, *, location: bool) -> dict[str, str]:
    """Return the absolute URLs under which a client follows an operation.

    Args:
        call: the request, for host and api-version.
        operation: what it began.
        location: whether to send Location too (deletes and posts; aks-facts, section 2).
    """
    root = f"{call.base}/subscriptions/{operation.subscription}/providers/{operation.provider}"
    version = f"?api-version={call.api_version}"
    place = f"{root}/locations/{operation.location}"
    headers = {"Azure-AsyncOperation": f"{place}/operations/{operation.id}{version}"}
    if location:
        headers["Location"] = f"{place}/operationresults/{operation.id}{version}"
    return headers


def page(call: Call, items: list[Json], size: int) -> Answer:
    """Return one page of a list, with a nextLink where more follow."""
    return page_of(call, items, size, lambda item: item)


def page_of(call: Call, items: Sequence[_Item], size: int, show: Callable[[_Item], Json]) -> Answer:
    """Return one page of a list whose documents cost something: only those of the page are made."""
    token = call.query.get("$skiptoken", "0")
    start = int(token) if token.isdecimal() and token.isascii() else 0
    body: Json = {"value": [show(item) for item in items[start : start + size]]}
    if start + size < len(items):
        filters = "".join(f"&{name}={value}" for name, value in call.query.items() if name == "$filter")
        body["nextLink"] = (
            f"{call.base}{call.path}?api-version={call.api_version}{filters}&$skiptoken={start + size}"
        )
    return Answer(200, body)


def found(resource: Resource | None, resource_type: str, name: str, group: str) -> Resource:
    """Return the resource.

    Raises:
        ArmFaultError: 404 ResourceNotFound where it is None.
    """
    if resource is None:
        raise ArmFaultError(
            404,
            "ResourceNotFound",
            f"The Resource '{resource_type}/{name}' under resource group '{group}' was not found. "
            "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
        )
    return resource
