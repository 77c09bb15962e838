"""aksnetpol/deploy/workspace.py: what it tells of a stack's state; the engine's part is in tests/local."""

from pathlib import Path
from typing import Any

import pytest

from aksnetpol.deploy import Engine, StackWorkspace
from aksnetpol.project import Project, UnknownStackError

RESOURCES = [{"urn": "urn:a", "id": "/a"}, {"urn": "urn:component"}]


@pytest.mark.parametrize(
    ("deployment", "expected"),
    [
        pytest.param(None, None, id="no-stack"),
        pytest.param({}, {}, id="never-updated"),
        pytest.param({"resources": RESOURCES[1:]}, {}, id="nothing-with-an-id"),
        pytest.param({"resources": RESOURCES}, {"urn:a": "/a"}, id="resources"),
    ],
)
def test_no_stack_is_another_thing_than_an_empty_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, deployment: Any, expected: dict[str, str] | None
) -> None:
    def export(_workspace: StackWorkspace) -> dict[str, Any]:
        if deployment is None:
            raise UnknownStackError("there is none")
        return {"deployment": deployment}

    monkeypatch.setattr(StackWorkspace, "_export", export)
    workspace = StackWorkspace(Project(tmp_path, "aksnetpol"), "aks", Engine(tmp_path, ()))
    assert workspace.ids() == expected
