import os
import stat
from pathlib import Path, PurePosixPath

import pytest

from aksnetpol.machine.limits import limits, memory_files, proxies, room, temporary_folder


@pytest.mark.parametrize(
    ("membership", "files"),
    [
        pytest.param("0::/\n", ["memory.max"], id="version-2-root"),
        pytest.param("0::/a/b\n", ["a/b/memory.max", "a/memory.max", "memory.max"], id="version-2"),
        pytest.param(
            "5:cpu,cpuacct:/\n4:memory:/c\n",
            ["memory/c/memory.limit_in_bytes", "memory/memory.limit_in_bytes"],
            id="version-1",
        ),
        pytest.param("nonsense\n", [], id="unreadable"),
        pytest.param("", [], id="none"),
    ],
)
def test_memory_files(membership: str, files: list[str]) -> None:
    assert memory_files(membership) == [PurePosixPath(file) for file in files]


def test_proxies_are_told_by_name() -> None:
    assert proxies(["https_proxy", "PATH", "HTTP_PROXY", "PROXY"]) == ["HTTP_PROXY", "https_proxy"]


def test_room_of_a_folder_that_is_not_there_is_that_of_the_nearest(tmp_path: Path) -> None:
    said = room(tmp_path / "a" / "b")
    assert said.startswith(f"{tmp_path / 'a' / 'b'} (not there yet; told of {tmp_path}): ")
    assert said.endswith(" free, writable")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_room_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert room(tmp_path).endswith("not writable")


def test_the_temporary_folder_is_only_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert temporary_folder() == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_limit_that_cannot_be_told_says_why() -> None:
    def lost() -> Path:
        raise RuntimeError("no home")

    assert limits({"cache folder": lost})["cache folder"] == "cannot be told: RuntimeError: no home"
