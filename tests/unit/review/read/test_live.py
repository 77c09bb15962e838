"""review/read/live.py: a live cluster after an update, and who reaches whom in it."""

from typing import Any

import pytest

from aksnetpol.policy import ChangeKind, analyze, diff, load_objects
from aksnetpol.review.read.live import updated


def _pod(name: str, **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "demo", "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": []}}


@pytest.mark.parametrize(
    ("scenario", "old", "new", "expected"),
    [
        (
            "left alone",
            [_pod("ours", app="a")],
            [_pod("ours", app="a")],
            {"ours": {"app": "a", "by": "admin"}},
        ),
        ("edited", [_pod("ours", app="a")], [_pod("ours", tier="b")], {"ours": {"tier": "b", "by": "admin"}}),
        ("deleted", [_pod("ours", app="a")], [], {}),
        ("made", [], [_pod("new", app="n")], {"ours": {"app": "a", "by": "admin"}, "new": {"app": "n"}}),
    ],
)
def test_a_live_cluster_after_an_update(
    scenario: str, old: list[Any], new: list[Any], expected: dict[str, dict[str, str]]
) -> None:
    there = [_pod("ours", app="a", by="admin"), _pod("theirs", app="t")]
    found = {one["metadata"]["name"]: one["metadata"]["labels"] for one in updated(there, old, new)}
    assert found == {**expected, "theirs": {"app": "t"}}


def _owned(kind: str, name: str, by: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    version, owner, called = by
    reference = {"apiVersion": version, "kind": owner, "name": called, "uid": called, "controller": True}
    metadata = {"name": name, "namespace": "demo", "labels": {"app": "api"}, "ownerReferences": [reference]}
    return {"apiVersion": "v1" if kind == "Pod" else "apps/v1", "kind": kind, "metadata": metadata, **more}


def _template(app: str, image: str) -> dict[str, Any]:
    return {"metadata": {"labels": {"app": app}}, "spec": {"containers": [{"name": "c", "image": image}]}}


def _deployment(app: str = "api", image: str = "api:1", replicas: int = 1) -> dict[str, Any]:
    spec = {"replicas": replicas, "template": _template(app, image)}
    metadata = {"name": "api", "namespace": "demo"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


_SPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "demo"}}
_OTHER = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}}
_CLOSED = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "closed", "namespace": "demo"},
    "spec": {"podSelector": {"matchLabels": {"app": "api"}}, "policyTypes": ["Ingress"]},
}
_RUNS = {
    "spec": {"containers": [{"name": "c", "image": "api:1"}]},
    "status": {"phase": "Running", "podIP": "10.0.0.1"},
}
_LIVE = [
    _SPACE,
    _OTHER,
    _CLOSED,
    _deployment(),
    _owned(
        "ReplicaSet", "api-1", ("apps/v1", "Deployment", "api"), spec={"template": _template("api", "api:1")}
    ),
    _owned("Pod", "api-1-x", ("apps/v1", "ReplicaSet", "api-1"), **_RUNS),
    _pod("web", app="web"),
]


_AS_IT_IS = {"web": "web", "api-1-x": "api"}


@pytest.mark.parametrize(
    ("new", "pods", "kinds"),
    [
        pytest.param([_SPACE, _deployment()], _AS_IT_IS, set(), id="nothing"),
        pytest.param([_SPACE, _deployment(replicas=2)], _AS_IT_IS, set(), id="scaled"),
        pytest.param([_SPACE, _deployment(image="api:2")], _AS_IT_IS, set(), id="image"),
        pytest.param(
            [_SPACE, _deployment("front")],
            {"web": "web", "deployment/api": "front"},
            {ChangeKind.ADDED},
            id="relabelled",
        ),
        pytest.param([_SPACE], {"web": "web"}, {ChangeKind.VANISHED}, id="workload-deleted"),
        pytest.param([], {}, {ChangeKind.VANISHED}, id="namespace-deleted"),
    ],
)
def test_pods_go_with_what_made_them(new: list[Any], pods: dict[str, str], kinds: set[ChangeKind]) -> None:
    left = list(updated(_LIVE, [_SPACE, _deployment()], new))
    base, head = (analyze(load_objects(objects).cluster) for objects in (_LIVE, left))
    assert {pod.name: pod.labels["app"] for pod in head.cluster.pods} == pods
    assert {change.kind for change in diff(base, head).changes} == kinds
    assert ("demo" in {one["metadata"].get("namespace") for one in left}) is bool(new)
    assert _OTHER in left
