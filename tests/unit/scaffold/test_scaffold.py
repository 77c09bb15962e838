"""scaffold/: what a new project has, by which name, and what is never overwritten."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from aksnetpol.errors import UserError
from aksnetpol.scaffold import NewFile, Scenario, Service, checked_name, name_of, plan, write

ROOT = Path(__file__).parents[3]
_REQUIREMENTS = ("aksnetpol[pulumi]==0.1.0",)
_TEMPLATE = ROOT / "aksnetpol" / "scaffold" / "templates" / "project"
_SAME = ("__main__.py", "policies/demo/demo-policy.yaml", "docs/stack.schema.json")


def _plan(folder: Path, name: str = "aksnetpol", service: Service = Service.NONE) -> tuple[NewFile, ...]:
    return plan(folder, name, Scenario.DEV, service, _REQUIREMENTS)


def _texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_there_is_a_scenario_for_each_stack_of_ours() -> None:
    ours = {path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in ROOT.glob("Pulumi.*.yaml")}
    assert set(Scenario) == ours


@pytest.mark.parametrize("scenario", Scenario)
def test_the_files_are_our_own(scenario: Scenario, tmp_path: Path) -> None:
    """One of a user differs from ours in the name; to bring a copy up to date: cp it to the templates."""
    write(plan(tmp_path / "a" / "b", "aksnetpol", scenario, Service.NONE, _REQUIREMENTS))
    made = _texts(tmp_path / "a" / "b")
    assert made.pop("requirements.txt") == "aksnetpol[pulumi]==0.1.0\n"
    assert made.pop(".gitignore") == ".venv/\n__pycache__/\n"
    assert set(made) == {"Pulumi.yaml", f"Pulumi.{scenario}.yaml", *_SAME}
    # Ours ends with what `pulumi new` says of it.
    ours = (ROOT / "Pulumi.yaml").read_text(encoding="utf-8")
    assert made.pop("Pulumi.yaml") == ours.partition("template:")[0]
    for name, text in made.items():
        assert text == (ROOT / name).read_text(encoding="utf-8"), name


def test_a_template_for_pulumi_new_too() -> None:
    """Pulumi copies the folder as it is."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert (_TEMPLATE / "requirements.txt").read_text() == f"aksnetpol[pulumi]=={version}\n"
    assert (_TEMPLATE / ".gitignore").exists()


@pytest.mark.parametrize("name", ["shop-network", "123", "1.0", "true", "null", "1e3", "0x1f", "2026-12-01"])
def test_pulumi_reads_the_name_as_text(name: str, tmp_path: Path) -> None:
    write(_plan(tmp_path, name))
    assert yaml.safe_load((tmp_path / "Pulumi.yaml").read_text())["name"] == name


@pytest.mark.parametrize(
    ("service", "path"),
    [
        pytest.param(Service.GITHUB, ".github/workflows/review.yml", id="github"),
        pytest.param(Service.GITLAB, ".gitlab-ci.yml", id="gitlab"),
        pytest.param(Service.AZURE_DEVOPS, "azure-pipelines.yml", id="azure-devops"),
    ],
)
@pytest.mark.parametrize("kind", ["repository", "worktree", "none"])
def test_a_workflow_is_where_its_service_looks(
    service: Service, path: str, kind: str, tmp_path: Path
) -> None:
    folder = tmp_path / "infra" / "aks"
    if kind == "repository":
        (tmp_path / ".git").mkdir()
    elif kind == "worktree":
        (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    write(_plan(folder, service=service))
    assert ((folder if kind == "none" else tmp_path) / path).is_file()


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        pytest.param("shop", "shop", id="as-it-is"),
        pytest.param("my shop", "my-shop", id="space"),
        pytest.param("Größe & Co.", "Gr-e-Co", id="other-letters"),
        pytest.param(".infra", "infra", id="hidden"),
        pytest.param("a" * 120, "a" * 100, id="long"),
    ],
)
def test_the_name_of_a_folder(folder: str, name: str) -> None:
    assert name_of(Path("/work") / folder) == name
    assert checked_name(name) == name


@pytest.mark.parametrize("folder", ["/", "/work/日本", "/work/___"])
def test_a_folder_without_a_name(folder: str) -> None:
    with pytest.raises(UserError, match="Say one with --name"):
        name_of(Path(folder))


@pytest.mark.parametrize("name", ["", "..", "-a", "a b", "a/b", "größe", "a\n", "a" * 101, "${x}"])
def test_no_name(name: str) -> None:
    with pytest.raises(UserError, match="no name of a project"):
        checked_name(name)


@pytest.mark.parametrize("there", ["Pulumi.yaml", "Pulumi.dev.yaml", "policies/demo/demo-policy.yaml"])
@pytest.mark.parametrize("kind", ["file", "folder", "dead-link"])
def test_what_is_there_is_never_overwritten(there: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / there
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "file":
        path.write_text("mine\n")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UserError, match=f"Nothing was made.*{there}"):
        write(_plan(tmp_path))
    assert sorted(tmp_path.rglob("*")) == before


def test_each_that_is_in_the_way_is_named(tmp_path: Path) -> None:
    for name in ("__main__.py", "policies", "requirements.txt"):
        (tmp_path / name).write_text("mine\n")
    with pytest.raises(UserError) as refused:
        write(_plan(tmp_path))
    for name in ("__main__.py", "policies", "requirements.txt"):
        assert f"{tmp_path / name}" in str(refused.value)
    assert len(_texts(tmp_path)) == 3


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "infra").write_text("mine\n")
    with pytest.raises(UserError, match=r"in the way: \S*/infra\."):
        write(_plan(tmp_path / "infra"))


def test_what_to_ignore_may_be_there(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    written = write(_plan(tmp_path))
    assert written.kept == (tmp_path / ".gitignore",)
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert tmp_path / "Pulumi.yaml" in written.made


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left", "x"), KeyboardInterrupt()], ids=["disk", "ctrl-c"]
)
def test_nothing_is_left_of_half_a_project(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").write_text("mine\n")
    opened = Path.open

    def fails(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self.name == "requirements.txt":
            raise error
        return opened(self, *args, **kwargs)

    files = _plan(tmp_path / "infra" / "aks")
    monkeypatch.setattr(Path, "open", fails)
    with pytest.raises(UserError if isinstance(error, OSError) else KeyboardInterrupt):
        write(files)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
