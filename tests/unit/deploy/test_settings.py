"""deploy/settings.py: whose settings are ours to check."""

from datetime import date
from pathlib import Path

import pytest

from aksnetpol.deploy.settings import settings_of
from aksnetpol.project import Project, UnknownStackError
from aksnetpol_stacks import SettingsError

TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parents[3]


def test_ours_are_read() -> None:
    found = settings_of(Project(ROOT, "aksnetpol"), "dev", TODAY)
    assert found is not None
    assert found.settings.cluster.name


@pytest.mark.parametrize(
    ("name", "config", "said"),
    [
        pytest.param("aksnetpol", "aksnetpol:cluter: {}", "The key is not known", id="our-name"),
        pytest.param("aksnetpol", "{}", "cluster: The key is missing", id="our-name-and-nothing-set"),
        pytest.param("shop", "aksnetpol:cluster: {}", "dev.yaml:2: cluster.name", id="our-cluster"),
        pytest.param("shop", "aksnetpol:policies: []", "dev.yaml:2: policies", id="our-policies"),
        pytest.param(
            "shop", "aksnetpol:windowsAdminPassword: a", "cluster: The key is missing", id="password"
        ),
        pytest.param("shop", "aksnetpol:clusterName: aks", None, id="a-key-of-the-components-package"),
        pytest.param("shop", "shop:cluster: {}", None, id="a-cluster-of-its-own"),
        pytest.param("shop", "my-aksnetpol:cluster: {}", None, id="a-namespace-that-ends-like-ours"),
        pytest.param("shop", "[1]", None, id="no-keys"),
        pytest.param("shop", "{1: 2}", None, id="odd-keys"),
        pytest.param("shop", "{a: 1, a: 2}", None, id="what-only-our-reader-refuses"),
    ],
)
def test_only_ours_are_checked(tmp_path: Path, name: str, config: str, said: str | None) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  {config}\n")
    project = Project(tmp_path, name)
    if said is None:
        assert settings_of(project, "dev", TODAY) is None
        return
    with pytest.raises(SettingsError, match=said):
        settings_of(project, "dev", TODAY)


def test_ours_beside_keys_of_others(tmp_path: Path) -> None:
    text = (ROOT / "Pulumi.dev.yaml").read_text()
    (tmp_path / "Pulumi.dev.yaml").write_text(f"{text}  shop-aksnetpol:colour: red\n")
    found = settings_of(Project(tmp_path, "shop-aksnetpol"), "dev", TODAY)
    assert found is not None
    assert found.settings.cluster.name == "aks-dev"


@pytest.mark.parametrize("name", ["aksnetpol", "shop"])
def test_a_stack_without_a_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownStackError, match=r"no Pulumi\.dev\.yaml"):
        settings_of(Project(tmp_path, name), "dev", TODAY)
