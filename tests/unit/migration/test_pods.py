"""A cluster's pods are looked at through its API server."""

from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest

from aksnetpol.engines import Cluster, NodePool
from aksnetpol.engines.moves import LiveCluster, LiveNodePool, Obstacle, ObstacleKind
from aksnetpol.migration.pods import with_pods

_SYSTEM = NodePool("nodepool1", count=3)
_LIVE = LiveCluster(Cluster("aks", (_SYSTEM,)), (LiveNodePool(_SYSTEM),), "shop", "0b")


class _Kubernetes:
    """A cluster's API server with two pages of pods."""

    PAGES: ClassVar[dict[str, Any]] = {
        "/api/v1/pods?limit=500": {
            "metadata": {"continue": "more"},
            "items": [{"metadata": {"namespace": "shop", "name": "alone"}, "status": {"phase": "Running"}}],
        },
        "/api/v1/pods?limit=500&continue=more": {
            "items": [{"metadata": {"namespace": "shop", "name": "done"}, "status": {"phase": "Succeeded"}}],
        },
        "/apis/policy/v1/poddisruptionbudgets?limit=500": {
            "items": [
                {
                    "metadata": {"namespace": "shop", "name": "all"},
                    "spec": {"selector": {}},
                    "status": {"disruptionsAllowed": 0, "expectedPods": 1},
                }
            ]
        },
    }

    def get(self, path: str) -> dict[str, Any] | None:
        return self.PAGES.get(path)


def test_pods_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    # The package's function `load` hides its subpackage from attribute paths.
    kubernetes = import_module("aksnetpol.policy.load.live")
    monkeypatch.setattr(kubernetes, "connect", lambda _: _Kubernetes())  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]  a stand-in
    live = with_pods(_LIVE, Path("kubeconfig"))
    assert live.running_pods == 1
    assert live.obstacles == (
        Obstacle(ObstacleKind.BUDGET, "PodDisruptionBudget shop/all", ("shop/alone",)),
        Obstacle(ObstacleKind.BARE_POD, "1 pod without a controller", ("shop/alone",)),
    )
