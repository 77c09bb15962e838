"""A command in a pod, over a WebSocket."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import yaml
from kubernetes.stream import ws_client
from websocket import WebSocket, WebSocketBadStatusException, WebSocketException

from aksnetpol.documents import entries, mapping

_client: Any = ws_client  # has no types


class _LimitedWebSocket(WebSocket):
    """The client sets no limit to the handshake, and takes none."""

    seconds = 30.0

    def connect(self, url: str, **options: Any) -> None:
        """Connect, within a limit."""
        untyped: Any = super()
        untyped.connect(url, timeout=self.seconds, **options)


_client.WebSocket = _LimitedWebSocket


class NoAnswerError(Exception):
    """The connection does not come about, or breaks off."""


class RefusedError(Exception):
    """The API server answers something else than a WebSocket."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(status)
        self.status, self.body = status, body


@dataclass(frozen=True)
class Found:
    """What came: the exit code, None where it did not end, and what it said, else why."""

    code: int | None
    text: str


def run(client: Any, path: str, container: str, command: Sequence[str], seconds: float) -> Found:
    """Run a command and wait for it.

    Source: Kubernetes docs, API reference, "get connect exec"; the status that closes an exec (v1.Status).

    Args:
        client: the official one.
        path: of the pod's exec.
        seconds: at most, to connect and to run.

    Raises:
        RefusedError, NoAnswerError: nothing runs, or nothing is known of it any more.
    """
    query = [("container", container), *(("command", one) for one in command)]
    query += [("stdin", "false"), ("stdout", "true"), ("stderr", "true"), ("tty", "false")]
    # By the client's parts: by its `stream` it takes a client of its own, and a second to load, for each.
    _, url, headers, *_ = client.param_serialize(
        "GET", f"{path}?{urlencode(query)}", header_params={}, auth_settings=["BearerToken"]
    )
    try:
        socket = _client.WSClient(client.configuration, _client.get_websocket_url(url), headers, False)
        try:
            socket.run_forever(timeout=seconds)
            said = f"{socket.read_stdout() or ''}{socket.read_stderr() or ''}"
            return _found(socket.read_channel(_client.ERROR_CHANNEL), said)
        finally:
            socket.close()
    except WebSocketBadStatusException as error:
        raise RefusedError(int(error.status_code), error.resp_body or b"") from error
    except (WebSocketException, OSError) as error:
        raise NoAnswerError(str(error)) from error


def _found(status: str | None, said: str) -> Found:
    found = mapping(yaml.safe_load(status or ""))
    if found.get("status") == "Success":
        return Found(0, said)
    causes = entries(mapping(found.get("details")).get("causes"))
    codes = [str(one["message"]) for one in causes if one.get("reason") == "ExitCode"]
    if codes:
        return Found(int(codes[0]), said)
    return Found(None, str(found.get("message") or "no answer in time"))
