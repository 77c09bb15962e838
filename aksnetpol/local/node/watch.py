"""Follows the cluster's objects of one kind: a list, then its changes as they happen."""

import json
import logging
import socket
import threading
from typing import Any

from aksnetpol.local.errors import ApiError, KubernetesError
from aksnetpol.local.kubernetes.api import Json, KubernetesApi
from aksnetpol.local.node.store import Store

_log = logging.getLogger(__name__)
_PAUSE = 0.2  # seconds before asking again an API server that is away
_GONE = 410  # HTTP status: the version to go on from is too old


class Watch:
    """A thread that keeps a store true.

    Args:
        api: of the cluster.
        path: of the kind, over all namespaces.
        store: where the objects go.
    """

    def __init__(self, api: KubernetesApi, path: str, store: Store) -> None:
        self._api, self._path, self.store = api, path, store
        self._version = ""
        self._stopping = threading.Event()
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name=f"watch {path}", daemon=True)

    def start(self) -> None:
        """List, then follow in the background.

        Raises:
            KubernetesError: the API does not answer.
        """
        self.refresh()
        self._thread.start()

    def stop(self) -> None:
        """Stop following."""
        self._stopping.set()
        if self._socket is not None:
            # Wakes the thread that waits for the next event.
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                _log.debug("%s: the watch had ended by itself", self._path)
        if self._thread.is_alive():
            self._thread.join()

    def refresh(self) -> None:
        """Read the whole kind as it is now, not as some cache has it.

        Raises:
            KubernetesError: the API does not answer.
        """
        # Without a resource version the answer is the most recent one (Kubernetes docs, API Concepts).
        answer = self._api.request("GET", self._path)
        kind = str(answer["kind"]).removesuffix("List")
        header = {"apiVersion": answer["apiVersion"], "kind": kind}
        items: list[Json] = answer.get("items") or []
        version = str(answer["metadata"]["resourceVersion"])
        self.store.replace([{**header, **item} for item in items], version)
        self._version = self._version or version

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if not self._version:
                    self.refresh()
                self._follow()
            except (KubernetesError, ValueError) as error:
                if self._stopping.wait(_PAUSE):
                    return
                _log.debug("%s: %s", self._path, error)

    def _follow(self) -> None:
        query = {"watch": "1", "resourceVersion": self._version, "allowWatchBookmarks": "true"}
        try:
            with self._api.stream(self._path, query) as answer:
                self._socket = answer.extensions["network_stream"].get_extra_info("socket")
                for line in answer.iter_lines():
                    self._take(json.loads(line))
        except ApiError as error:
            if error.status == _GONE:
                self._version = ""
            raise

    def _take(self, event: dict[str, Any]) -> None:
        item: Json = event["object"]
        if event["type"] == "ERROR":
            self._version = ""
            raise KubernetesError(str(item.get("message", "the watch ended")))
        self._version = str(item["metadata"]["resourceVersion"])
        if event["type"] != "BOOKMARK":
            self.store.take(event["type"], item)
