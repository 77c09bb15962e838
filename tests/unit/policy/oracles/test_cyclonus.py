"""The model against Cyclonus itself: its 230 generated cases, each step by its own matcher.

`cyclonus/main.go` prints them. It is built from the Go module proxy into the cache where
`AKSNETPOL_INSTALL_CYCLONUS=1` is set. What a pod says to itself is not compared: Cyclonus applies policies to
it, the specification lets it through.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from aksnetpol.policy import Protocol, analyze, load_objects
from aksnetpol.toolchain import cache, golang

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
VERSION = "0.5.6"
SOURCE = Path(__file__).parent / "cyclonus"
GO = (1, 22)
_ABSENT = f"no Cyclonus: set AKSNETPOL_INSTALL_CYCLONUS=1 to build {VERSION} into the cache"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def generated() -> list[Json]:
    """Cyclonus' cases."""
    folder = cache.root() / f"cyclonus-{VERSION}"
    program = folder / "cases"
    with cache.locked("cyclonus", lambda: None):
        if not program.exists() and os.environ.get("AKSNETPOL_INSTALL_CYCLONUS"):
            shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
            go = golang.find(GO, lambda _: None)
            for arguments in (["mod", "tidy"], ["build", "-o", str(program), "."]):
                subprocess.run([go.executable, *arguments], cwd=folder, env=go.environment, check=True)
    if not program.exists():
        pytest.skip(_ABSENT)
    return json.loads(subprocess.run([program], capture_output=True, check=True).stdout)


def objects(step: Json) -> list[Json]:
    namespaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
        for name, labels in step["Namespaces"].items()
    ]
    pods = [{**pod, "apiVersion": "v1", "kind": "Pod"} for pod in step["Pods"]]
    kind = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    return [*namespaces, *pods, *({**policy, **kind} for policy in step["Policies"] or ())]


def differences(step: Json) -> list[Json]:
    reach = analyze(load_objects(objects(step)).complete())
    said = {(str(one.source), str(one.destination)): one.ports for one in reach.pod_pairs()}

    def allowed(asked: Json) -> bool:
        found = said.get((asked["From"], asked["To"]))
        return found is not None and found.contains(Protocol(asked["Protocol"]), asked["Port"])

    return [
        asked
        for asked in step["Verdicts"]
        if asked["From"] != asked["To"] and allowed(asked) is not asked["Allowed"]
    ]


def test_every_case(generated: list[Json]) -> None:
    assert len(generated) == 230
    steps = [(case["Description"], step) for case in generated for step in case["Steps"]]
    assert sum(len(step["Verdicts"]) for _, step in steps) > 100_000
    assert [(name, found) for name, step in steps if (found := differences(step))] == []


def test_the_cases_can_fail(generated: list[Json]) -> None:
    steps = [step for case in generated for step in case["Steps"]]
    wrong = [step for step in steps if differences({**step, "Policies": []})]
    assert len(wrong) > len(steps) / 2
