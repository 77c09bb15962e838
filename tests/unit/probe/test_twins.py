"""probe/twins.py: who is attempted from, what stands in, and what is swept up."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aksnetpol.policy import Pod
from aksnetpol.policy.model.cluster import NodeOs
from aksnetpol.probe.connect import is_agnhost
from aksnetpol.probe.errors import ProbeError
from aksnetpol.probe.twins import Senders, left_behind, pod_specs, twin

SPEC = {
    "containers": [{"name": "web", "image": "nginx"}],
    "tolerations": [{"key": "gpu", "effect": "NoSchedule"}],
}
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("registry.k8s.io/e2e-test-images/agnhost:2.63.0", True),
        ("localhost:5000/agnhost@sha256:0123", True),
        ("agnhost", True),
        ("shop/agnhost-proxy:1", False),
        ("agnhost/web:1", False),
    ],
)
def test_images(image: str, expected: bool) -> None:
    assert is_agnhost(image) is expected


@pytest.mark.parametrize("os", NodeOs)
def test_a_twin_goes_where_the_pod_may_and_is_admitted_to_restricted_namespaces(os: NodeOs) -> None:
    pod = Pod("shop", "web", {"app": "web"}, node_os=os, service_account="web")
    made = twin(pod, SPEC, "aksnetpol-probe-1", ("aksnetpol-probe-2", "uid"))
    (owner,) = made["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("ConfigMap", "aksnetpol-probe-2", True)
    spec, (container,) = made["spec"], made["spec"]["containers"]
    assert spec["readinessGates"] == [{"conditionType": "aksnetpol.io/never-ready"}]
    assert (spec["tolerations"], spec["serviceAccountName"]) == (SPEC["tolerations"], "web")
    assert spec["nodeSelector"] == {"kubernetes.io/os": os.value}
    # Pod Security Standards, "Restricted": Linux-only fields must be set, and must not be on Windows.
    assert spec["os"] == {"name": os.value}
    security = container.get("securityContext", {})
    assert security.get("runAsNonRoot", False) is (os is NodeOs.LINUX)
    assert security.get("capabilities", {}) == ({"drop": ["ALL"]} if os is NodeOs.LINUX else {})


def test_a_pod_with_agnhost_beside_others_is_asked_in_that_container() -> None:
    side = {"name": "debug", "image": "registry.k8s.io/e2e-test-images/agnhost:2.63.0"}
    spec = {"containers": [{"name": "web", "image": "nginx"}, side]}
    with ExitStack() as stack:
        senders = Senders(None, {"shop/web": spec}, stack)  # type: ignore[arg-type]  # no cluster is asked
        assert senders.of(Pod("shop", "web", {})) == ("shop", "web", "debug")


class NeverStarts:
    """A cluster whose pods never run; counts what it is asked."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.deleted: list[str] = []

    def make(self, _namespace: str, kind: str, _body: dict[str, Any]) -> str:
        self.made.append(kind)
        return "uid"

    def running(self, *_: object) -> str:
        raise ProbeError("no image")

    def delete_pod(self, *_: object) -> None:
        self.deleted.append("Pod")

    def delete_config_map(self, *_: object) -> None:
        self.deleted.append("ConfigMap")


def test_a_twin_that_does_not_start_is_tried_once_and_cleaned_up() -> None:
    fake: Any = NeverStarts()
    with ExitStack() as stack:
        senders = Senders(fake, {}, stack)
        for _ in range(3):
            with pytest.raises(ProbeError, match="no image"):
                senders.of(Pod("shop", "web", {}))
    assert fake.made == ["ConfigMap", "Pod"]
    assert fake.deleted == ["Pod", "ConfigMap"]


def pod(
    name: str, age: timedelta, kind: str = "ConfigMap", owned_by: str = "aksnetpol-probe-owner"
) -> dict[str, Any]:
    owner = {"kind": kind, "name": owned_by}
    created = (NOW - age).strftime("%Y-%m-%dT%H:%M:%SZ")
    metadata = {"name": name, "namespace": "shop", "creationTimestamp": created, "ownerReferences": [owner]}
    return {"metadata": metadata, "spec": SPEC}


def test_what_a_killed_verification_left_is_found_by_its_age() -> None:
    manifests = [
        pod("aksnetpol-probe-old", timedelta(hours=1)),
        pod("aksnetpol-probe-of-another-now", timedelta(minutes=1)),
        pod("web", timedelta(days=9)),
    ]
    assert left_behind(manifests, NOW) == {("shop", "aksnetpol-probe-owner")}
    assert pod_specs(manifests)["shop/web"] == SPEC


@pytest.mark.parametrize(
    ("kind", "owned_by"),
    [
        pytest.param("ReplicaSet", "aksnetpol-probe-owner", id="of-a-workload"),
        pytest.param("ConfigMap", "settings", id="of-somebodys-config-map"),
    ],
)
def test_what_only_has_the_name_of_a_twin_is_left_alone(kind: str, owned_by: str) -> None:
    assert left_behind([pod("aksnetpol-probe-old", timedelta(hours=1), kind, owned_by)], NOW) == set()
