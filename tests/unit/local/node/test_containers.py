"""What becomes of a container whose agent is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aksnetpol.local.node.containers import Container

Json = dict[str, Any]
RUNNING: Json = {"running": {"startedAt": "2026-11-23T00:00:00Z"}}


def ended(code: int) -> Json:
    return {"terminated": {"exitCode": code, "startedAt": "2026-11-23T00:00:00Z"}}


@pytest.mark.parametrize(
    ("policy", "state", "restarts", "exit_code"),
    [
        ("Always", RUNNING, 3, None),
        ("Always", ended(0), 3, None),
        ("OnFailure", RUNNING, 3, None),
        ("OnFailure", ended(1), 3, None),
        ("OnFailure", ended(0), 2, 0),
        ("Never", RUNNING, 2, 137),
        ("Never", ended(5), 2, 5),
        ("Always", {"waiting": {"reason": "ContainerCreating"}}, 2, None),
    ],
)
def test_resume(tmp_path: Path, policy: str, state: Json, restarts: int, exit_code: int | None) -> None:
    container = Container({"name": "c", "image": "agnhost"}, tmp_path, policy, arguments=["/agnhost"])
    container.resume({"state": state, "restartCount": 2})
    assert (container.restarts, container.exit_code) == (restarts, exit_code)


def test_a_simulated_container_is_not_counted_as_restarted(tmp_path: Path) -> None:
    container = Container({"name": "c", "image": "nginx"}, tmp_path, "Always")
    container.resume({"state": RUNNING, "restartCount": 0})
    container.start(None)
    assert container.status()["restartCount"] == 0
    assert container.status()["ready"]


def test_what_cannot_run_says_why(tmp_path: Path) -> None:
    container = Container({"name": "c", "image": "agnhost"}, tmp_path, "Always", problem="no ConfigMaps here")
    container.start(None)
    assert container.status()["state"] == {
        "waiting": {"reason": "CreateContainerConfigError", "message": "no ConfigMaps here"}
    }
