"""Short selectors that mean some pods of a namespace and no others."""

from typing import Any

import pytest

from aksnetpol.policy import Pod
from aksnetpol.policy.generate.label_classes import LabelClasses, exact_selector, stable
from aksnetpol.policy.model.cluster import WorkloadRef

WEB = {"app": "web", "tier": "front", "version": "1"}


@pytest.mark.parametrize(
    ("labels", "others", "selector"),
    [
        pytest.param(WEB, [], {"matchLabels": {"app": "web"}}, id="one-label-even-when-alone"),
        pytest.param(WEB, [{"app": "db"}], {"matchLabels": {"app": "web"}}, id="enough"),
        pytest.param(
            WEB,
            [{"app": "web", "tier": "back", "version": "1"}],
            {"matchLabels": {"app": "web", "tier": "front"}},
            id="another-where-needed",
        ),
        pytest.param(
            WEB,
            [{**WEB, "version": "2"}],
            {"matchLabels": {"app": "web", "version": "1"}},
            id="the-version-only-where-nothing-else-helps",
        ),
        pytest.param(
            WEB,
            [{**WEB, "canary": "yes"}, {**WEB, "canary": "no", "x": "1"}],
            {
                "matchLabels": {"app": "web"},
                "matchExpressions": [{"key": "canary", "operator": "DoesNotExist"}],
            },
            id="more-labels-elsewhere",
        ),
        pytest.param(
            {},
            [{"a": "1"}, {"b": "1"}],
            {
                "matchExpressions": [
                    {"key": "a", "operator": "DoesNotExist"},
                    {"key": "b", "operator": "DoesNotExist"},
                ]
            },
            id="no-labels",
        ),
        pytest.param({}, [], {}, id="nothing-to-tell-apart"),
    ],
)
def test_exact_selector(
    labels: dict[str, str], others: list[dict[str, str]], selector: dict[str, Any]
) -> None:
    assert exact_selector(labels, [labels, *others]) == selector


def test_labels_that_controllers_set_are_left_out() -> None:
    labels = {"app": "web", "pod-template-hash": "6d4b", "job-name": "web-1"}
    assert stable(Pod("x", "web", labels)) == {"app": "web"}


def test_a_job_of_a_manifest_keeps_its_name_and_a_run_does_not() -> None:
    labels = {"batch.kubernetes.io/job-name": "once", "batch.kubernetes.io/controller-uid": "1"}
    job, cron = (WorkloadRef(kind, "x", "once") for kind in ("Job", "CronJob"))
    assert stable(Pod("x", "job/once", labels, job, potential=True)) == {
        "batch.kubernetes.io/job-name": "once"
    }
    assert stable(Pod("x", "p", labels, job)) == {}
    assert stable(Pod("x", "p", labels, cron)) == {}


def test_a_class_is_called_by_its_workload_or_its_most_telling_label() -> None:
    alone = Pod("x", "web-1", {"app": "shop"})
    owned = Pod("y", "web-1", {"app": "shop"}, WorkloadRef("Deployment", "y", "web"))
    unlabelled = Pod("z", "web-1", {})
    classes = LabelClasses([alone, owned, unlabelled])
    assert [classes.of(one).name for one in (alone, owned, unlabelled)] == ["shop", "web", "web-1"]
