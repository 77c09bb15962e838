"""Both revisions of a project, before any of them is previewed."""

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aksnetpol.deploy import Engine
from aksnetpol.policy import SourceError
from aksnetpol.project import find_project
from aksnetpol.review import Revisions
from aksnetpol.review.read.revisions import read


def _engine() -> Engine:
    raise LookupError("asked for an engine")


def _unused(*_arguments: object) -> Any:
    raise AssertionError


@pytest.mark.parametrize(
    ("manifests", "error", "says"),
    [
        pytest.param(("misspelt",), SourceError, "misspelt: no such file or folder", id="in-neither"),
        pytest.param(("",), SourceError, "'': no such file or folder", id="no-path"),
        pytest.param(("added.yaml", "removed.yaml"), LookupError, "asked for an engine", id="in-one"),
    ],
)
def test_manifests(tmp_path: Path, manifests: tuple[str, ...], error: type[Exception], says: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    for file in ("removed.yaml", "added.yaml"):
        (tmp_path / "removed.yaml").unlink(missing_ok=True)
        (tmp_path / file).touch()
        subprocess.run(["git", "add", "--all"], cwd=tmp_path, check=True)
        subprocess.run(["git", *identity, "commit", "--quiet", "-m", file], cwd=tmp_path, check=True)
    asked = Revisions(
        project=find_project(tmp_path),
        base="HEAD~1",
        head="HEAD",
        stacks=("dev",),
        manifests=manifests,
        rules=_unused,
        today=date(2026, 11, 23),
        limit=1.0,
        engine=_engine,
        stand_ins=_unused,
    )
    with pytest.raises(error, match=says):
        read(asked)
