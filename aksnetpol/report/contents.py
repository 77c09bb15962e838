"""What a cluster holds, of its objects as the API server has them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# apiVersion, plural and kind.
KINDS = (
    ("v1", "nodes", "Node"),
    ("v1", "pods", "Pod"),
    ("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy"),
)


@dataclass(frozen=True)
class Node:
    """A node: its pool, operating system and kubelet version."""

    name: str
    pool: str
    os: str
    version: str
    ready: bool


@dataclass(frozen=True)
class Pod:
    """A pod: where it runs and by which address."""

    namespace: str
    name: str
    node: str
    phase: str
    address: str


@dataclass(frozen=True)
class Policy:
    """A NetworkPolicy: whom it selects and which directions it isolates."""

    namespace: str
    name: str
    selects: str
    policy_types: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """What a cluster holds.

    Args:
        pods, policies: of the namespace that was asked for.
    """

    nodes: tuple[Node, ...]
    pods: tuple[Pod, ...]
    policies: tuple[Policy, ...]


def contents(objects: Iterable[dict[str, Any]], namespace: str) -> Contents:
    """Return what objects of those KINDS tell.

    Args:
        namespace: whose pods and policies.
    """
    found: dict[str, list[dict[str, Any]]] = {kind: [] for _, _, kind in KINDS}
    for item in objects:
        if item["metadata"].get("namespace") in (None, namespace):
            found[item["kind"]].append(item)
    return Contents(
        tuple(map(_node, found["Node"])),
        tuple(map(_pod, found["Pod"])),
        tuple(map(_policy, found["NetworkPolicy"])),
    )


def _node(item: dict[str, Any]) -> Node:
    labels, status = item["metadata"].get("labels", {}), item.get("status", {})
    conditions = status.get("conditions", ())
    return Node(
        name=item["metadata"]["name"],
        pool=labels.get("kubernetes.azure.com/agentpool", ""),
        os=labels.get("kubernetes.io/os", ""),
        version=status.get("nodeInfo", {}).get("kubeletVersion", ""),
        ready=any(one["type"] == "Ready" and one["status"] == "True" for one in conditions),
    )


def _pod(item: dict[str, Any]) -> Pod:
    return Pod(
        namespace=item["metadata"]["namespace"],
        name=item["metadata"]["name"],
        node=item["spec"].get("nodeName", ""),
        phase=item["status"].get("phase", ""),
        address=item["status"].get("podIP", ""),
    )


def _policy(item: dict[str, Any]) -> Policy:
    selector = item["spec"].get("podSelector", {})
    terms = [f"{key}={value}" for key, value in sorted(selector.get("matchLabels", {}).items())]
    terms += [_expression(one) for one in selector.get("matchExpressions", ())]
    return Policy(
        namespace=item["metadata"]["namespace"],
        name=item["metadata"]["name"],
        selects=", ".join(terms) or "all pods",
        policy_types=tuple(item["spec"].get("policyTypes", ())),
    )


def _expression(raw: dict[str, Any]) -> str:
    return " ".join((raw["key"], raw["operator"], ",".join(raw.get("values", ())))).strip()
