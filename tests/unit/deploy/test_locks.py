import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aksnetpol.deploy.locks import remove_stale


def _lock(backend: Path, pid: int, host: str | None = None) -> Path:
    path = backend / ".pulumi" / "locks" / "organization" / "shop" / "dev" / "1.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"pid": pid, "hostname": host or socket.gethostname(), "username": "x"}))
    return path


@pytest.fixture
def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_lock_of_a_dead_engine_is_removed(tmp_path: Path, dead_pid: int) -> None:
    path = _lock(tmp_path, dead_pid)
    assert remove_stale(f"file://{tmp_path}") == ("shop/dev",)
    assert not path.exists()


def test_the_number_of_another_program_is_no_engine(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "30"]) as other:
        _lock(tmp_path, other.pid)
        try:
            assert remove_stale(f"file://{tmp_path}") == ("shop/dev",)
        finally:
            other.kill()


def test_a_running_engines_lock_stays(tmp_path: Path) -> None:
    engine = tmp_path / "pulumi"
    engine.symlink_to("/bin/sleep")
    with subprocess.Popen([engine, "30"]) as running:
        path = _lock(tmp_path, running.pid)
        while not Path(f"/proc/{running.pid}/cmdline").read_bytes():
            time.sleep(0.01)  # just after exec the kernel has not set it yet
        try:
            assert remove_stale(f"file://{tmp_path}") == ()
            assert path.exists()
        finally:
            running.kill()


@pytest.mark.parametrize(
    ("pid", "host", "url"),
    [
        pytest.param(None, "another-host", "file://{}", id="other-host"),
        pytest.param(None, None, "s3://bucket{}", id="other-backend"),
        pytest.param(None, None, "", id="no-backend"),
    ],
)
def test_what_cannot_be_judged_stays(
    tmp_path: Path, dead_pid: int, pid: int | None, host: str | None, url: str
) -> None:
    path = _lock(tmp_path, pid or dead_pid, host)
    assert remove_stale(url.format(tmp_path)) == ()
    assert path.exists()


def test_a_lock_that_is_being_written_stays(tmp_path: Path) -> None:
    path = _lock(tmp_path, os.getpid())
    path.write_text("{")
    assert remove_stale(f"file://{tmp_path}") == ()
    assert path.exists()
