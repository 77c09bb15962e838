from pathlib import Path

import pytest

from aksnetpol.deploy.errors import ProjectError, UnknownStackError
from aksnetpol.deploy.project import Project, find_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    (tmp_path / "Pulumi.calico-windows.yaml").write_text("")
    return find_project(tmp_path)


def test_is_found_from_a_folder_below_it(project: Project, tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_project(below) == project == Project(tmp_path, "shop")


def test_lists_the_stacks_that_have_a_file(project: Project) -> None:
    assert project.stacks() == ("calico-windows", "dev")


def test_an_unknown_stack_is_told_with_the_known_ones(project: Project) -> None:
    with pytest.raises(
        UnknownStackError, match=r"No stack 'prod'.*Stacks here: calico-windows, dev\."
    ) as caught:
        project.require_file("prod")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("config:\n  a: [1,\n", r"Pulumi\.dev\.yaml:3: this is not YAML", id="unclosed"),
        pytest.param("config:\n\ta: 1\n", r"Pulumi\.dev\.yaml:2: this is not YAML", id="tab"),
        pytest.param("- a\n- b\n", r"Pulumi\.dev\.yaml:1: expected keys and values", id="list"),
        pytest.param("just words", r"Pulumi\.dev\.yaml:1: expected keys and values", id="scalar"),
    ],
)
def test_a_malformed_stack_file_is_told_with_its_line(project: Project, text: str, says: str) -> None:
    project.stack_file("dev").write_text(text)
    with pytest.raises(ProjectError, match=says) as caught:
        project.require_file("dev")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(None, r"No Pulumi\.yaml", id="absent"),
        pytest.param("runtime: python\n", "`name` is missing", id="nameless"),
        pytest.param("name: [\n", r"Pulumi\.yaml:2: this is not YAML", id="malformed"),
    ],
)
def test_an_unusable_project_is_told(tmp_path: Path, text: str | None, says: str) -> None:
    if text is not None:
        (tmp_path / "Pulumi.yaml").write_text(text)
    with pytest.raises(ProjectError, match=says):
        find_project(tmp_path)
