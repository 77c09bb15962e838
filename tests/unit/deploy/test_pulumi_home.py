import os
from pathlib import Path

import pytest

from aksnetpol.deploy import pulumi_home


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own Pulumi home, with a plugin."""
    home = tmp_path / "users"
    (home / "plugins" / "resource-random-v4").mkdir(parents=True)
    monkeypatch.setenv("PULUMI_HOME", str(home))
    return home


@pytest.mark.usefixtures("users")
def test_it_has_the_users_plugins_and_nothing_else(tmp_path: Path) -> None:
    pulumi_home.prepared(tmp_path / "session")
    made = pulumi_home.prepared(tmp_path / "session")
    assert [path.name for path in made.iterdir()] == ["plugins"]
    assert (made / "plugins" / "resource-random-v4").is_dir()
    assert made.stat().st_mode & 0o777 == 0o700


def test_plugins_that_moved_are_found_again(
    users: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulumi_home.prepared(tmp_path / "session")
    users.rename(tmp_path / "moved")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "moved"))
    made = pulumi_home.prepared(tmp_path / "session")
    assert (made / "plugins" / "resource-random-v4").is_dir()


def test_a_user_without_plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "nothing"))
    assert list(pulumi_home.prepared(tmp_path / "session").iterdir()) == []


def test_the_newest_logs_are_kept(tmp_path: Path) -> None:
    folder = pulumi_home.logs(tmp_path)
    folder.mkdir()
    for number in range(30):
        log = folder / f"pulumi-{number}.log"
        log.touch()
        os.utime(log, (number, number))
    pulumi_home.keep_newest_logs(tmp_path)
    assert {path.name for path in folder.iterdir()} == {f"pulumi-{number}.log" for number in range(10, 30)}


def test_no_logs_yet(tmp_path: Path) -> None:
    pulumi_home.keep_newest_logs(tmp_path)
