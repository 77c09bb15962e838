"""Pods that labels can't tell apart, and the label selectors that mean just them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aksnetpol.policy.generate.manifest import Manifest
from aksnetpol.policy.model.cluster import Pod, WorkloadRef

# Set by controllers, and different for every rollout or pod: no policy should name them.
GENERATED = frozenset(
    {
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "controller-revision-hash",
        "controller-uid",
        "pod-template-generation",
        "pod-template-hash",
        "statefulset.kubernetes.io/pod-name",
    }
)
JOB_NAMES = frozenset({"batch.kubernetes.io/job-name", "job-name"})  # but for a Job's own: see `stable`
# Asked in this order (Kubernetes docs, "Recommended Labels", then what charts use); others come between.
FIRST = (
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/component",
    "app",
    "k8s-app",
    "name",
    "component",
    "tier",
    "role",
)
LAST = ("app.kubernetes.io/part-of", "app.kubernetes.io/managed-by", "release", "heritage", "chart")
CHANGING = ("app.kubernetes.io/version", "version", "helm.sh/chart")  # with every upgrade
_ORDER = {key: n for n, key in enumerate((*FIRST, "", *LAST, *CHANGING))}

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LabelClass:
    """All pods of a namespace with the same labels, generated ones aside.

    Args:
        identities: the workloads, or single pods, that they belong to; in order of their names.
        selector: a LabelSelector that selects these pods and no others of the namespace.
    """

    namespace: str
    labels: tuple[tuple[str, str], ...]
    identities: tuple[WorkloadRef, ...]
    selector: Manifest = field(compare=False)

    @property
    def name(self) -> str:
        """What a policy for the class is called by: its workload, else its most telling label."""
        first = self.identities[0]
        chosen: Labels = self.selector.get("matchLabels") or {}
        return first.name if first.kind != "Pod" or not chosen else next(iter(chosen.values())) or first.name


Key = tuple[str, frozenset[tuple[str, str]]]


class LabelClasses:
    """The classes of all pods that are known."""

    def __init__(self, pods: Iterable[Pod]) -> None:
        identities: dict[Key, set[WorkloadRef]] = {}
        for pod in pods:
            identities.setdefault(_key(pod), set()).add(pod.identity)
        labels: dict[str, list[dict[str, str]]] = {}
        for namespace, pairs in identities:
            labels.setdefault(namespace, []).append(dict(pairs))
        self._classes = {
            (namespace, pairs): LabelClass(
                namespace,
                tuple(sorted(pairs)),
                tuple(sorted(refs, key=str)),
                exact_selector(dict(pairs), labels[namespace]),
            )
            for (namespace, pairs), refs in identities.items()
        }

    def of(self, pod: Pod) -> LabelClass:
        """Return the class of a pod that was among those given."""
        return self._classes[_key(pod)]


def _key(pod: Pod) -> Key:
    return pod.namespace, frozenset(stable(pod).items())


def stable(pod: Pod) -> dict[str, str]:
    """Return the labels that outlive a rollout or a run; a Job keeps its name where a manifest gives it."""
    named = pod.potential and pod.identity.kind == "Job"
    changing = GENERATED if named else GENERATED | JOB_NAMES
    return {key: value for key, value in pod.labels.items() if key not in changing}


def exact_selector(labels: Labels, namespace: Sequence[Labels]) -> Manifest:
    """Return a short LabelSelector that selects these labels and none of the others of a namespace.

    Args:
        labels: the stable labels to select.
        namespace: those of all classes of the namespace; `labels` may be among them.
    """
    others = [dict(other) for other in namespace if other != labels]
    chosen: dict[str, str] = {}
    for key in sorted(labels, key=lambda key: (_ORDER.get(key, _ORDER[""]), key)):
        fewer = [other for other in others if other.get(key) == labels[key]]
        if not chosen or len(fewer) < len(others):
            chosen[key] = labels[key]
        others = fewer
    absent: list[str] = []
    while others:  # they have all these labels, and more
        counts: dict[str, int] = {}
        for key in (key for other in others for key in other if key not in labels):
            counts[key] = counts.get(key, 0) + 1
        absent.append(min(counts, key=lambda key: (-counts[key], key)))
        others = [other for other in others if absent[-1] not in other]
    selector: Manifest = {"matchLabels": chosen} if chosen else {}
    if absent:
        selector["matchExpressions"] = [{"key": key, "operator": "DoesNotExist"} for key in absent]
    return selector
