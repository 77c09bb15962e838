"""When an object counts as ready, and what to say when it does not become so."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from aksnetpol.local.errors import ApiError
from aksnetpol.local.kubernetes.api import KubernetesApi
from aksnetpol.local.providers.errors import ProviderError
from aksnetpol.local.providers.wire import Json

_PAUSE = 0.1  # seconds; the API server is on this machine
_SKIP = "pulumi.com/skipAwait"


def _condition(document: Json, kind: str) -> bool:
    conditions: list[Json] = (document.get("status") or {}).get("conditions") or []
    return any(item.get("type") == kind and item.get("status") == "True" for item in conditions)


def _pod(document: Json) -> bool:
    return (document.get("status") or {}).get("phase") == "Succeeded" or _condition(document, "Ready")


def _replicas(ready: str) -> Callable[[Json], bool]:
    def is_ready(document: Json) -> bool:
        status, wanted = document.get("status") or {}, document["spec"].get("replicas", 1)
        observed = status.get("observedGeneration", 0) >= document["metadata"].get("generation", 0)
        return observed and status.get(ready, 0) >= wanted

    return is_ready


def _daemon_set(document: Json) -> bool:
    status = document.get("status") or {}
    observed = status.get("observedGeneration", 0) >= document["metadata"].get("generation", 0)
    return observed and status.get("numberReady", 0) >= status.get("desiredNumberScheduled", 0)


READY: dict[tuple[str, str], Callable[[Json], bool]] = {
    ("v1", "Namespace"): lambda document: (document.get("status") or {}).get("phase") == "Active",
    ("v1", "Pod"): _pod,
    ("apps/v1", "Deployment"): _replicas("availableReplicas"),
    ("apps/v1", "StatefulSet"): _replicas("readyReplicas"),
    ("apps/v1", "ReplicaSet"): _replicas("readyReplicas"),
    ("apps/v1", "DaemonSet"): _daemon_set,
    ("batch/v1", "Job"): lambda document: _condition(document, "Complete"),
}


@dataclass(frozen=True)
class Wait:
    """How long to wait.

    Args:
        timeout: seconds from now.
        cancelled: set when the user gives up.
    """

    timeout: float
    cancelled: threading.Event
    _begun: float = field(default_factory=time.monotonic)

    def pause(self) -> bool:
        """Wait a moment; false when it is time to give up."""
        return not self.cancelled.wait(_PAUSE) and time.monotonic() - self._begun < self.timeout

    @property
    def spent(self) -> str:
        """How long it was, or that it was cut short."""
        return "; the update was cancelled" if self.cancelled.is_set() else f" after {self.timeout:.0f} s"


def apply_admitted(api: KubernetesApi, document: Json, wait: Wait) -> Json:
    """Apply an object; a new namespace gets its service account a moment after itself, so wait for that.

    Raises:
        ApiError: the API server refuses it for good.
    """
    while True:
        try:
            return api.apply(document)
        except ApiError as error:
            early = error.status == 403 and "serviceaccount" in str(error) and "not found" in str(error)
            if not early or not wait.pause():
                raise


def wait_ready(api: KubernetesApi, document: Json, wait: Wait) -> Json:
    """Wait until an applied object is ready.

    Args:
        document: as the API server returned it.

    Returns:
        The object as it then is.

    Raises:
        ProviderError: it was not ready in time; says the object's conditions and last events.
    """
    ready = READY.get((str(document["apiVersion"]), str(document["kind"])))
    annotations: Json = document["metadata"].get("annotations") or {}
    if ready is None or str(annotations.get(_SKIP, "")).lower() == "true":
        return document
    path, seen = api.path(document), document
    while not ready(seen):
        if not wait.pause():
            raise ProviderError(_not_ready(api, seen, wait))
        seen = api.read(path) or seen
    return seen


def wait_gone(api: KubernetesApi, path: str, wait: Wait) -> None:
    """Wait until a deleted object is gone, its finalizers done.

    Raises:
        ProviderError: it is still there.
    """
    while (seen := api.read(path)) is not None:
        if not wait.pause():
            held = ", ".join(seen["metadata"].get("finalizers") or []) or "nothing named"
            raise ProviderError(f"{_name(seen)} is not deleted{wait.spent}; held by: {held}.")


def _not_ready(api: KubernetesApi, document: Json, wait: Wait) -> str:
    conditions: list[Json] = (document.get("status") or {}).get("conditions") or []
    unmet = [
        f"{c.get('type')}: {c.get('reason')} {c.get('message', '')}"
        for c in conditions
        if c["status"] != "True"
    ]
    namespace = document["metadata"].get("namespace")
    events: list[str] = []
    if namespace:
        query = {"fieldSelector": f"involvedObject.uid={document['metadata'].get('uid')}"}
        found: list[Json] = api.request("GET", f"/api/v1/namespaces/{namespace}/events", query)["items"]
        events = [f"{item.get('reason')}: {item.get('message')}" for item in found[-3:]]
    details = "; ".join([*unmet, *events]) or "the object has no conditions and no events"
    return f"{_name(document)} is not ready{wait.spent}. {details}"


def _name(document: Json) -> str:
    metadata: Json = document["metadata"]
    space = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{document['kind']} {space}{metadata['name']}"
