"""When an object counts as ready, and what to say when it does not become so."""

import time
from collections.abc import Callable

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


def apply_admitted(api: KubernetesApi, document: Json, timeout: float) -> Json:
    """Apply an object; a new namespace gets its service account a moment after itself, so wait for that.

    Raises:
        ApiError: the API server refuses it for good.
    """
    ends = time.monotonic() + timeout
    while True:
        try:
            return api.apply(document)
        except ApiError as error:
            early = error.status == 403 and "serviceaccount" in str(error) and "not found" in str(error)
            if not early or time.monotonic() > ends:
                raise
        time.sleep(_PAUSE)


def wait_ready(api: KubernetesApi, document: Json, timeout: float) -> Json:
    """Wait until an applied object is ready.

    Args:
        document: as the API server returned it.
        timeout: seconds.

    Returns:
        The object as it then is.

    Raises:
        ProviderError: it was not ready in time; says the object's conditions and last events.
    """
    ready = READY.get((str(document["apiVersion"]), str(document["kind"])))
    annotations: Json = document["metadata"].get("annotations") or {}
    if ready is None or str(annotations.get(_SKIP, "")).lower() == "true":
        return document
    path, ends, seen = api.path(document), time.monotonic() + timeout, document
    while not ready(seen):
        if time.monotonic() > ends:
            raise ProviderError(_not_ready(api, seen, timeout))
        time.sleep(_PAUSE)
        seen = api.read(path) or seen
    return seen


def wait_gone(api: KubernetesApi, path: str, timeout: float) -> None:
    """Wait until a deleted object is gone, its finalizers done.

    Raises:
        ProviderError: it is still there.
    """
    ends = time.monotonic() + timeout
    while (seen := api.read(path)) is not None:
        if time.monotonic() > ends:
            held = ", ".join(seen["metadata"].get("finalizers") or []) or "nothing named"
            raise ProviderError(f"{_name(seen)} is not deleted after {timeout:.0f} s; held by: {held}.")
        time.sleep(_PAUSE)


def _not_ready(api: KubernetesApi, document: Json, timeout: float) -> str:
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
    return f"{_name(document)} is not ready after {timeout:.0f} s. {details}"


def _name(document: Json) -> str:
    metadata: Json = document["metadata"]
    space = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{document['kind']} {space}{metadata['name']}"
