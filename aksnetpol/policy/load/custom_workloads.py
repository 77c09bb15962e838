"""Pods of workloads that are custom resources: by their template, or as their operator makes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aksnetpol.documents import entries, is_list, is_mapping
from aksnetpol.policy.load.controllers import JOB_NAMES, JOB_UIDS, AddedLabels
from aksnetpol.policy.load.fields import Field

Path = tuple[str, ...]
MAX_DEPTH = 8  # below it no kind that is known has a template
_MANAGED, _VERSION = "app.kubernetes.io/managed-by", "app.kubernetes.io/version"
_OF_STATEFUL_SETS = (
    "controller-revision-hash",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
)
_NO_WORKLOADS = {"PodTemplate", "ControllerRevision", "CustomResourceDefinition"}


@dataclass(frozen=True, slots=True)
class CustomPods:
    """The pods that one custom resource makes.

    Args:
        template: a pod template.
        added: what its controller adds to the template's labels.
    """

    template: Field
    added: AddedLabels


@dataclass(frozen=True, slots=True)
class _Templated:
    """A kind with a pod template.

    Args:
        path: where it is.
        added: the labels that its controller adds; {} is the resource's name.
        unknown: keys of those whose values no manifest tells.
    """

    path: Path
    added: Mapping[str, str]
    unknown: tuple[str, ...] = ()

    def pods(self, field: Field, name: str) -> CustomPods | None:
        """Return its pods; None where the template is elsewhere (Rollout, spec.workloadRef)."""
        template = _at(field, self.path)
        known = {key: value.format(name) for key, value in self.added.items()}
        return template and CustomPods(template, AddedLabels(known, frozenset(self.unknown)))


@dataclass(frozen=True, slots=True)
class _Made:
    """A kind whose operator makes the pods.

    Args:
        labels: as of `_Templated`.
        own: where the resource says more labels.
        ports: of the containers, by their names.
        unknown: keys of labels whose values no manifest tells.
        only: a field, and the values with which it makes pods.
    """

    labels: Mapping[str, str]
    own: Path
    ports: Mapping[str, int]
    unknown: tuple[str, ...]
    only: tuple[Path, tuple[str, ...]] | None = None

    def pods(self, field: Field, name: str) -> CustomPods | None:
        """Return its pods; None where it makes none."""
        if self.only:
            chosen = _at(field, self.only[0])
            if chosen is None or chosen.value not in self.only[1]:
                return None
        own = _at(field, self.own)
        labels = (own.labels() if own else {}) | {k: value.format(name) for k, value in self.labels.items()}
        ports = [{"name": key, "containerPort": number} for key, number in self.ports.items()]
        made: dict[str, Any] = {"metadata": {"labels": labels}, "spec": {"containers": [{"ports": ports}]}}
        return CustomPods(Field(made, field.origin), AddedLabels({}, frozenset(self.unknown)))


KINDS: Mapping[tuple[str, str], _Templated | _Made] = {
    # argoproj/argo-rollouts, pkg/apis/rollouts/v1alpha1: DefaultRolloutUniqueLabelKey
    ("argoproj.io", "Rollout"): _Templated(("spec", "template"), {}, ("rollouts-pod-template-hash",)),
    # knative/serving, pkg/reconciler/revision/resources/meta.go: makeLabels
    ("serving.knative.dev", "Service"): _Templated(
        ("spec", "template"),
        {"serving.knative.dev/service": "{}", "serving.knative.dev/configuration": "{}"},
        (
            "app",
            "pod-template-hash",
            "serving.knative.dev/configurationGeneration",
            "serving.knative.dev/configurationUID",
            "serving.knative.dev/revision",
            "serving.knative.dev/revisionUID",
            "serving.knative.dev/serviceUID",
        ),
    ),
    # openshift/library-go, pkg/apps/appsutil: DeploymentLabel, DeploymentConfigLabel
    ("apps.openshift.io", "DeploymentConfig"): _Templated(
        ("spec", "template"), {"deploymentconfig": "{}"}, ("deployment",)
    ),
    # kedacore/keda, pkg/scaling/executor/scale_jobs.go: generateJobs
    ("keda.sh", "ScaledJob"): _Templated(
        ("spec", "jobTargetRef", "template"), {"scaledjob.keda.sh/name": "{}"}, (*JOB_NAMES, *JOB_UIDS)
    ),
    # prometheus-operator, pkg/prometheus/common.go and server/statefulset.go: makeStatefulSetSpec
    ("monitoring.coreos.com", "Prometheus"): _Made(
        {
            "app.kubernetes.io/name": "prometheus",
            "app.kubernetes.io/instance": "{}",
            _MANAGED: "prometheus-operator",
            "operator.prometheus.io/name": "{}",
            "prometheus": "{}",
        },
        ("spec", "podMetadata", "labels"),
        {"web": 9090},
        (*_OF_STATEFUL_SETS, _VERSION, "operator.prometheus.io/shard", "operator.prometheus.io/mode"),
    ),
    # prometheus-operator, pkg/alertmanager/statefulset.go: makeStatefulSetSpec
    ("monitoring.coreos.com", "Alertmanager"): _Made(
        {
            "app.kubernetes.io/name": "alertmanager",
            "app.kubernetes.io/instance": "{}",
            _MANAGED: "prometheus-operator",
            "alertmanager": "{}",
        },
        ("spec", "podMetadata", "labels"),
        {"web": 9093, "mesh-tcp": 9094},
        (*_OF_STATEFUL_SETS, _VERSION),
    ),
    # Istio docs, Kubernetes Gateway API: automated deployment; AKS docs, application routing
    ("gateway.networking.k8s.io", "Gateway"): _Made(
        {"gateway.networking.k8s.io/gateway-name": "{}"},
        ("spec", "infrastructure", "labels"),
        {},
        (
            "gateway.networking.k8s.io/gateway-class-name",
            "istio.io/dataplane-mode",
            "istio.io/gateway-name",
            "istio.io/rev",
            "pod-template-hash",
            "service.istio.io/canonical-name",
            "service.istio.io/canonical-revision",
            "sidecar.istio.io/inject",
        ),
        (("spec", "gatewayClassName"), ("istio", "approuting-istio")),
    ),
    # strimzi/strimzi-kafka-operator, operator-common/model/Labels.java
    ("kafka.strimzi.io", "Kafka"): _Made(
        {
            "app.kubernetes.io/instance": "{}",
            _MANAGED: "strimzi-cluster-operator",
            "strimzi.io/cluster": "{}",
            "strimzi.io/kind": "Kafka",
        },
        ("spec", "kafka", "template", "pod", "metadata", "labels"),
        {},
        (
            *_OF_STATEFUL_SETS,
            "app.kubernetes.io/name",
            "app.kubernetes.io/part-of",
            "strimzi.io/broker-role",
            "strimzi.io/component-type",
            "strimzi.io/controller",
            "strimzi.io/controller-name",
            "strimzi.io/controller-role",
            "strimzi.io/name",
            "strimzi.io/pod-name",
            "strimzi.io/pool-name",
        ),
    ),
    # cloudnative-pg, pkg/specs/pods.go (NewInstance) and pkg/utils/labels_annotations.go
    ("postgresql.cnpg.io", "Cluster"): _Made(
        {"cnpg.io/cluster": "{}", "cnpg.io/podRole": "instance"},
        ("spec", "inheritedMetadata", "labels"),
        {"postgresql": 5432, "metrics": 9187, "status": 8000},
        (
            _MANAGED,
            _VERSION,
            "app.kubernetes.io/component",
            "app.kubernetes.io/instance",
            "app.kubernetes.io/name",
            "cnpg.io/instanceName",
            "cnpg.io/instanceRole",
            "role",
        ),
    ),
}
OWNERS = frozenset(kind for _, kind in KINDS)


def pods_of(group: str, kind: str, field: Field, name: str) -> CustomPods | None:
    """Return the pods of a custom resource of a known kind; None where it carries no template itself."""
    return KINDS[group, kind].pods(field, name)


def declared(path: Path, field: Field) -> CustomPods:
    """Return the pods of a resource whose kind a user has declared.

    Raises:
        FieldError: there is no template.
    """
    template = field
    for step in path:
        template = template.need(step)
    template.need("spec").list("containers")
    return CustomPods(template, AddedLabels({}))


def unread_template(kind: str, value: Mapping[str, Any]) -> Path | None:
    """Return where an object of an unknown kind has a pod template; None where it has none, or is owned."""
    owners = entries(value["metadata"].get("ownerReferences")) if is_mapping(value.get("metadata")) else ()
    if kind in _NO_WORKLOADS or any(is_mapping(one) and one.get("controller") for one in owners):
        return None
    return next(_templates(value), None)


def _templates(value: Mapping[str, Any]) -> Iterator[Path]:
    waiting: list[tuple[Path, Mapping[str, Any]]] = [((), value)]
    while waiting:
        path, found = waiting.pop()
        if path and _is_template(found):
            yield path
        elif len(path) < MAX_DEPTH:
            waiting += [((*path, str(key)), one) for key, one in found.items() if is_mapping(one)]


def _is_template(value: Mapping[str, Any]) -> bool:
    spec = value.get("spec")
    containers: Any = spec.get("containers") if is_mapping(spec) else None
    return is_list(containers) and any(is_mapping(one) and "image" in one for one in containers)


def _at(field: Field, path: Path) -> Field | None:
    found: Field | None = field
    for step in path:
        found = found.get(step) if found else None
    return found


Declared = Mapping[str, Path]  # the path of the template, by the kind


def declaration(text: str) -> tuple[str, Path]:
    """Return a kind and the path of its template, as `Rollout=spec.template` says them.

    Raises:
        ValueError: it does not say both.
    """
    kind, _, path = text.partition("=")
    steps = tuple(path.split("."))
    if not kind.isalnum() or not all(steps):
        raise ValueError(text)
    return kind, steps
