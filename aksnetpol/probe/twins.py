"""Where connections are attempted from: the workload's own pod, else a short-lived twin of it.

A twin has the pod's labels, so that policies see it as the pod. It belongs to a ConfigMap, so that no
controller adopts it and that it goes with the ConfigMap, and it never becomes ready, so that no Service
sends to it.
"""

import secrets
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

from aksnetpol.documents import entries
from aksnetpol.policy import Pod
from aksnetpol.probe.connect import AGNHOST_IMAGE, is_agnhost
from aksnetpol.probe.pods import Pods

_STARTS = 120.0  # seconds
_LIVES = 900  # seconds; then it is somebody's who was killed before the clean-up
_PREFIX = "aksnetpol-probe-"
# Never true: Services must not send anybody to a pod that only probes.
_GATE = "aksnetpol.io/never-ready"
# What the restricted Pod Security Standard asks for, so that such namespaces admit a twin.
_RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "runAsUser": 65534,
    "seccompProfile": {"type": "RuntimeDefault"},
}
# Little, for a namespace whose quota wants a number.
_RESOURCES = {"cpu": "50m", "memory": "64Mi"}

Place = tuple[str, str, str]  # namespace, pod, container
Json = Mapping[str, Any]


class Senders:
    """Pods to attempt from; what is made for it is gone when the stack is left.

    Args:
        specs: of pods, by namespace/name.
        stack: where the clean-up is put.
    """

    def __init__(self, pods: Pods, specs: Mapping[str, Json], stack: ExitStack) -> None:
        self._pods, self._specs, self._stack = pods, specs, stack
        self._lock = threading.Lock()
        self._twins: dict[str, Future[Place]] = {}
        self._owners: dict[str, tuple[str, str]] = {}

    def of(self, pod: Pod) -> Place:
        """Return where to attempt from; a twin is made once, whoever asks first.

        Raises:
            ApiError: the cluster refuses the twin.
            ProbeError: it does not start.
        """
        spec = self._specs.get(str(pod), {})
        for container in entries(spec.get("containers")):
            if is_agnhost(str(container.get("image", ""))):
                return pod.namespace, pod.name, str(container["name"])
        with self._lock:
            made = self._twins.get(str(pod))
            first = made is None
            if made is None:
                made = self._twins[str(pod)] = Future()
        if first:
            try:
                made.set_result(self._twin(pod, spec))
            except BaseException as error:  # noqa: BLE001  those who wait must not wait for ever
                made.set_exception(error)
        return made.result()

    def _twin(self, pod: Pod, spec: Json) -> Place:
        name = f"{_PREFIX}{secrets.token_hex(3)}"
        made = twin(pod, spec, name, self._owner(pod.namespace))
        self._stack.callback(self._pods.delete_pod, pod.namespace, name)
        self._pods.make(pod.namespace, "Pod", made)
        self._pods.running(pod.namespace, name, _STARTS)
        return pod.namespace, name, "probe"

    def _owner(self, namespace: str) -> tuple[str, str]:
        with self._lock:
            if namespace not in self._owners:
                name = f"{_PREFIX}{secrets.token_hex(3)}"
                self._stack.callback(self._pods.delete_config_map, namespace, name)
                uid = self._pods.make(namespace, "ConfigMap", {"metadata": {"name": name}})
                self._owners[namespace] = name, uid
            return self._owners[namespace]


def twin(pod: Pod, spec: Json, name: str, owner: tuple[str, str]) -> dict[str, Any]:
    """Return the manifest of a pod's twin.

    Args:
        spec: of the pod: a twin goes where the pod may.
        owner: name and uid of the ConfigMap that it belongs to.
    """
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": owner[0], "uid": owner[1]}
    os = pod.node_os.value if pod.node_os else "linux"
    container: dict[str, Any] = {
        "name": "probe",
        "image": AGNHOST_IMAGE,
        "command": ["/agnhost"],
        "args": ["pause"],
        "resources": {"requests": _RESOURCES, "limits": _RESOURCES} if os == "linux" else {},
    }
    if os == "linux":
        container["securityContext"] = _RESTRICTED
    return {
        "metadata": {
            "name": name,
            "labels": dict(pod.labels),
            "ownerReferences": [{**reference, "controller": True}],
        },
        "spec": {
            "os": {"name": os},
            "nodeSelector": {"kubernetes.io/os": os},
            "tolerations": list(spec.get("tolerations") or []),
            "serviceAccountName": pod.service_account,
            "automountServiceAccountToken": False,
            "readinessGates": [{"conditionType": _GATE}],
            "terminationGracePeriodSeconds": 1,
            "activeDeadlineSeconds": _LIVES,
            "containers": [container],
        },
    }


def is_twin(manifest: Json) -> bool:
    """Tell whether a pod, as the API server lists it, was made to probe from."""
    return str(manifest["metadata"]["name"]).startswith(_PREFIX)


def left_behind(manifests: Iterable[Json], now: datetime) -> set[tuple[str, str]]:
    """Return namespace and ConfigMap of twins whose verification was killed before it could clean up.

    Args:
        manifests: of pods, as the API server lists them.
    """
    before = now - timedelta(seconds=_LIVES)
    return {
        (one["metadata"]["namespace"], owner["name"])
        for one in manifests
        if is_twin(one) and datetime.fromisoformat(one["metadata"]["creationTimestamp"]) < before
        for owner in entries(one["metadata"].get("ownerReferences"))
        # A pod with such a name may be somebody's own.
        if owner["kind"] == "ConfigMap" and owner["name"].startswith(_PREFIX)
    }


def pod_specs(manifests: Iterable[Json]) -> dict[str, Json]:
    """Return pods' specs by namespace/name.

    Args:
        manifests: of pods, as the API server lists them.
    """
    return {f"{one['metadata']['namespace']}/{one['metadata']['name']}": one["spec"] for one in manifests}
