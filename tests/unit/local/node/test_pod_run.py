"""Pods where nothing can run: they have a status, and say that it is no more than that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aksnetpol.local.arm.backend import ClusterSpec, PoolSpec
from aksnetpol.local.node.enforcement import Enforcement
from aksnetpol.local.node.nodes import Node, nodes_of
from aksnetpol.local.node.pod_run import PodRun
from aksnetpol.local.node.sandbox import Space

Json = dict[str, Any]
POOL = PoolSpec("p", "System", "Linux", "Ubuntu", 1, "Standard_D4s_v5")
CLUSTER = ClusterSpec("/c", "c", "g", "eastus", "1.36.3", "azure", None, "10.0.0.0/16", "10.0.0.10", (POOL,))
NODE = next(iter(nodes_of(CLUSTER)))


def no_space(_: Node) -> Space:
    raise AssertionError("nothing runs here")


def pod(*images: str, **spec: Any) -> Json:
    containers = [{"name": f"c{number}", "image": image} for number, image in enumerate(images)]
    return {
        "metadata": {"name": "p", "namespace": "n", "uid": "u"},
        "spec": {"containers": containers, "nodeName": NODE.name, **spec},
        "status": {"conditions": [{"type": "PodScheduled", "status": "True"}]},
    }


def run(document: Json, folder: Path, enforcement: Enforcement = Enforcement.MODEL) -> PodRun:
    return PodRun(document, NODE, "10.1.0.2", folder, enforcement)


def test_a_modelled_pod_runs_and_says_that_nothing_does(tmp_path: Path) -> None:
    made = run(pod("agnhost", "nginx"), tmp_path)
    made.start(None, no_space)
    made.poll()
    status = made.status()
    assert (status["phase"], status["podIP"], status["hostIP"]) == ("Running", "10.1.0.2", NODE.address)
    conditions = {one["type"]: one for one in status["conditions"]}
    assert conditions["PodScheduled"] == {"type": "PodScheduled", "status": "True"}
    assert conditions["Ready"]["status"] == "True"
    assert conditions["Ready"]["message"].endswith("no process runs")
    made.end(30)
    assert made.ended
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("document", "remark"),
    [
        (pod("agnhost"), ""),
        (pod("agnhost", "nginx"), "no process stands behind: c1"),
        (pod("agnhost", initContainers=[{"name": "i", "image": "agnhost"}]), "init containers"),
    ],
    ids=["agnhost", "another image", "init containers"],
)
def test_what_is_simulated_is_named(tmp_path: Path, document: Json, remark: str) -> None:
    made = run(document, tmp_path, Enforcement.KERNEL)
    made.started = True
    messages = {one.get("message", "") for one in made.status()["conditions"]}
    assert any(remark in text for text in messages)
    assert bool("".join(messages)) is bool(remark)


def test_a_condition_keeps_its_time_while_it_holds(tmp_path: Path) -> None:
    document = pod("agnhost")
    document["status"]["conditions"].append(
        {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    )
    made = run(document, tmp_path)
    made.start(None, no_space)
    (ready,) = [one for one in made.status()["conditions"] if one["type"] == "Ready"]
    assert ready["lastTransitionTime"] == "2026-01-01T00:00:00Z"
