"""Long-running operations: how Azure says that one runs, and how it ended."""

from dataclasses import dataclass
from typing import Any

import httpx

from aksnetpol.documents import is_mapping

_ENDED = frozenset({"succeeded", "failed", "canceled"})


@dataclass(frozen=True)
class Operation:
    """Where an operation's state is found (Azure Resource Manager RPC, async-api-reference).

    Args:
        url: what to poll.
        path: where the state stands in the answer; empty where the HTTP status tells.
    """

    url: str
    path: tuple[str, ...]

    def state(self, answer: httpx.Response) -> str:
        """Return the operation's state: a name of Azure's, "Succeeded" where none is said."""
        if not self.path:
            return "InProgress" if answer.status_code == 202 else "Succeeded"
        found: Any = answer.json() if answer.content else {}
        for key in self.path:
            found = found.get(key) if is_mapping(found) else None
        return found if isinstance(found, str) else "Succeeded"


def started(answer: httpx.Response, method: str, url: str) -> Operation | None:
    """Return the operation that a request began; None where it is already done.

    Args:
        answer: to the request.
        method, url: of the request; a resource's own provisioningState stands in for missing headers.
    """
    operation, location = answer.headers.get("Azure-AsyncOperation"), answer.headers.get("Location")
    if operation:
        return Operation(operation, ("status",))
    if location and answer.status_code == 202:
        return Operation(location, ())
    own = Operation(url, ("properties", "provisioningState"))
    if method in ("PUT", "PATCH") and not ended(own.state(answer)):
        return own
    return None


def ended(state: str) -> bool:
    """Tell whether a state is a last one; Azure's case varies."""
    return state.lower() in _ENDED


def retry_after(answer: httpx.Response, default: float) -> float:
    """Return the seconds that the service asks to wait."""
    for header, unit in (("x-ms-retry-after-ms", 1000.0), ("retry-after-ms", 1000.0), ("Retry-After", 1.0)):
        value = answer.headers.get(header, "")
        if value.replace(".", "", 1).isdigit():
            return float(value) / unit
    return default
