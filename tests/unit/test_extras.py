"""extras.py: which extra brings a module, and the line that installs one."""

import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from aksnetpol import extras

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("module", "extra"),
    [
        pytest.param("httpx", "live", id="module"),
        pytest.param("azure", "live", id="namespace-of-one"),
        pytest.param("azure.identity.aio", "live", id="below-one"),
        pytest.param("kubernetes.client", "live", id="part-of-a-package"),
        pytest.param("pulumi_azure_native", "pulumi", id="sdk"),
        pytest.param("aksnetpol_stacks.load", "pulumi", id="distribution-of-ours"),
        pytest.param("starlette", "local", id="local"),
        pytest.param("pulumi_aws", None, id="begins-like-one"),
        pytest.param("aksnetpol.nothing", None, id="ours"),
        pytest.param(None, None, id="nameless"),
    ],
)
def test_what_brings_a_module(module: str | None, extra: str | None) -> None:
    assert extras.bringing(module) == extra


@pytest.mark.parametrize("extra", extras.EXTRAS)
def test_all_of_them_are_here(extra: str) -> None:
    assert extras.is_installed(extra)
    extras.require(extra, "A test")


def test_an_extra_needs_those_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aksnetpol.extras._is_there", lambda module: module != "httpx")
    assert [extra for extra in extras.EXTRAS if extras.is_installed(extra)] == []
    with pytest.raises(extras.MissingExtraError, match=r"Local mode needs the extra 'local'"):
        extras.require("local", "Local mode")


def test_the_extras_are_those_of_the_distribution() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(declared) == {*extras.EXTRAS, "all"}


@pytest.mark.parametrize(
    ("recorded", "requirement"),
    [
        pytest.param(None, "'aksnetpol[live]'", id="index"),
        pytest.param('{"url": "file:///a/b", "dir_info": {}}', "@ file:///a/b'", id="folder"),
        pytest.param(
            '{"url": "https://e.org/x.git", "vcs_info": {"vcs": "git", "commit_id": "1", '
            '"requested_revision": "v1"}}',
            "@ git+https://e.org/x.git@v1'",
            id="tag",
        ),
        pytest.param(
            '{"url": "https://e.org/x.git", "vcs_info": {"vcs": "git", "commit_id": "1"}}',
            "@ git+https://e.org/x.git'",
            id="branch",
        ),
    ],
)
def test_it_comes_from_where_we_came(
    monkeypatch: pytest.MonkeyPatch, recorded: str | None, requirement: str
) -> None:
    ours = SimpleNamespace(read_text=lambda _: recorded)
    monkeypatch.setattr("aksnetpol.extras.distribution", lambda _: ours)
    assert extras.remedy("live").endswith(requirement)


def test_windows_knows_no_single_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = SimpleNamespace(read_text=lambda _: '{"url": "file:///C:/a b", "dir_info": {}}')
    monkeypatch.setattr("aksnetpol.extras.distribution", lambda _: ours)
    monkeypatch.setattr("sys.platform", "win32")
    assert extras.remedy("live").endswith(' "aksnetpol[live] @ file:///C:/a b"')


_PARTS = (("aksnetpol-components", "components"), ("aksnetpol-stacks", "stacks"))


@pytest.mark.parametrize(
    ("recorded", "first", "others"),
    [
        pytest.param(None, "aksnetpol[pulumi]==0.1.0", (), id="index"),
        pytest.param(
            '{"url": "file:///a/b%20c", "dir_info": {"editable": true}}',
            "aksnetpol[pulumi] @ file:///a/b%20c",
            [f"{name} @ file:///a/b%20c/{folder}" for name, folder in _PARTS],
            id="folder",
        ),
        pytest.param(
            '{"url": "https://e.org/x.git", "vcs_info": {"vcs": "git", "commit_id": "12ab", '
            '"requested_revision": "main"}}',
            "aksnetpol[pulumi] @ git+https://e.org/x.git@12ab",
            [f"{name} @ git+https://e.org/x.git@12ab#subdirectory={folder}" for name, folder in _PARTS],
            id="git",
        ),
        pytest.param(
            '{"url": "https://me:secret@e.org/x.git", "vcs_info": {"vcs": "git", "commit_id": "12ab"}}',
            "aksnetpol[pulumi] @ git+https://e.org/x.git@12ab",
            [f"{name} @ git+https://e.org/x.git@12ab#subdirectory={folder}" for name, folder in _PARTS],
            id="git-with-a-password",
        ),
        pytest.param(
            '{"url": "ssh://git@e.org/x.git", "vcs_info": {"vcs": "git", "commit_id": "12ab"}}',
            "aksnetpol[pulumi] @ git+ssh://git@e.org/x.git@12ab",
            [f"{name} @ git+ssh://git@e.org/x.git@12ab#subdirectory={folder}" for name, folder in _PARTS],
            id="git-over-ssh",
        ),
        pytest.param(
            '{"url": "https://e.org/aksnetpol-0.1.0-py3-none-any.whl", "archive_info": {}}',
            "aksnetpol[pulumi] @ https://e.org/aksnetpol-0.1.0-py3-none-any.whl",
            (),
            id="wheel",
        ),
    ],
)
def test_what_a_project_of_a_user_requires(
    monkeypatch: pytest.MonkeyPatch, recorded: str | None, first: str, others: tuple[str, ...]
) -> None:
    ours = SimpleNamespace(read_text=lambda _: recorded, version="0.1.0")
    monkeypatch.setattr("aksnetpol.extras.distribution", lambda _: ours)
    assert extras.requirements("pulumi") == (first, *others)
    assert extras.is_of_this_machine() == ("file:" in first)


def test_our_other_distributions_are_where_a_project_looks_for_them() -> None:
    for name, folder in _PARTS:
        project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]
        assert project["name"] == name


def test_our_distributions_have_one_version() -> None:
    """They ask for each other by it."""
    files = [ROOT / "pyproject.toml", *ROOT.glob("*/pyproject.toml")]
    texts = {file: file.read_text() for file in files}
    versions = {tomllib.loads(text)["project"]["version"] for text in texts.values()}
    assert len(files) == 3
    assert len(versions) == 1
    asked = [
        line for text in texts.values() for line in text.splitlines() if "aksnetpol" in line and "==" in line
    ]
    assert asked
    assert all(f"=={next(iter(versions))}" in line for line in asked)
