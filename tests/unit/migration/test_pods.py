"""A cluster's pods are looked at through its API server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from aksnetpol import kube
from aksnetpol.engines import Cluster, NodePool
from aksnetpol.engines.moves import LiveCluster, LiveNodePool, Obstacle, ObstacleKind
from aksnetpol.migration.pods import with_pods

_SYSTEM = NodePool("nodepool1", count=3)
_LIVE = LiveCluster(Cluster("aks", (_SYSTEM,)), (LiveNodePool(_SYSTEM),), "shop", "0b")


class _Kubernetes:
    """A cluster with two pods."""

    OBJECTS: ClassVar[dict[str, list[dict[str, Any]]]] = {
        "/api/v1/pods": [
            {"metadata": {"namespace": "shop", "name": "alone"}, "status": {"phase": "Running"}},
            {"metadata": {"namespace": "shop", "name": "done"}, "status": {"phase": "Succeeded"}},
        ],
        "/apis/policy/v1/poddisruptionbudgets": [
            {
                "metadata": {"namespace": "shop", "name": "all"},
                "spec": {"selector": {}},
                "status": {"disruptionsAllowed": 0, "expectedPods": 1},
            }
        ],
    }

    def __init__(self, _: Path) -> None:
        pass

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        yield from self.OBJECTS.get(path, ())


def test_pods_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kube, "Cluster", _Kubernetes)
    live = with_pods(_LIVE, Path("kubeconfig"))
    assert live.running_pods == 1
    assert live.obstacles == (
        Obstacle(ObstacleKind.BUDGET, "PodDisruptionBudget shop/all", ("shop/alone",)),
        Obstacle(ObstacleKind.BARE_POD, "1 pod without a controller", ("shop/alone",)),
    )
