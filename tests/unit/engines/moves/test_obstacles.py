"""The very objects that would block a drain are found, and only those."""

from typing import Any

import pytest

from aksnetpol.engines.moves import Obstacle, ObstacleKind, drain_obstacles

_LABELS = {"app": "web"}


def _object(kind: str, name: str, spec: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name, "namespace": "shop"}, "spec": spec or {}, **more}


def _pod(
    name: str, labels: dict[str, str] = _LABELS, *, owner: str | None = "ReplicaSet", phase: str = "Running"
) -> dict[str, Any]:
    owners = [{"kind": owner}] if owner else []
    metadata = {"name": name, "namespace": "shop", "labels": labels, "ownerReferences": owners}
    return {"kind": "Pod", "metadata": metadata, "status": {"phase": phase}}


def _budget(
    allowed: int, selector: dict[str, Any] | None, name: str = "web", expected: int = 1
) -> dict[str, Any]:
    status = {"disruptionsAllowed": allowed, "expectedPods": expected}
    return _object("PodDisruptionBudget", name, {"selector": selector}, status=status)


def _hook(resources: list[str], operations: list[str], groups: list[str]) -> dict[str, Any]:
    rule = {"apiGroups": groups, "resources": resources, "operations": operations}
    return _object(
        "ValidatingWebhookConfiguration", "guard", webhooks=[{"name": "g.example.com", "rules": [rule]}]
    )


_MATCHING = {"matchLabels": _LABELS}
_WEB = Obstacle(ObstacleKind.BUDGET, "PodDisruptionBudget shop/web", ("shop/web-1",))
_NOBODY = Obstacle(ObstacleKind.BUDGET, "PodDisruptionBudget shop/web")
_GUARD = Obstacle(ObstacleKind.WEBHOOK, "ValidatingWebhookConfiguration guard, webhook g.example.com")


@pytest.mark.parametrize(
    ("objects", "found"),
    [
        pytest.param([_budget(0, _MATCHING), _pod("web-1")], [_WEB], id="budget-allows-none"),
        pytest.param([_budget(1, _MATCHING), _pod("web-1")], [], id="budget-allows-one"),
        pytest.param([_budget(0, _MATCHING, expected=0)], [], id="budget-of-no-pods"),
        pytest.param([_budget(0, {}), _pod("web-1")], [_WEB], id="empty-selector-is-all"),
        pytest.param([_budget(0, None), _pod("web-1")], [_NOBODY], id="no-selector-is-none"),
        pytest.param([_budget(0, _MATCHING), _pod("web-1", phase="Succeeded")], [_NOBODY], id="ended-pod"),
        pytest.param([_budget(0, _MATCHING), _pod("other", {"app": "db"})], [_NOBODY], id="other-labels"),
        *(
            pytest.param(
                [
                    _budget(0, {"matchExpressions": [{"key": key, "operator": operator, "values": values}]}),
                    _pod("web-1"),
                ],
                [_WEB if matches else _NOBODY],
                id=f"{key}-{operator}",
            )
            for key, operator, values, matches in [
                ("app", "In", ["web"], True),
                ("app", "NotIn", ["web"], False),
                ("tier", "NotIn", ["web"], True),
                ("app", "Exists", None, True),
                ("app", "DoesNotExist", None, False),
            ]
        ),
        pytest.param(
            [_budget(0, _MATCHING, name="calico-typha"), _pod("calico-typha-1")],
            [Obstacle(ObstacleKind.TYPHA, "PodDisruptionBudget shop/calico-typha", ("shop/calico-typha-1",))],
            id="typha",
        ),
        pytest.param(
            [_object("Deployment", "web", {"replicas": 1, "selector": _MATCHING}), _pod("web-1")],
            [Obstacle(ObstacleKind.SINGLE_REPLICA, "Deployment shop/web", ("shop/web-1",))],
            id="one-replica",
        ),
        pytest.param(
            [_object("StatefulSet", "web", {"selector": _MATCHING})],
            [Obstacle(ObstacleKind.SINGLE_REPLICA, "StatefulSet shop/web")],
            id="one-replica-by-default",
        ),
        pytest.param([_object("Deployment", "web", {"replicas": 2})], [], id="two-replicas"),
        pytest.param([_object("Deployment", "web", {"replicas": 0})], [], id="no-replicas"),
        pytest.param(
            [
                {
                    "kind": "ReplicaSet",
                    "metadata": {"name": "web-1", "ownerReferences": [{"kind": "Deployment"}]},
                }
            ],
            [],
            id="replica-set-of-a-deployment",
        ),
        pytest.param(
            [_pod("alone", owner=None)],
            [Obstacle(ObstacleKind.BARE_POD, "1 pod without a controller", ("shop/alone",))],
            id="bare-pod",
        ),
        pytest.param([_pod("done", owner=None, phase="Failed")], [], id="ended-bare-pod"),
        pytest.param([_hook(["pods/eviction"], ["CREATE"], [""])], [_GUARD], id="webhook"),
        pytest.param([_hook(["*/*"], ["*"], ["*"])], [_GUARD], id="webhook-on-everything"),
        pytest.param([_hook(["pods"], ["CREATE"], [""])], [], id="webhook-on-pods-only"),
        pytest.param([_hook(["pods/eviction"], ["UPDATE"], [""])], [], id="webhook-on-updates"),
        pytest.param([_hook(["*/*"], ["*"], ["apps"])], [], id="webhook-on-another-group"),
    ],
)
def test_obstacles(objects: list[dict[str, Any]], found: list[Obstacle]) -> None:
    assert drain_obstacles(objects) == tuple(found)
