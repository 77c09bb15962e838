"""aksnetpol new: what it prints and refuses; the examples of its page."""

import json
import shlex
from pathlib import Path

import pytest

from tests.pages import examples, matches

from .conftest import Run

PAGE = Path(__file__).parents[3] / "docs" / "commands" / "new.md"


@pytest.fixture
def folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty git repository to be in, by an installation from the package index."""
    monkeypatch.setattr("aksnetpol.extras._recorded", dict)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_page(run: Run) -> None:
    shown = [(command, run(*shlex.split(command)[1:])[1], expected) for command, expected in examples(PAGE)]
    assert len(shown) == 3
    for command, printed, expected in shown:
        assert matches(printed, expected), f"{command}\n{printed}"


def test_here(run: Run, folder: Path) -> None:
    code, printed = run("new", ".", "--name", "shop", "--json")
    assert code == 0
    said = json.loads(printed)
    assert (said["project"], said["folder"], said["kept"]) == ("shop", str(folder), [])
    assert said["next"] == ["aksnetpol preview --local -s dev", "aksnetpol review --base HEAD~1 -s dev"]
    assert all((folder / name).is_file() for name in said["files"])
    assert "aksnetpol[local]==" in (folder / "requirements.txt").read_text(), "CI's review runs stand-ins"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("infra", "--name", "a b"), "no name of a project", id="name"),
        pytest.param(("infra", "--scenario", "weave"), "weave", id="scenario"),
        pytest.param(("infra", "--ci", "jenkins"), "jenkins", id="service"),
        pytest.param((), "DIR", id="no-folder"),
    ],
)
def test_refused(run: Run, folder: Path, arguments: tuple[str, ...], says: str) -> None:
    code, printed = run("new", *arguments)
    assert (code, says in printed) == (2, True), printed
    assert [path.name for path in folder.iterdir()] == [".git"]


def test_a_link_in_a_circle(run: Run, folder: Path) -> None:
    (folder / "infra").symlink_to("infra")
    for place in ("infra", "infra/dev"):
        code, printed = run("new", place)
        assert (code, "infra" in printed, "Choose another folder" in printed) == (2, True, True), printed


@pytest.mark.usefixtures("folder")
def test_a_second_project_of_a_repository(run: Run) -> None:
    """Its workflow is in the way, and stays whatever is chosen for a folder."""
    assert run("new", "first", "--ci", "github")[0] == 0
    code, printed = run("new", "second", "--ci", "github")
    assert (code, "review.yml" in printed, "leave --ci out" in printed) == (2, True, True), printed
    assert run("new", "second")[0] == 0


def test_own_gitignore(run: Run, folder: Path) -> None:
    (folder / ".gitignore").write_text("mine\n")
    code, printed = run("new", ".")
    assert (code, ".gitignore is yours and stays" in printed) == (0, True)


def test_what_a_newcomer_lacks(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aksnetpol.extras._recorded", lambda: {"url": "file:///a", "dir_info": {}})
    monkeypatch.setattr("aksnetpol.extras._is_there", lambda module: module != "uvicorn")
    code, printed = run("new", "a b", "--ci", "gitlab")
    assert code == 0
    assert "CI lacks it" in printed
    assert "needs the extra 'local', which is not installed. Install it: " in printed
    assert "cd 'a b'" in printed
