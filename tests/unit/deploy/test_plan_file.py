"""Plans of the engine: where they are written, and which ones an up takes."""

import json
from pathlib import Path

import pytest

from aksnetpol.deploy.plan_file import PlanFileError, check, replaced
from aksnetpol.project import Project

_URN = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"


def _saved(path: Path, text: str) -> None:
    with replaced(path) as draft:
        draft.write_text(text)


def test_takes_the_files_place(tmp_path: Path) -> None:
    path = tmp_path / "dev.plan"
    path.write_text("an older one")
    path.chmod(0o644)
    _saved(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_leaves_nothing_behind_where_the_preview_fails(tmp_path: Path) -> None:
    path = tmp_path / "dev.plan"
    path.write_text("an older one, which is none of this preview")
    with pytest.raises(RuntimeError), replaced(path):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["no/such/folder/dev.plan", "."])
def test_cannot_be_written(tmp_path: Path, place: str) -> None:
    with pytest.raises(PlanFileError, match=r"--save-plan .*: cannot be written"):
        _saved(tmp_path / place, "new")


@pytest.mark.parametrize("stack", ["dev", "organisation/shop/dev"])
def test_accepts_the_stacks_own(tmp_path: Path, stack: str) -> None:
    path = tmp_path / "dev.plan"
    path.write_text(json.dumps({"resourcePlans": {_URN: {}}}))
    assert check(path, Project(tmp_path, "shop"), stack) == path


@pytest.mark.parametrize(
    ("text", "stack", "said"),
    [
        (None, "dev", "cannot be read"),
        ("{", "dev", "this is no plan"),
        ("[]", "dev", "this is no plan"),
        ('{"steps": []}', "dev", "this is no plan"),
        pytest.param('{"resourcePlans": {}}', "dev", "this is no plan", id="empty"),
        pytest.param(json.dumps({"resourcePlans": _URN}), "dev", "this is no plan", id="text"),
        (
            json.dumps({"resourcePlans": {_URN: {}}}),
            "prod",
            "the plan of stack dev of project shop, not of prod",
        ),
    ],
)
def test_refuses(tmp_path: Path, text: str | None, stack: str, said: str) -> None:
    path = tmp_path / "dev.plan"
    if text is not None:
        path.write_text(text)
    with pytest.raises(PlanFileError, match=said):
        check(path, Project(tmp_path, "shop"), stack)
