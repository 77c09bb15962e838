"""Pods of workloads that are custom resources; each row with where the labels are from."""

from __future__ import annotations

from typing import Any

import pytest

from aksnetpol.policy import load_objects
from aksnetpol.policy.load import together
from aksnetpol.policy.load.custom_workloads import declaration
from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.load.manifests import Manifest
from aksnetpol.policy.model.places import Origin

NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}
TEMPLATE = {
    "metadata": {"labels": {"app": "x"}},
    "spec": {"containers": [{"name": "c", "image": "c", "ports": [{"name": "web", "containerPort": 8080}]}]},
}


def resource(version: str, kind: str, spec: dict[str, Any], **meta: Any) -> dict[str, Any]:
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": "n", "namespace": "a", **meta},
        "spec": spec,
    }


@pytest.mark.parametrize(
    ("value", "labels", "unknown", "ports"),
    [
        pytest.param(
            resource("argoproj.io/v1alpha1", "Rollout", {"template": TEMPLATE}),
            {"app": "x"},
            "rollouts-pod-template-hash",
            [8080],
            id="rollout",  # argoproj/argo-rollouts, DefaultRolloutUniqueLabelKey
        ),
        pytest.param(
            resource("serving.knative.dev/v1", "Service", {"template": TEMPLATE}),
            {"app": "x", "serving.knative.dev/service": "n", "serving.knative.dev/configuration": "n"},
            "serving.knative.dev/revision",
            [8080],
            id="knative-service",  # knative/serving, pkg/reconciler/revision/resources/meta.go
        ),
        pytest.param(
            resource("apps.openshift.io/v1", "DeploymentConfig", {"template": TEMPLATE}),
            {"app": "x", "deploymentconfig": "n"},
            "deployment",
            [8080],
            id="deployment-config",  # openshift/library-go, appsutil
        ),
        pytest.param(
            resource("keda.sh/v1alpha1", "ScaledJob", {"jobTargetRef": {"template": TEMPLATE}}),
            {"app": "x", "scaledjob.keda.sh/name": "n"},
            "job-name",
            [8080],
            id="scaled-job",  # kedacore/keda, pkg/scaling/executor/scale_jobs.go: generateJobs
        ),
        pytest.param(
            resource("monitoring.coreos.com/v1", "Prometheus", {"podMetadata": {"labels": {"team": "t"}}}),
            {"team": "t", "prometheus": "n", "app.kubernetes.io/name": "prometheus"},
            "operator.prometheus.io/shard",
            [9090],
            id="prometheus",  # prometheus-operator/kube-prometheus, manifests/prometheus-networkPolicy.yaml
        ),
        pytest.param(
            resource("monitoring.coreos.com/v1", "Alertmanager", {}),
            {"alertmanager": "n", "app.kubernetes.io/name": "alertmanager"},
            "app.kubernetes.io/version",
            [9093, 9094],
            id="alertmanager",  # kube-prometheus, manifests/alertmanager-networkPolicy.yaml
        ),
        pytest.param(
            resource("kafka.strimzi.io/v1beta2", "Kafka", {"kafka": {}}),
            {"strimzi.io/cluster": "n", "strimzi.io/kind": "Kafka"},
            "strimzi.io/name",
            [],
            id="strimzi",  # strimzi docs, Kafka: network policies by strimzi.io/name
        ),
        pytest.param(
            resource("postgresql.cnpg.io/v1", "Cluster", {"inheritedMetadata": {"labels": {"team": "t"}}}),
            {"team": "t", "cnpg.io/cluster": "n", "cnpg.io/podRole": "instance"},
            "cnpg.io/instanceName",
            [5432, 9187, 8000],
            id="cloudnative-pg",  # cloudnative-pg, pkg/specs/pods.go
        ),
    ],
)
def test_a_known_kind(value: dict[str, Any], labels: dict[str, str], unknown: str, ports: list[int]) -> None:
    loaded = load_objects([NAMESPACE, value])
    assert not loaded.findings
    (pod,) = loaded.cluster.pods
    assert labels.items() <= dict(pod.labels).items()
    assert unknown in pod.unknown_labels
    assert [port.number for port in pod.ports] == ports
    assert pod.potential


@pytest.mark.parametrize(
    ("value", "says"),
    [
        pytest.param(
            resource("example.com/v1", "Web", {"pods": {"template": TEMPLATE}}),
            "--kind Web=spec.pods.template",
            id="template",
        ),
        pytest.param(
            resource("example.com/v1", "Web", {"podTemplate": {"spec": TEMPLATE["spec"]}}),
            "pods of Web n are not read",
            id="template-without-metadata",
        ),
        pytest.param(
            resource("example.com/v1", "Web", {"containers": [{"image": "c"}]}), "", id="no-template"
        ),
        pytest.param(
            resource(
                "example.com/v1",
                "Set",
                {"template": TEMPLATE},
                ownerReferences=[{"kind": "Web", "name": "n", "controller": True}],
            ),
            "",
            id="made-by-another",
        ),
        pytest.param(
            resource("argoproj.io/v1alpha1", "Rollout", {"workloadRef": {"kind": "Deployment", "name": "n"}}),
            "",
            id="template-of-a-deployment",  # Argo Rollouts docs, Migrating: workloadRef
        ),
    ],
)
def test_an_unknown_kind(value: dict[str, Any], says: str) -> None:
    loaded = load_objects([NAMESPACE, value])
    assert not loaded.cluster.pods
    assert [one.id for one in loaded.findings] == ["pods-not-read"] * bool(says)
    assert says in "".join(one.message for one in loaded.findings)


def test_a_declared_kind() -> None:
    value = resource("example.com/v1", "Web", {"pods": {"template": TEMPLATE}})
    manifest = Manifest("Web", "example.com/v1", Field(value, Origin(load_place(), ())))
    (pod,) = together([manifest], dict([declaration("Web=spec.pods.template")])).cluster.pods
    assert pod.name == "web/n"


def test_a_declared_path_that_is_not_there() -> None:
    value = resource("example.com/v1", "Web", {})
    manifest = Manifest("Web", "example.com/v1", Field(value, Origin(load_place(), ())))
    findings = together([manifest], {"Web": ("spec", "template")}).findings
    assert any("template is missing" in one.message and one.partial for one in findings)


def load_place() -> Any:
    (one,) = load_objects([NAMESPACE]).manifests
    return one.field.origin.document


@pytest.mark.parametrize("text", ["Web", "=spec", "Web=", "Web=a..b", "a.b=c"])
def test_a_declaration_says_kind_and_path(text: str) -> None:
    with pytest.raises(ValueError, match="="):
        declaration(text if "=" in text else f"{text}=")
