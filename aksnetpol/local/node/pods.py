"""Pods on simulated nodes: their addresses and what their status says."""

from collections.abc import Iterable

from aksnetpol.local.kubernetes.api import Json
from aksnetpol.local.node.nodes import Node


def free_address(node: Node, taken: Iterable[str]) -> str | None:
    """Return the first address of the node's range that no pod has; None when it is full."""
    used = set(taken)
    # The first address is the node's bridge.
    hosts = (str(node.pods.network_address + offset) for offset in range(2, node.pods.num_addresses - 1))
    return next((address for address in hosts if address not in used), None)


def running_status(pod: Json, node: Node, address: str, now: str) -> Json:
    """The status of a pod on a simulated node; its conditions say that nothing runs."""
    if pod["spec"].get("hostNetwork"):
        address = node.address
    conditions = [
        {
            "type": kind,
            "status": "True",
            "reason": "Simulated",
            "message": "local mode gives this pod a status; no process runs",
            "lastTransitionTime": now,
        }
        for kind in ("PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready")
    ]
    return {
        "phase": "Running",
        "startTime": now,
        "hostIP": node.address,
        "hostIPs": [{"ip": node.address}],
        "podIP": address,
        "podIPs": [{"ip": address}],
        "conditions": [*_scheduled(pod), *conditions],
        "containerStatuses": [_container(item, now) for item in pod["spec"]["containers"]],
    }


def _scheduled(pod: Json) -> list[Json]:
    conditions: list[Json] = pod.get("status", {}).get("conditions") or []
    return [item for item in conditions if item["type"] == "PodScheduled"]


def _container(container: Json, now: str) -> Json:
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": "",
        "ready": True,
        "started": True,
        "restartCount": 0,
        "state": {"running": {"startedAt": now}},
    }
