"""What runs in a local session, as other processes see it."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aksnetpol.azure import ArmClient, aks
from aksnetpol.local.supervisor import enforcement, session


@dataclass(frozen=True)
class ClusterStatus:
    """One managed cluster of the session.

    Args:
        id: its ARM id.
        nodes: how many the pools ask for.
    """

    id: str
    name: str
    provisioning_state: str
    network_policy: str
    kubernetes_version: str
    nodes: int


@dataclass(frozen=True)
class Status:
    """A local session.

    Args:
        processes: names and pids of everything that runs.
        memory_bytes: resident memory of all of them; 0 where it cannot be told.
        enforcement: `kernel` where NetworkPolicies drop packets, `model` where verdicts are computed only.
        enforcement_remark: what is missing for `kernel`, and how to get it.
    """

    running: bool
    home: str
    resource_manager: str
    processes: dict[str, int]
    memory_bytes: int
    clusters: tuple[ClusterStatus, ...]
    enforcement: str = ""
    enforcement_remark: str = ""


def status(home: Path) -> Status:
    """Describe the session of a folder; one that does not run has no processes."""
    found = session.read(home)
    if found is None:
        return Status(False, str(home), "", {}, 0, ())
    arm = ArmClient({**os.environ, **found.environment})
    try:
        path = f"/subscriptions/{arm.subscription_id}/{aks.CLUSTERS}"
        listed: list[dict[str, Any]] = arm.get(path, aks.API_VERSION).body["value"]
    finally:
        arm.close()
    processes = {"session": found.pid, **_children(home)}
    means = enforcement.read(home)
    return Status(
        True,
        str(home),
        f"https://{found.environment['ARM_METADATA_HOSTNAME']}",
        processes,
        sum(_memory(pid) for pid in processes.values()),
        tuple(_cluster(item) for item in listed),
        str(means.enforcement),
        means.remark,
    )


def _cluster(document: dict[str, Any]) -> ClusterStatus:
    properties: dict[str, Any] = document["properties"]
    return ClusterStatus(
        document["id"],
        document["name"],
        properties["provisioningState"],
        properties["networkProfile"]["networkPolicy"],
        properties["currentKubernetesVersion"],
        sum(int(pool["count"]) for pool in properties["agentPoolProfiles"]),
    )


def _children(home: Path) -> dict[str, int]:
    files = sorted(home.rglob("*.pid"))
    return {f"{file.parent.name}/{file.stem}": int(file.read_text().split()[0]) for file in files}


def _memory(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
