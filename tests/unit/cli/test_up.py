"""aksnetpol up: what is refused before the engine is asked."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aksnetpol.cli import up
from aksnetpol.deploy.plan_file import PlanFileError
from aksnetpol.deploy.preview import Preview, parse
from aksnetpol.project import Project

_URN = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"


@dataclass
class Workspace:
    """The part of a StackWorkspace that is asked."""

    project: Project
    stack: str = "dev"
    local_home: None = None
    previews: int = 0

    def preview(self) -> Preview:
        self.previews += 1
        return parse(json.dumps({"steps": []}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(None, "cannot be read", id="mistyped"),
        pytest.param('{"resourcePlans": {}}', "this is no plan", id="empty"),
        pytest.param(
            json.dumps({"resourcePlans": {_URN.replace("dev", "prod"): {}}}), "not of dev", id="other"
        ),
    ],
)
def test_a_plan_that_cannot_be_used_is_refused_before_the_preview(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str | None, said: str
) -> None:
    path = tmp_path / "dev.plan"
    if text is not None:
        path.write_text(text)
    target: Any = Workspace(Project(tmp_path, "shop"))
    monkeypatch.setattr(up, "workspace", lambda *_, **__: target)
    with pytest.raises(PlanFileError, match=said):
        up.command(stack="dev", plan=path)
    assert target.previews == 0
