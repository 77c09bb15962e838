"""What the agent reads from a pod, and what a pod's status says."""

from collections.abc import Sequence

from aksnetpol.local.kubernetes.api import Json
from aksnetpol.local.node.clock import timestamp
from aksnetpol.local.node.containers import Container
from aksnetpol.local.node.enforcement import Enforcement
from aksnetpol.local.node.images import is_agnhost
from aksnetpol.local.node.nodes import Node

_NO_PROCESS = "local mode gives this pod a status; no process runs"
_NO_SUCH_IMAGE = "local mode runs the agnhost image only; no process stands behind: "
_CONDITIONS = ("PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready")


def uid_of(pod: Json) -> str:
    """Return a pod's unique id."""
    return str(pod["metadata"]["uid"])


def path_of(pod: Json) -> str:
    """Return a pod's URL path."""
    return f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"


def uses_host_network(pod: Json) -> bool:
    """Tell whether a pod has its node's network."""
    return bool(pod["spec"].get("hostNetwork"))


def is_finished(pod: Json) -> bool:
    """Tell whether a pod ended for good."""
    return pod["status"].get("phase") in {"Succeeded", "Failed"}


def is_leaving(pod: Json) -> bool:
    """Tell whether a pod's deletion was asked for."""
    return bool(pod["metadata"].get("deletionTimestamp"))


def runs_as_process(container: Json, pod: Json, enforcement: Enforcement) -> bool:
    """Tell whether a container gets a process.

    Init containers need an order that local mode does not keep: their pods are simulated whole.
    """
    whole = not pod["spec"].get("initContainers")
    return enforcement is Enforcement.KERNEL and whole and is_agnhost(container)


def simulation(pod: Json, containers: Sequence[Container], enforcement: Enforcement) -> str:
    """Return what of a pod is simulated, as a sentence; empty when nothing is."""
    if enforcement is Enforcement.MODEL:
        return _NO_PROCESS
    names = [one.name for one in containers if one.arguments is None and not one.problem]
    if not names:
        return ""
    if pod["spec"].get("initContainers"):
        return f"{_NO_PROCESS}: it has init containers"
    return _NO_SUCH_IMAGE + ", ".join(names)


def phase(containers: Sequence[Container]) -> str:
    """Return a pod's phase (Kubernetes docs, Pod Lifecycle, "Pod phase")."""
    codes = [one.exit_code for one in containers]
    ended = [code for code in codes if code is not None]
    if len(ended) == len(codes):
        return "Failed" if any(ended) else "Succeeded"
    if all(one.problem for one in containers):
        return "Pending"
    return "Running"


def pod_status(
    pod: Json,
    node: Node,
    address: str,
    containers: Sequence[Container],
    debug: Sequence[Container],
    remark: str,
) -> Json:
    """Return the status of a pod whose containers were started.

    Args:
        pod: as the API has it; its conditions keep their times where they do not change.
        containers: of its spec.
        debug: its ephemeral containers.
        remark: what is simulated.
    """
    now = phase(containers)
    ready = now == "Running" and all(one.running and one.ready for one in containers)
    reason = {"Succeeded": "PodCompleted", "Failed": "PodFailed"}.get(now, "ContainersNotReady")
    states = dict.fromkeys(_CONDITIONS, True) | {"ContainersReady": ready, "Ready": ready}
    status: Json = {
        "phase": now,
        "startTime": pod["status"].get("startTime") or timestamp(),
        "hostIP": node.address,
        "hostIPs": [{"ip": node.address}],
        "podIP": address,
        "podIPs": [{"ip": address}],
        "conditions": _conditions(pod, states, reason, remark),
        "containerStatuses": [one.status() for one in containers],
    }
    if debug:
        status["ephemeralContainerStatuses"] = [one.status() for one in debug]
    return status


def _conditions(pod: Json, states: dict[str, bool], reason: str, remark: str) -> list[Json]:
    before: dict[str, Json] = {item["type"]: item for item in pod["status"].get("conditions") or []}
    found = [before[kind] for kind in before if kind not in states]
    for kind, is_true in states.items():
        text = "True" if is_true else "False"
        since = before.get(kind, {})
        same = since.get("status") == text
        condition: Json = {
            "type": kind,
            "status": text,
            "lastTransitionTime": since["lastTransitionTime"] if same else timestamp(),
        }
        if not is_true:
            condition["reason"] = reason
        elif remark:
            condition |= {"reason": "Simulated", "message": remark}
        found.append(condition)
    return found
