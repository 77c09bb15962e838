"""A file has its new content, or its old one."""

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from aksnetpol import whole_files


def test_a_file_is_made(tmp_path: Path) -> None:
    whole_files.write(tmp_path / "new", b"text")
    assert (tmp_path / "new").read_bytes() == b"text"
    assert [one.name for one in tmp_path.iterdir()] == ["new"]


def test_permissions_stay(tmp_path: Path) -> None:
    file = tmp_path / "old"
    file.write_bytes(b"old")
    file.chmod(0o640)
    whole_files.write(file, b"new")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o640)


def test_a_new_file_obeys_the_mode(tmp_path: Path) -> None:
    whole_files.write(tmp_path / "secret", b"x", mode=0o600)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    whole_files.write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_the_old_one_stays_when_the_disk_is_full(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(OSError, match="No space left"):
        whole_files.write(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    whole_files.write(tmp_path / "pipe", b"text")
    reader.join(10)
    assert got == [b"text"]
