"""A cluster's API: get, list, create, change and delete objects, run a command in a pod."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aksnetpol import extras
from aksnetpol.documents import entries, is_list, is_mapping, mapping
from aksnetpol.kube import errors
from aksnetpol.kube.errors import ApiError
from aksnetpol.kube.paths import path as path_of
from aksnetpol.waiting import told

# Seconds to connect, and between two pieces of an answer; the client tries four times.
REQUEST_TIMEOUT = (5.0, 30.0)
PAGE = 500  # objects per request, as kubectl asks
_JSON = "application/json"
_MERGE = "application/merge-patch+json"

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Ended:
    """A command in a pod that has ended: its exit code, and standard output and error."""

    code: int
    text: str


class Cluster:
    """A cluster by a kubeconfig; for any number of threads.

    Args:
        kubeconfig: a file, or its document; None is KUBECONFIG or the user's own.
        context: None is the current one.

    Raises:
        MissingExtraError: the official client is not installed.
        ApiError: there is no such file or context, or it cannot be used.
        WaitingError: the program that it signs in with does not answer.
    """

    def __init__(self, kubeconfig: Path | Json | None = None, context: str | None = None) -> None:
        extras.require("live", "A live cluster")
        from aksnetpol.kube.sign_in import named, signed_in  # half a second, and --help needs no cluster

        self._client = signed_in(kubeconfig, context)
        self._host = str(self._client.configuration.host)
        self._name = f"The Kubernetes API at {self._host} ({named(kubeconfig, context)})"  # begins a sentence

    def get(self, path: str) -> dict[str, Any] | None:
        """Return an object, or a list; None where there is none (404).

        Args:
            path: with a query where need be.

        Raises:
            ApiError: the cluster does not answer, or refuses.
        """
        return self._unless_missing("GET", path)

    def pages(self, path: str, selector: str = "") -> Iterator[dict[str, Any]]:
        """Yield all objects of a kind, page by page; a kind that is not installed has none.

        Args:
            selector: of labels.

        Raises:
            ApiError: the cluster does not answer, or refuses, or answers with something else.
        """
        query = {"limit": str(PAGE)} | ({"labelSelector": selector} if selector else {})
        tokens: set[str] = set()
        while True:
            page = self._page(path, query)
            if page is None:
                return
            yield from entries(page.get("items"))
            token = str(mapping(page.get("metadata")).get("continue") or "")
            if not token:
                return
            if token in tokens:
                raise errors.foreign(self._name, self._host, f"its pages of {path} have no end")
            tokens.add(token)
            query["continue"] = token

    def _page(self, path: str, query: Mapping[str, str]) -> dict[str, Any] | None:
        """Return a page; None where the kind is not installed, which only 404 says."""
        page = self.get(f"{path}?{urlencode(query)}")
        if page is None and path.startswith("/api/v1/"):
            raise errors.foreign(self._name, self._host, f"it has no {path}")
        if page is not None and not _is_list(page):
            raise errors.foreign(self._name, self._host, f"what came for GET {path} is no list")
        return page

    def create(self, path: str, document: Json) -> dict[str, Any]:
        """Create an object; returns it as it is stored.

        Args:
            path: of all of its kind.

        Raises:
            ApiError: the cluster does not answer, or refuses.
        """
        return self._request("POST", path, document)

    def merge(self, path: str, document: Json) -> None:
        """Change an object: fields that the document has, those that are None are removed (RFC 7386).

        Raises:
            ApiError: the cluster does not answer, or refuses.
        """
        self._request("PATCH", path, document, _MERGE)

    def delete(self, path: str) -> None:
        """Delete an object; one that is gone is fine.

        Args:
            path: with how, such as `?gracePeriodSeconds=0`, as a query.

        Raises:
            ApiError: the cluster does not answer, or refuses.
        """
        self._unless_missing("DELETE", path)

    def exec(self, namespace: str, pod: str, container: str, command: Sequence[str], seconds: float) -> Ended:
        """Run a command in a container and wait for it.

        Args:
            seconds: at most.

        Raises:
            ApiError: the cluster does not answer, or refuses; or the command does not end.
        """
        from aksnetpol.kube import command as websocket  # as sign_in

        where = f"exec in {namespace}/{pod}"
        place = path_of("v1", "pods", namespace, pod) + "/exec"
        try:
            found = websocket.run(self._client, place, container, command, seconds)
        except websocket.RefusedError as error:
            raise errors.refused(self._name, where, error.status, error.body, acting=True) from error
        except websocket.NoAnswerError as error:
            raise errors.silent(self._name, self._host, f"{where}: {error}") from error
        if found.code is None:
            raise ApiError(0, "NoEnd", f"{where}: the command did not end: {found.text}.", acting=True)
        return Ended(found.code, found.text)

    def _unless_missing(self, method: str, path: str) -> dict[str, Any] | None:
        try:
            return self._request(method, path)
        except ApiError as error:
            if error.status != 404:
                raise
            return None

    def _request(
        self, method: str, path: str, body: Json | None = None, media: str = _JSON
    ) -> dict[str, Any]:
        status, data = self._send(method, path, body, media)
        asked = f"{method} {path.partition('?')[0]}"
        if not 200 <= status < 300:
            raise errors.refused(self._name, asked, status, data, acting=method != "GET")
        try:
            found: Any = json.loads(data)
        except ValueError:
            found = None
        if not is_mapping(found):
            raise errors.foreign(self._name, self._host, f"what came for {asked} is no object")
        return found

    def _send(self, method: str, path: str, body: Json | None, media: str) -> tuple[int, bytes]:
        from kubernetes.client.exceptions import ApiException
        from urllib3.exceptions import HTTPError

        headers = {"Accept": _JSON, "Content-Type": media}
        request = self._client.param_serialize(
            method, path, header_params=headers, body=body, auth_settings=["BearerToken"]
        )
        try:
            with told(f"the Kubernetes API at {self._host}"):
                answer = self._client.call_api(*request, _request_timeout=REQUEST_TIMEOUT)
                return answer.status, answer.read()
        # The client makes what TLS says an error of its own, and the rest not.
        except (ApiException, HTTPError, OSError) as error:
            raise errors.silent(self._name, self._host, _cause(error)) from error


def _is_list(page: Json) -> bool:
    """Tell whether an answer is a list; Go writes an empty one as null."""
    items = page.get("items", "")
    return str(page.get("kind")).endswith("List") and (items is None or is_list(items))


def _cause(error: Any) -> str:
    """Say what is behind an error of the client's, without the names of its objects."""
    said = " ".join(str(getattr(error, "reason", None) or error).split())
    return re.sub(r"^HTTPS?Connection(Pool)?\(.*?\): ", "", said)
