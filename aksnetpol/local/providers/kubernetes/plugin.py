"""The stand-in of the kubernetes plugin: server-side apply against the kubeconfig it is given."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aksnetpol.local.errors import ApiError
from aksnetpol.local.kubernetes.api import KubernetesApi
from aksnetpol.local.providers.changes import Change, changes
from aksnetpol.local.providers.errors import PartialError, ProviderError
from aksnetpol.local.providers.kubernetes.connection import Apis
from aksnetpol.local.providers.kubernetes.readiness import Wait, apply_admitted, wait_gone, wait_ready
from aksnetpol.local.providers.merge import merged, pruned
from aksnetpol.local.providers.naming import Naming
from aksnetpol.local.providers.plugin import Difference, Resource, State
from aksnetpol.local.providers.wire import UNKNOWN, Json, has_unknown

_TIMEOUT = 600.0  # seconds; pulumi-kubernetes waits as long for pods and deployments

# Fields that the API server does not change in place; pulumi-kubernetes, provider/pkg/provider/diff.go.
_IMMUTABLE: Mapping[str, tuple[str, ...]] = {
    "ClusterRoleBinding": ("roleRef",),
    "ConfigMap": ("immutable",),
    "Deployment": ("spec.selector",),
    "DaemonSet": ("spec.selector",),
    "Job": ("spec.selector", "spec.template", "spec.completionMode"),
    "PersistentVolumeClaim": (
        "spec.storageClassName",
        "spec.accessModes",
        "spec.selector",
        "spec.volumeName",
    ),
    "Pod": ("spec",),
    "RoleBinding": ("roleRef",),
    "Secret": ("type",),
    "Service": ("spec.clusterIP",),
    "StatefulSet": ("spec.selector", "spec.serviceName", "spec.volumeClaimTemplates"),
    "StorageClass": ("parameters", "provisioner"),
}
_IDENTITY = ("apiVersion", "kind", "metadata.name", "metadata.namespace")
_SERVER_SET = frozenset(
    {
        "managedFields",
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "generation",
        "selfLink",
        "deletionTimestamp",
    }
)


class Kubernetes:
    """One instance of the kubernetes provider.

    Args:
        configuration: `kubeconfig` (YAML text; unknown while its cluster is only planned) and
            `namespace` (of objects without one).
        apis: connections, shared with other instances.
    """

    def __init__(self, configuration: Json, apis: Apis) -> None:
        kubeconfig: Any = configuration.get("kubeconfig", "")
        self._api = apis.to(kubeconfig) if kubeconfig and kubeconfig != UNKNOWN else None
        self._cancelled = threading.Event()
        self._namespace = configuration.get("namespace") or "default"

    def check(self, resource: Resource, old: Json, new: Json, naming: Naming) -> Json:
        """Name the object where the program does not."""
        metadata: Any = new.get("metadata") or {}
        if not isinstance(metadata, dict):
            return new
        before: Json = old.get("metadata") or {}
        name = metadata.get("name") or before.get("name")
        if not name and not naming.allowed:
            return new
        return {**new, "metadata": {**metadata, "name": name or naming.random(f"{resource.name}-").lower()}}

    def diff(self, resource: Resource, old: State, new: Json) -> Difference:
        """Compare what was and what is now declared."""
        kind = str(new.get("kind", ""))
        found = [(change, _replaces(kind, change)) for change in changes(old.inputs, new)]
        # Two objects of one name cannot be: the old one goes first, unless the name changes.
        renamed = any(change.text in _IDENTITY for change, _ in found)
        return Difference(found, delete_before_replace=not renamed)

    def create(self, resource: Resource, inputs: Json, *, preview: bool, timeout: float | None) -> State:
        """Apply, and wait until the object is ready."""
        if preview:
            self._rehearse(inputs)
            return State("", inputs)
        return self._applied(inputs, timeout)

    def read(self, resource: Resource, outputs: Json, inputs: Json) -> State:
        """Refresh, or import by `namespace/name` where there are no inputs yet."""
        if self._api is None:
            return State(resource.id, outputs, inputs)
        declared = inputs or _imported(resource)
        live = self._api.read(self._api.path(self._placed(declared)))
        if live is None:
            return State("")
        live = _presented(live, declared)
        if not inputs:
            return State(resource.id, live, _as_inputs(live))
        # Others may add fields; only what the program declares is compared.
        keep = merged(inputs, pruned(outputs, inputs), pruned(live, inputs))
        return State(resource.id, live, keep)

    def update(
        self, resource: Resource, old: State, inputs: Json, *, preview: bool, timeout: float | None
    ) -> State:
        """Apply the new inputs."""
        if preview:
            self._rehearse(inputs)
            return State(resource.id, {**old.outputs, **inputs})
        return self._applied(inputs, timeout)

    def delete(self, resource: Resource, outputs: Json, *, timeout: float | None) -> None:
        """Delete, and wait until the object is gone."""
        api = self._reached()
        path = api.path(self._placed(outputs))
        api.delete(path)
        wait_gone(api, path, self._wait(timeout))

    def invoke(self, token: str, arguments: Json) -> Json:
        """No function is needed by what local mode runs."""
        raise ProviderError(f"Local mode has no function {token} of Kubernetes.")

    def cancel(self) -> None:
        """Stop waiting for objects to become ready or gone."""
        self._cancelled.set()

    def _wait(self, timeout: float | None) -> Wait:
        return Wait(timeout or _TIMEOUT, self._cancelled)

    def _reached(self) -> KubernetesApi:
        if self._api is None:
            raise ProviderError("The Kubernetes provider has no kubeconfig. Give it one.")
        return self._api

    def _applied(self, inputs: Json, timeout: float | None) -> State:
        api, wait = self._reached(), self._wait(timeout)
        live = apply_admitted(api, self._placed(inputs), wait)
        state = State(_id(live), _presented(live, inputs), inputs)
        try:
            return replace(state, outputs=_presented(wait_ready(api, live, wait), inputs))
        except ProviderError as error:
            # It is there, though not ready: the engine must know it, to delete or to mend it.
            raise PartialError(str(error), state) from error

    def _rehearse(self, inputs: Json) -> None:
        """Apply without storing, so that a preview shows what the API server would refuse."""
        if self._api is None or has_unknown(inputs):
            return
        try:
            self._api.apply(self._placed(inputs), dry_run=True)
        except ApiError as error:
            # The namespace or the kind's definition may be part of the same plan, and an object that will
            # be replaced is refused as a change of fixed fields.
            fixed = any(words in str(error) for words in ("immutable", "may not change fields"))
            if error.status != 404 and not fixed:
                raise

    def _placed(self, document: Json) -> Json:
        """Return the object to send, in its namespace."""
        metadata: Json = document.get("metadata") or {}
        body = {key: value for key, value in document.items() if key != "status"}
        kind = self._reached().kind(str(document["apiVersion"]), str(document["kind"]))
        if kind.namespaced and not metadata.get("namespace"):
            metadata = {**metadata, "namespace": self._namespace}
        return {**body, "metadata": metadata}


def _id(document: Json) -> str:
    metadata: Json = document["metadata"]
    return "/".join(filter(None, (metadata.get("namespace"), metadata["name"])))


def _replaces(kind: str, change: Change) -> bool:
    path = ".".join(change.keys)
    fixed = (*_IDENTITY, *_IMMUTABLE.get(kind, ()))
    return any(path == item or path.startswith(f"{item}.") for item in fixed)


def _presented(live: Json, inputs: Json) -> Json:
    """Return an object as the state keeps it: without the book-keeping of field managers."""
    metadata = {key: value for key, value in live["metadata"].items() if key != "managedFields"}
    # Lists leave these out of their items; they are the program's own words.
    return {**live, "apiVersion": inputs["apiVersion"], "kind": inputs["kind"], "metadata": metadata}


def _as_inputs(live: Json) -> Json:
    metadata = {key: value for key, value in live["metadata"].items() if key not in _SERVER_SET}
    return {**{key: value for key, value in live.items() if key != "status"}, "metadata": metadata}


def _imported(resource: Resource) -> Json:
    """Read kind and name of an object to import from its type token and id."""
    _, group_version, kind = resource.type.split(":")
    namespace, _, name = resource.id.rpartition("/")
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": group_version.removeprefix("core/"), "kind": kind, "metadata": metadata}
