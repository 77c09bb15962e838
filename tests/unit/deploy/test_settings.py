"""deploy/settings.py: whose settings are ours to check."""

from datetime import date
from pathlib import Path

import pytest

from aksnetpol.deploy import Project, UnknownStackError
from aksnetpol.deploy.settings import settings_of
from aksnetpol_stacks import SettingsError

TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parents[3]


def test_ours_are_read() -> None:
    found = settings_of(Project(ROOT, "aksnetpol"), "dev", TODAY)
    assert found is not None
    assert found.settings.cluster.name


@pytest.mark.parametrize(
    ("name", "said"),
    [pytest.param("aksnetpol", "The key is not known", id="ours"), pytest.param("shop", None, id="another")],
)
def test_only_ours_are_checked(tmp_path: Path, name: str, said: str | None) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aksnetpol:cluter: {}\n")
    project = Project(tmp_path, name)
    if said is None:
        assert settings_of(project, "dev", TODAY) is None
        return
    with pytest.raises(SettingsError, match=said):
        settings_of(project, "dev", TODAY)


@pytest.mark.parametrize("name", ["aksnetpol", "shop"])
def test_a_stack_without_a_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownStackError, match=r"no Pulumi\.dev\.yaml"):
        settings_of(Project(tmp_path, name), "dev", TODAY)
