"""Labels that controllers add to a template's pods: exact where they are, unknown where no manifest tells."""

from typing import Any

import pytest

from aksnetpol.policy import Certainty, analyze, load_objects

_TEMPLATE = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": []}}


def _workload(kind: str, name: str = "w", **spec: Any) -> dict[str, Any]:
    version = (
        "batch/v1" if kind in ("Job", "CronJob") else "v1" if kind.startswith("Replication") else "apps/v1"
    )
    body = {"jobTemplate": {"spec": {"template": _TEMPLATE, **spec}}} if kind == "CronJob" else spec
    template = {} if kind == "CronJob" else {"template": _TEMPLATE}
    metadata = (
        {"generateName": name, "namespace": "a"} if name.endswith("-") else {"name": name, "namespace": "a"}
    )
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": {**body, **template}}


def _expressions(**expression: Any) -> dict[str, Any]:
    return {"matchExpressions": [expression]}


def _labels(**labels: str) -> dict[str, Any]:
    return {"matchLabels": {key.replace("__", "/").replace("_", "-"): text for key, text in labels.items()}}


YES, NO, UNKNOWN = (True, Certainty.CERTAIN), (False, Certainty.CERTAIN), (False, Certainty.UNKNOWN)
_INDEX = "apps.kubernetes.io/pod-index"
CASES = [
    pytest.param(_workload("Job"), _labels(job_name="w"), YES, id="job-legacy-name"),
    pytest.param(
        _workload("Job"), {"matchLabels": {"batch.kubernetes.io/job-name": "w"}}, YES, id="job-name"
    ),
    pytest.param(_workload("Job"), _labels(job_name="other"), NO, id="job-of-another-name"),
    pytest.param(_workload("Job"), _labels(controller_uid="1"), UNKNOWN, id="job-uid"),
    pytest.param(
        _workload("Job"), _expressions(key="controller-uid", operator="Exists"), YES, id="job-uid-exists"
    ),
    pytest.param(_workload("Job", "w-"), _labels(job_name="w-1"), UNKNOWN, id="job-of-a-made-name"),
    pytest.param(_workload("Job", manualSelector=True), _labels(job_name="w"), NO, id="job-manual-selector"),
    pytest.param(
        _workload("Job", completionMode="Indexed"),
        {"matchLabels": {"batch.kubernetes.io/job-completion-index": "0"}},
        UNKNOWN,
        id="job-index",
    ),
    pytest.param(
        _workload("Job"),
        {"matchLabels": {"batch.kubernetes.io/job-completion-index": "0"}},
        NO,
        id="no-index",
    ),
    pytest.param(_workload("CronJob"), _labels(job_name="w"), UNKNOWN, id="cron-job-name"),
    pytest.param(_workload("CronJob"), _labels(app="x"), YES, id="cron-job-own-label"),
    pytest.param(_workload("Deployment"), _labels(pod_template_hash="1"), UNKNOWN, id="deployment-hash"),
    pytest.param(
        _workload("Deployment"),
        _expressions(key="pod-template-hash", operator="NotIn", values=["1"]),
        UNKNOWN,
        id="deployment-hash-not-in",
    ),
    pytest.param(
        _workload("Deployment"),
        _expressions(key="pod-template-hash", operator="DoesNotExist"),
        NO,
        id="deployment-hash-does-not-exist",
    ),
    pytest.param(
        _workload("Deployment"),
        {"matchLabels": {"pod-template-hash": "1", "app": "y"}},
        NO,
        id="deployment-hash-beside-another-label",
    ),
    pytest.param(_workload("ReplicaSet"), _labels(pod_template_hash="1"), NO, id="replica-set-has-no-hash"),
    pytest.param(_workload("ReplicationController"), _labels(pod_template_hash="1"), NO, id="controller"),
    pytest.param(
        _workload("DaemonSet"), _labels(controller_revision_hash="1"), UNKNOWN, id="daemon-set-hash"
    ),
    pytest.param(_workload("DaemonSet"), _labels(pod_template_generation="1"), UNKNOWN, id="generation"),
    pytest.param(_workload("StatefulSet", replicas=1), {"matchLabels": {_INDEX: "0"}}, YES, id="only-index"),
    pytest.param(
        _workload("StatefulSet", replicas=1, ordinals={"start": 3}),
        {"matchLabels": {"statefulset.kubernetes.io/pod-name": "w-3"}},
        YES,
        id="only-pod-name",
    ),
    pytest.param(
        _workload("StatefulSet", replicas=2), {"matchLabels": {_INDEX: "0"}}, UNKNOWN, id="one-of-two"
    ),
]


@pytest.mark.parametrize(("workload", "selector", "answer"), CASES)
def test_source_by_an_added_label(
    workload: dict[str, Any], selector: dict[str, Any], answer: tuple[bool, Certainty]
) -> None:
    server = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "db", "namespace": "a"}, "spec": {}}
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "db", "namespace": "a"},
        "spec": {
            "podSelector": _expressions(key="app", operator="DoesNotExist"),
            "ingress": [{"from": [{"podSelector": selector}]}],
        },
    }
    cluster = load_objects([workload, server, policy]).complete()
    found = analyze(cluster).can(f"a/{workload['kind'].lower()}/{_name(workload)}", "a/db", 80)
    assert (found.allowed, found.certainty) == answer


def test_a_policy_that_may_select_a_pod_leaves_it_open_or_closed() -> None:
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "canary", "namespace": "a"},
        "spec": {"podSelector": {"matchLabels": {"pod-template-hash": "1"}}},
    }
    cluster = load_objects([_workload("Deployment"), policy]).complete()
    found = analyze(cluster).can("203.0.113.7", "a/deployment/w", 80)
    assert (found.allowed, found.certainty) == (True, Certainty.UNKNOWN)


def _name(workload: dict[str, Any]) -> str:
    metadata = workload["metadata"]
    return metadata.get("name") or metadata["generateName"]
