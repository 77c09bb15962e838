"""A deployed stack before and after an update, from a preview as the engine writes it."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from aksnetpol.deploy import StackWorkspace
from aksnetpol.policy import ChangeKind
from aksnetpol.project import Project
from aksnetpol.review import Deployed, review
from aksnetpol.review.resources import Inputs, Leaf

_TODAY = date(2026, 11, 23)
_SPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "demo"}}


def _pod(name: str, **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "demo", "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": []}}


def _policy(*ingress: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "inside", "namespace": "demo"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": list(ingress)},
    }


def _steps(op: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
    value = new or old or {}
    version = value["apiVersion"] if "/" in value["apiVersion"] else f"core/{value['apiVersion']}"
    kind = f"kubernetes:{version}:{value['kind']}"
    urn = f"urn:pulumi:dev::shop::{kind}::{value['metadata']['name']}"
    state = {"urn": urn, "type": kind, "custom": True}
    step: dict[str, Any] = {"op": op, "urn": urn}
    for side, inputs in (("oldState", old), ("newState", new)):
        if inputs:
            step[side] = {**state, "inputs": inputs}
    return step


@dataclass(frozen=True)
class _Workspace:
    """The part of a StackWorkspace that is asked, with the engine's answer."""

    project: Project
    text: str
    stack: str = "dev"

    def preview_json(self, *, create: bool, save_plan: Path | None) -> str:
        assert not create, "a review makes no stack"
        return self.text


def _rules(_urn: str, old: Inputs, new: Inputs) -> list[Leaf]:
    return [("spec", old["spec"], new["spec"], False)]


def test_connections_of_the_state_and_of_the_preview(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    (tmp_path / "others.yaml").write_text(json.dumps(_pod("other", app="other")))
    steps = [
        _steps("same", _SPACE, _SPACE),
        _steps("same", _pod("server", app="server"), _pod("server", app="server")),
        _steps("update", _policy(), _policy({"from": [{"podSelector": {}}]})),
    ]
    workspace = _Workspace(Project(tmp_path, "shop"), json.dumps({"steps": steps}))
    opened = cast(StackWorkspace, workspace)
    (found,) = review(Deployed(("dev",), ("others.yaml",), _rules, _TODAY, lambda _: opened)).stacks
    assert found.connections(ChangeKind.ADDED) == 1
    assert found.policies == ("NetworkPolicy demo/inside",)
    assert [one.resource.label for one in found.resources] == ["NetworkPolicy inside"]


def test_manifests_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    opened = cast(StackWorkspace, _Workspace(Project(tmp_path, "shop"), '{"steps": []}'))
    found = review(Deployed(("dev",), ("misspelt.yaml",), _rules, _TODAY, lambda _: opened))
    assert found.broken
    (stack,) = found.stacks
    assert stack.problem is not None
    assert "misspelt.yaml: no such file or folder" in stack.problem.message
