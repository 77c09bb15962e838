"""Labels that Kubernetes' controllers add to the pods of a template (Kubernetes docs, well-known labels)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aksnetpol.policy.load.fields import Field

JOB_NAMES = ("job-name", "batch.kubernetes.io/job-name")
JOB_UIDS = ("controller-uid", "batch.kubernetes.io/controller-uid")
JOB_INDEX = "batch.kubernetes.io/job-completion-index"
POD_NAME, POD_INDEX = "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"
# Kubernetes, pkg/controller: deployment/sync.go, daemon/util, statefulset and history.
_HASHES: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("pod-template-hash",),
    "DaemonSet": ("controller-revision-hash", "pod-template-generation"),
    "StatefulSet": ("controller-revision-hash",),
}


@dataclass(frozen=True, slots=True)
class AddedLabels:
    """What a controller adds to the labels of a template.

    Args:
        known: with the values that every pod has.
        unknown: keys whose values no manifest tells, or that differ from pod to pod.
    """

    known: Mapping[str, str]
    unknown: frozenset[str] = frozenset()


def added_labels(kind: str, name: str, spec: Field, replicas: int | None) -> AddedLabels:
    """Return the labels that the pods of a workload get beside those of its template.

    Args:
        name: of the workload; empty where the API server makes one (generateName).
        spec: of the workload.
        replicas: None where the kind has none.
    """
    match kind:
        case "Job":
            return _of_job(name, spec)
        case "CronJob":  # its Jobs are called after the time
            return _of_job("", spec.need("jobTemplate").need("spec"))
        case "StatefulSet":
            return _of_stateful_set(name, spec, replicas)
        case _:
            return AddedLabels({}, frozenset(_HASHES.get(kind, ())))


def _of_job(name: str, spec: Field) -> AddedLabels:
    """Kubernetes, pkg/registry/batch/job/strategy.go: generateSelector."""
    unknown = {JOB_INDEX} if spec.text_of("completionMode") == "Indexed" else set[str]()
    manual = spec.get("manualSelector")
    if manual is not None and manual.boolean():
        return AddedLabels({}, frozenset(unknown))
    known: dict[str, str] = {key: name for key in JOB_NAMES if name}
    return AddedLabels(known, frozenset(unknown.union(JOB_UIDS, () if name else JOB_NAMES)))


def _of_stateful_set(name: str, spec: Field, replicas: int | None) -> AddedLabels:
    """Kubernetes, pkg/controller/statefulset/stateful_set_utils.go: updateIdentity."""
    hashes = frozenset(_HASHES["StatefulSet"])
    if replicas != 1 or not name:
        return AddedLabels({}, hashes | {POD_NAME, POD_INDEX})
    ordinals = spec.get("ordinals")
    start = ordinals.get("start") if ordinals else None
    ordinal = start.integer(0, 2**31 - 1) if start else 0
    return AddedLabels({POD_NAME: f"{name}-{ordinal}", POD_INDEX: f"{ordinal}"}, hashes)
