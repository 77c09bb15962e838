"""The project of a folder, as the engine finds it."""

from pathlib import Path

import pytest

from aksnetpol.project import Project, ProjectError, UnknownStackError, find_project


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


@pytest.mark.parametrize(
    ("suffix", "text", "place"),
    [
        pytest.param(".yml", "", ".", id="yml"),
        pytest.param(".yaml", "stackConfigDir: config/stacks\n", "config/stacks", id="folder"),
        pytest.param(".yml", "stackConfigDir: stacks\n", "stacks", id="yml-and-folder"),
        pytest.param(".yaml", "stackConfigDir: /stacks\n", "stacks", id="like-an-absolute-path"),
        pytest.param(".yaml", "config: stacks\n", "stacks", id="older-spelling"),
        pytest.param(".yaml", "config:\n  shop:a: 1\n", ".", id="settings-of-all-stacks"),
    ],
)
def test_stack_files_are_where_the_engine_has_them(
    tmp_path: Path, suffix: str, text: str, place: str
) -> None:
    (tmp_path / f"Pulumi{suffix}").write_text(f"name: shop\nruntime: python\n{text}")
    stacks = tmp_path / place
    stacks.mkdir(parents=True, exist_ok=True)
    (stacks / f"Pulumi.dev{suffix}").write_text("config: {}\n")
    other = ".yaml" if suffix == ".yml" else ".yml"
    (stacks / f"Pulumi.other{other}").write_text("config: {}\n")
    project = find_project(tmp_path)
    assert project.stacks() == ("dev",)
    assert project.require_file("dev") == project.stack_file("dev")
    assert project.stack_file("dev").samefile(stacks / f"Pulumi.dev{suffix}")


def test_yaml_goes_before_yml(project: Project, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yml").write_text("name: other\nruntime: python\n")
    assert find_project(tmp_path) == project


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
        pytest.param("name: a\nstackConfigDir: [a]\n", "`stackConfigDir` must be a folder", id="folders"),
        pytest.param("name: [\n", r"Pulumi\.yaml:2: this is not YAML", id="malformed"),
    ],
)
def test_an_unusable_project_is_told(tmp_path: Path, text: str | None, says: str) -> None:
    if text is not None:
        (tmp_path / "Pulumi.yaml").write_text(text)
    with pytest.raises(ProjectError, match=says):
        find_project(tmp_path)


def test_a_project_in_json_is_refused(project: Project, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.json").write_text("{}")
    with pytest.raises(ProjectError, match=r"Pulumi\.json: a project in JSON is not supported"):
        find_project(project.folder)
