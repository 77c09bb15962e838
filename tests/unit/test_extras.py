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
