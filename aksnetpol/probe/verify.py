"""Attempts the chosen connections from inside the pods, and compares what happens with the model."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from aksnetpol.policy import Certainty, Pod
from aksnetpol.probe.connect import AGNHOST_IMAGE, Outcome, command
from aksnetpol.probe.coverage import Coverage, Probe
from aksnetpol.probe.errors import ProbeError
from aksnetpol.probe.pods import Pods

_STARTS = 120.0  # seconds
_AGAIN = 1.0  # seconds before a second look: an edit may have been under way
# Never true: Services must not send anybody to a pod that only probes.
_GATE = "aksnetpol.io/never-ready"


@dataclass(frozen=True)
class Result:
    """What became of one probe.

    Args:
        seen: None where it could not be attempted; then `cause` says why.
        cause: where model and cluster differ, what is likely behind it.
    """

    probe: Probe
    seen: Outcome | None
    seconds: float
    cause: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the cluster does what the model says."""
        return self.seen is not None and self.seen.reached == self.probe.expected.allowed


def verify(
    pods: Pods,
    coverage: Coverage,
    images: Mapping[str, str],
    *,
    concurrency: int = 8,
    done: Callable[[Result], None] = lambda _: None,
) -> list[Result]:
    """Attempt every probe; pods that were made for it are gone afterwards, whatever happens.

    Args:
        images: image of each pod's first container, by namespace/name.
        concurrency: attempts at the same time.
        done: told of each result, from any thread.

    Raises:
        ProbeError: the cluster refuses, or a pod to probe from does not start.
    """
    with ExitStack() as stack:
        senders = _Senders(pods, images, stack)

        def attempt(probe: Probe) -> Result:
            result = _attempt(pods, senders, probe)
            done(result)
            return result

        with ThreadPoolExecutor(concurrency) as pool:
            return list(pool.map(attempt, coverage.probes))


def _attempt(pods: Pods, senders: "_Senders", probe: Probe) -> Result:
    began = time.monotonic()
    try:
        namespace, name = senders.of(probe.source)
        wanted = probe.expected.allowed
        seen = _once(pods, namespace, name, probe)
        if seen.reached != wanted:
            time.sleep(_AGAIN)
            seen = _once(pods, namespace, name, probe)
    except ProbeError as error:
        return Result(probe, None, time.monotonic() - began, str(error))
    cause = "" if seen.reached == wanted else likely_cause(probe, seen)
    return Result(probe, seen, time.monotonic() - began, cause)


def _once(pods: Pods, namespace: str, name: str, probe: Probe) -> Outcome:
    answer = pods.run(namespace, name, command(probe.destination.ips[0], probe.port, probe.protocol))
    if answer.outcome is Outcome.OTHER:
        raise ProbeError(f"{probe}: agnhost says {answer.text.strip()!r}")
    return answer.outcome


def likely_cause(probe: Probe, seen: Outcome) -> str:
    """Say what is likely behind a disagreement, and where to look."""
    verdict = probe.expected
    sides = [one for one in (verdict.egress, verdict.ingress) if one is not None]
    if verdict.certainty is not Certainty.CERTAIN:
        return f"the verdict is only {verdict.certainty}: {' '.join(verdict.notes) or 'engines differ here'}"
    if verdict.allowed:
        allowing = ", ".join(f"{one.policy} ({one.location})" for one in sides if one.policy) or "no policy"
        return (
            f"the model allows it by {allowing}, the cluster drops it: a policy of a kind that was not read, "
            "a network security group, or the engine is behind"
        )
    denying = next(one for one in sides if not one.allowed)
    return (
        f"{denying.text}, but the connection came through ({seen}): the engine does not enforce this policy; "
        "is it installed and healthy on both nodes?"
    )


class _Senders:
    """Pods to attempt from: the workload's own where its image has agnhost, else a short-lived twin.

    A twin has the same labels, so that policies see it as the pod. It belongs to a ConfigMap, so that no
    controller adopts it, and never becomes ready, so that no Service sends to it.
    """

    def __init__(self, pods: Pods, images: Mapping[str, str], stack: ExitStack) -> None:
        self._pods, self._images, self._stack = pods, images, stack
        self._lock = threading.Lock()
        self._twins: dict[str, tuple[str, str]] = {}
        self._owners: dict[str, tuple[str, str]] = {}

    def of(self, pod: Pod) -> tuple[str, str]:
        """Return namespace and name of the pod to attempt from."""
        if "agnhost" in self._images.get(str(pod), ""):
            return pod.namespace, pod.name
        with self._lock:
            if str(pod) not in self._twins:
                self._twins[str(pod)] = self._twin(pod)
            return self._twins[str(pod)]

    def _twin(self, pod: Pod) -> tuple[str, str]:
        name = f"aksnetpol-probe-{secrets.token_hex(3)}"
        self._pods.make(pod.namespace, "Pod", _twin(pod, name, self._owner(pod.namespace)))
        self._stack.callback(self._pods.delete_pod, pod.namespace, name)
        self._pods.running(pod.namespace, name, _STARTS)
        return pod.namespace, name

    def _owner(self, namespace: str) -> tuple[str, str]:
        if namespace not in self._owners:
            name = f"aksnetpol-probe-{secrets.token_hex(3)}"
            self._pods.make(namespace, "ConfigMap", {"metadata": {"name": name}})
            self._stack.callback(self._pods.delete_config_map, namespace, name)
            self._owners[namespace] = name, self._pods.config_map_uid(namespace, name)
        return self._owners[namespace]


def _twin(pod: Pod, name: str, owner: tuple[str, str]) -> dict[str, Any]:
    reference = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": owner[0],
        "uid": owner[1],
        "controller": True,
    }
    os = pod.node_os.value if pod.node_os else "linux"
    return {
        "metadata": {"name": name, "labels": dict(pod.labels), "ownerReferences": [reference]},
        "spec": {
            "nodeSelector": {"kubernetes.io/os": os},
            "serviceAccountName": pod.service_account,
            "automountServiceAccountToken": False,
            "readinessGates": [{"conditionType": _GATE}],
            "terminationGracePeriodSeconds": 1,
            "containers": [
                {"name": "probe", "image": AGNHOST_IMAGE, "command": ["/agnhost"], "args": ["pause"]}
            ],
        },
    }


def first_images(objects: Iterator[dict[str, Any]]) -> dict[str, str]:
    """Return the image of each pod's first container, by namespace/name.

    Args:
        objects: manifests of pods, as the API server lists them.
    """
    return {
        f"{one['metadata']['namespace']}/{one['metadata']['name']}": one["spec"]["containers"][0]["image"]
        for one in objects
    }
