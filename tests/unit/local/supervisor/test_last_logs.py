import os
from pathlib import Path

import pytest

from aksnetpol.local.supervisor.logs import last_logs, tail


def _log(file: Path, text: str, changed: int) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (changed, changed))
    return file


def test_newest_first_and_those_of_pods_never(tmp_path: Path) -> None:
    start = _log(tmp_path / "start.log", "s\n", 10)
    session = _log(tmp_path / "logs" / "session.log", "a\nb\nc\n", 30)
    etcd = _log(tmp_path / "clusters" / "1a" / "etcd.log", "e\n", 20)
    _log(tmp_path / "clusters" / "1a" / "node" / "pods" / "u" / "web-0.log", "p\n", 40)
    (tmp_path / "link.log").symlink_to(session)
    os.mkfifo(tmp_path / "pipe.log")
    found = last_logs(tmp_path, files=2, lines=2)
    assert [(one.file, one.text) for one in found] == [(session, "b\nc"), (etcd, "e")]
    assert [one.file for one in last_logs(tmp_path)] == [session, etcd, start]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert last_logs(tmp_path / "no") == ()


@pytest.mark.parametrize(
    ("content", "end"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"a\nb\n", "a\nb", id="short"),
        pytest.param(b"x" * 70_000 + b"\nlast\n", "last", id="partial-line"),
        pytest.param(b"x" * 70_000, "one line of more than 65536 bytes, left out", id="one-long-line"),
        pytest.param(b"\xff\n", "\ufffd", id="not-text"),
    ],
)
def test_tail(tmp_path: Path, content: bytes, end: str) -> None:
    (tmp_path / "a.log").write_bytes(content)
    assert tail(tmp_path / "a.log", 30) == end


def test_a_log_that_is_gone_says_so(tmp_path: Path) -> None:
    assert tail(tmp_path / "a.log", 30) == "cannot be read: No such file or directory"
