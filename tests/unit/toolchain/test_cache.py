import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aksnetpol.toolchain import cache
from aksnetpol.toolchain.tools import tool

_ETCD = tool("etcd")


def _put(text: str = "binary") -> Path:
    with cache.scratch("etcd") as folder:
        built = folder / "server"
        built.write_text(text)
        return cache.put(_ETCD, built)


def test_what_was_put_is_found_and_can_be_run() -> None:
    path = _put("#!/bin/sh\necho hello\n")
    assert cache.find(_ETCD) == path
    assert subprocess.run([path], capture_output=True, text=True, check=True).stdout == "hello\n"


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.write_text("forged"), id="changed"),
        pytest.param(lambda path: path.write_text(""), id="emptied"),
        pytest.param(lambda path: path.unlink(), id="removed"),
        pytest.param(lambda path: path.with_name("etcd.sha256").unlink(), id="checksum-removed"),
        pytest.param(lambda path: path.with_name("etcd.sha256").write_text("0" * 64), id="checksum-changed"),
    ],
)
def test_a_damaged_tool_is_not_found(damage: "object") -> None:
    path = _put()
    assert callable(damage)
    damage(path)
    assert cache.find(_ETCD) is None


def test_the_scratch_folder_starts_empty_after_a_killed_build() -> None:
    left = cache.root() / "build" / "etcd" / "half-written"
    left.parent.mkdir(parents=True)
    left.write_text("x")
    with cache.scratch("etcd") as folder:
        assert list(folder.iterdir()) == []
    assert not folder.exists()


def test_a_lock_falls_with_its_process(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom aksnetpol.toolchain import cache\n"
        "with cache.locked('x', lambda: None):\n    print('held', flush=True); time.sleep(60)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    waited: list[bool] = []

    def waiting() -> None:
        waited.append(True)
        os.kill(holder.pid, signal.SIGKILL)

    with cache.locked("x", waiting):
        assert waited == [True]
    holder.wait()
