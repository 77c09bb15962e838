"""A state of 0.1.0, whose dynamic providers are `components.*`, is still read, updated and destroyed."""

import base64
import json
import pickletools
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.local.adoption.conftest import API, Cloud, Project, cloud, project

__all__ = ["cloud", "project"]

EARLIER = Path(__file__).with_name("earlier")
STACK = ("--stack", "old")
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def state(cloud: Cloud) -> Path:
    """The file of the stack's state."""
    backend = cloud.environment["PULUMI_BACKEND_URL"].removeprefix("file://")
    return Path(backend, ".pulumi", "stacks", "aksnetpol", "old.json")


@pytest.fixture
def earlier(project: Project, cloud: Cloud, state: Path) -> Project:
    """A stack whose resources are there, and whose state was written by 0.1.0."""
    shutil.copy(EARLIER / "Pulumi.old.yaml", project.folder)
    if not _groups(cloud):
        project.ok("up", *STACK, "--yes")
    _write_earlier(state, cloud)
    return project


def _write_earlier(state: Path, cloud: Cloud) -> None:
    text = (EARLIER / "0.1.0.json").read_text()
    state.write_text(text.replace(SUBSCRIPTION, cloud.arm.subscription_id))


def _groups(cloud: Cloud) -> list[str]:
    groups = cloud.arm.get(f"{cloud.root}/resourceGroups", "2024-03-01").body["value"]
    return [one["name"] for one in groups if one["name"] == "aks-old-rg"]


def _providers(state: Path) -> dict[str, list[str]]:
    """Which class each dynamic resource refers to, by resource type."""
    resources = json.loads(state.read_text())["checkpoint"]["latest"].get("resources", [])
    kept: dict[str, Any] = {one["type"]: one.get("outputs", {}).get("__provider") for one in resources}
    return {kind.partition(":")[2]: _strings(text) for kind, text in kept.items() if text}


def _strings(pickled: str) -> list[str]:
    operations = pickletools.genops(base64.b64decode(pickled))
    return [argument for _, argument, _ in operations if isinstance(argument, str)]


def test_the_state_is_of_before(earlier: Project, state: Path) -> None:
    assert len(_providers(state)) == 6
    assert {module.partition(".")[0] for module, _ in _providers(state).values()} == {"components"}


def test_it_is_read_and_nothing_has_changed(earlier: Project) -> None:
    earlier.ok("refresh", *STACK)
    plan = json.loads(earlier.ok("preview", *STACK, "--json"))
    operations = {step["urn"]: step["op"] for step in plan["steps"]}
    # The cluster itself is another one than that of the state, with other identities.
    dynamic = {urn: op for urn, op in operations.items() if "pulumi-python:dynamic" in urn}
    assert set(dynamic.values()) == {"same"}
    assert len(dynamic) == 6


def test_it_is_updated(earlier: Project, cloud: Cloud) -> None:
    file = earlier.file("old")
    file.write_text(file.read_text().replace("count: 1", "count: 2"))
    earlier.ok("up", *STACK, "--yes")
    group = f"{cloud.root}/resourceGroups/aks-old-rg"
    cluster = f"{group}/providers/Microsoft.ContainerService/managedClusters/aks-old"
    assert cloud.arm.get(f"{cluster}/agentPools/npwin", API).body["properties"]["count"] == 2


def test_it_is_destroyed(earlier: Project, cloud: Cloud, state: Path) -> None:
    earlier.ok("destroy", *STACK, "--yes")
    assert _providers(state) == {}
    assert _groups(cloud) == []
