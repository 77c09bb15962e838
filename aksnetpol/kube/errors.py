"""What may go wrong with a cluster's API: one error, one shape of message."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from aksnetpol.documents import is_mapping
from aksnetpol.errors import AksnetpolError, UserError

# What the authorizer says; whoever refuses a change by its content, such as Pod Security, says otherwise.
# Source: kubernetes, apiserver/pkg/endpoints/handlers/responsewriters/errors.go, forbiddenMessage.
_NO_RIGHT = re.compile(r'User ".*" (groups .* )?cannot ')
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_CREDENTIALS = "aksnetpol credentials --stack STACK, or az aks get-credentials"


class ApiError(AksnetpolError):
    """A cluster's API does not answer, does not let the user in, or refuses.

    It is a command that cannot be answered, exit code 2, unless what is refused is a change: exit code 1.

    Args:
        status: HTTP's; 0 where no answer came.
        reason: in one word, such as NotFound; empty where nobody gave one.
        message: the whole of it: what, at which cluster, what to do.
        acting: it refuses a change.
    """

    def __init__(self, status: int, reason: str, message: str, *, acting: bool = False) -> None:
        super().__init__(message)
        self.status, self.reason = status, reason
        self.exit_code = AksnetpolError.exit_code if acting else UserError.exit_code


def unusable(kubeconfig: str, why: str) -> ApiError:
    """Return that a kubeconfig leads to no cluster.

    Args:
        kubeconfig: in words that a sentence starts with, as cluster below.
    """
    return ApiError(
        0,
        "Kubeconfig",
        f"{kubeconfig} cannot be used: {why.rstrip('. ')}. Name another by --kubeconfig or --context, or get "
        f"one: {_CREDENTIALS}",
    )


def silent(cluster: str, host: str, why: str) -> ApiError:
    """Return that no answer came from a cluster whose URL is host."""
    return ApiError(0, "NoAnswer", f"{cluster} does not answer: {why.rstrip('. ')}. {_remedy(host)}.")


def foreign(cluster: str, host: str, why: str) -> ApiError:
    """Return that something else answers, such as the login page of a proxy.

    To take it for "none of that kind" would be a wrong answer.
    """
    return ApiError(0, "Foreign", f"{cluster} does not answer as one: {why}. {_remedy(host)}.")


def refused(cluster: str, asked: str, status: int, body: bytes, *, acting: bool) -> ApiError:
    """Return what an answer that is no success says.

    Args:
        cluster: in words that a sentence starts with.
        asked: what for, such as `GET /api/v1/pods`.
        body: of the answer; a Status as a rule.
        acting: it asked for a change.
    """
    reason, said = _said(body)
    why = f"{status} {said or reason}".strip().rstrip(".")
    if status == 401:
        message = (
            f"{cluster} does not accept the credentials: {why}. Sign in again, or get new ones: "
            f"{_CREDENTIALS}"
        )
        return ApiError(status, reason, message)
    if status == 403 and (not acting or _NO_RIGHT.search(said)):
        message = (
            f"{cluster} does not allow {asked}: {why}. Ask for that right, or use the credentials of someone "
            "who has it."
        )
        return ApiError(status, reason, message)
    return ApiError(status, reason, f"{cluster} refuses {asked}: {why}.", acting=acting)


def _remedy(host: str) -> str:
    if urlsplit(host).hostname in _HERE:
        return "For local mode, run: aksnetpol local start"
    return "Check the network, and that the cluster runs and is the one that is meant"


def _said(body: bytes) -> tuple[str, str]:
    """Return reason and message of a Status; what is none is the message."""
    text = body.decode(errors="replace")
    try:
        found: Any = json.loads(text)
    except ValueError:
        found = None
    if not is_mapping(found):
        return "", " ".join(text.split())[:300]
    return str(found.get("reason") or ""), str(found.get("message") or "")
