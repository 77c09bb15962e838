"""Finds, among Kubernetes objects, what blocks a drain and what a drain interrupts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aksnetpol.documents import entries, mapping
from aksnetpol.engines.moves.live import Obstacle, ObstacleKind
from aksnetpol.words import counted

_Object = Mapping[str, Any]
_TYPHA = "calico-typha"
_SCALED = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
_EVICTION = frozenset({"pods/eviction", "pods/*", "*/*", "*/eviction"})
_WEBHOOKS = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")


@dataclass(frozen=True)
class _Pod:
    namespace: str
    name: str
    labels: Mapping[str, str]
    owners: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"{self.namespace}/{self.name}"


def drain_obstacles(objects: Iterable[_Object]) -> tuple[Obstacle, ...]:
    """Return what a drain of every node meets.

    A budget blocks when its status allows no disruption; one that calico-typha is under is told apart.

    Args:
        objects: Kubernetes objects as JSON, each with its `kind`: Pods, PodDisruptionBudgets, Deployments,
            StatefulSets, ReplicaSets, webhook configurations; others are passed over.

    Source: Kubernetes docs, disruptions and safely-drain-node; Azure/AKS#4720.
    """
    everything = list(objects)
    pods = [_pod(one) for one in everything if one.get("kind") == "Pod" and is_running(one)]
    budgets = [one for one in everything if one.get("kind") == "PodDisruptionBudget"]
    hooks = [one for one in everything if one.get("kind") in _WEBHOOKS]
    scaled = [one for one in everything if one.get("kind") in _SCALED]
    return (*_blocked(budgets, pods), *_webhooks(hooks), *_single_replicas(scaled, pods), *_bare_pods(pods))


def _blocked(budgets: list[_Object], pods: list[_Pod]) -> Iterator[Obstacle]:
    for budget in budgets:
        status = mapping(budget.get("status"))
        if int(status.get("disruptionsAllowed", 0)) > 0 or int(status.get("expectedPods", 1)) == 0:
            continue
        namespace, name = _place(budget)
        selector = mapping(budget.get("spec")).get("selector")
        covered = tuple(pod for pod in pods if pod.namespace == namespace and _selects(selector, pod.labels))
        typha = name == _TYPHA or any(pod.name.startswith(f"{_TYPHA}-") for pod in covered)
        yield Obstacle(
            ObstacleKind.TYPHA if typha else ObstacleKind.BUDGET,
            f"PodDisruptionBudget {namespace}/{name}",
            tuple(pod.path for pod in covered),
        )


def _webhooks(configurations: list[_Object]) -> Iterator[Obstacle]:
    for configuration in configurations:
        for webhook in entries(configuration.get("webhooks")):
            if any(_judges_evictions(rule) for rule in entries(webhook.get("rules"))):
                kind, name = configuration["kind"], _place(configuration)[1]
                yield Obstacle(ObstacleKind.WEBHOOK, f"{kind} {name}, webhook {webhook.get('name', '')}")


def _judges_evictions(rule: Mapping[str, Any]) -> bool:
    core = {"", "*"} & set(entries(rule.get("apiGroups")))
    created = {"CREATE", "*"} & set(entries(rule.get("operations")))
    return bool(core and created and _EVICTION & set(entries(rule.get("resources"))))


def _single_replicas(workloads: list[_Object], pods: list[_Pod]) -> Iterator[Obstacle]:
    for workload in workloads:
        owned = bool(mapping(workload.get("metadata")).get("ownerReferences"))
        spec = mapping(workload.get("spec"))
        if owned or int(spec.get("replicas", 1)) != 1:
            continue
        namespace, name = _place(workload)
        covered = (
            pod.path
            for pod in pods
            if pod.namespace == namespace and _selects(spec.get("selector"), pod.labels)
        )
        yield Obstacle(ObstacleKind.SINGLE_REPLICA, f"{workload['kind']} {namespace}/{name}", tuple(covered))


def _bare_pods(pods: list[_Pod]) -> Iterator[Obstacle]:
    bare = tuple(pod.path for pod in pods if not pod.owners)
    if bare:
        yield Obstacle(ObstacleKind.BARE_POD, f"{counted(len(bare), 'pod')} without a controller", bare)


def _pod(document: _Object) -> _Pod:
    namespace, name = _place(document)
    metadata = mapping(document.get("metadata"))
    owners = tuple(str(owner.get("kind")) for owner in entries(metadata.get("ownerReferences")))
    return _Pod(namespace, name, mapping(metadata.get("labels")), owners)


def is_running(document: Mapping[str, Any]) -> bool:
    """Tell whether a pod has not ended."""
    return mapping(document.get("status")).get("phase") not in ("Succeeded", "Failed")


def _place(document: _Object) -> tuple[str, str]:
    metadata = mapping(document.get("metadata"))
    return str(metadata.get("namespace", "default")), str(metadata.get("name", ""))


def _selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Whether a label selector matches; an absent one matches nothing, an empty one everything."""
    if selector is None:
        return False
    wanted: Mapping[str, str] = mapping(selector.get("matchLabels"))
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(one, labels) for one in entries(selector.get("matchExpressions")))


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = str(expression.get("key")), expression.get("values") or ()
    match expression.get("operator"):
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels
