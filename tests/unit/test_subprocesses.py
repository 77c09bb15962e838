import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from aksnetpol import subprocesses
from aksnetpol.waiting import Wait, WaitingError

_LONG = Wait("it", 60)


def _gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_what_it_prints_and_how_it_ends() -> None:
    done = subprocesses.run(["sh", "-c", "cat; echo no >&2; exit 3"], _LONG, given=b"given")
    assert (done.returncode, done.stdout, done.stderr) == (3, b"given", b"no\n")


def test_nothing_is_given_by_default() -> None:
    assert subprocesses.run(["cat"], _LONG).stdout == b""


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        subprocesses.run(["/nonexistent"], _LONG)


def test_the_whole_family_ends(tmp_path: Path) -> None:
    """Those too that leave the process group, or start another child as soon as one ends."""
    script = f"setsid sh -c 'echo $$ > {tmp_path}/far; sleep 1000; sleep 1000' & while :; do sleep 1000; done"
    began = time.monotonic()
    with pytest.raises(WaitingError):
        subprocesses.run(["sh", "-c", script], Wait("it", 1.0))
    assert time.monotonic() - began < 20
    assert _gone(int((tmp_path / "far").read_text()))


@pytest.mark.parametrize("ignores", [False, True], ids=["ends", "ignores"])
def test_an_interrupt_ends_what_runs(ignores: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocesses, "_GRACE", 0.5)
    ended: list[object] = []

    def run() -> None:
        trap = "trap '' INT; " if ignores else ""
        ended.append(subprocesses.run(["sh", "-c", f"{trap}echo on; sleep 1000"], _LONG))

    running = threading.Thread(target=run)
    running.start()
    while not subprocesses._pids():
        time.sleep(0.01)
    time.sleep(0.3)
    assert subprocesses.interrupt_all()
    assert subprocesses.ending()
    running.join(timeout=20)
    assert len(ended) == 1
    with pytest.raises(subprocesses.EndingError):
        subprocesses.run(["true"], _LONG)
    subprocesses.begin()
    assert subprocesses.run(["true"], _LONG).returncode == 0


def test_only_what_was_started_since_is_killed() -> None:
    with subprocess.Popen(["sleep", "1000"]) as before:
        time.sleep(2.1)  # processes are told apart by seconds
        since = time.time()
        with subprocess.Popen(["sleep", "1000"]) as after:
            subprocesses.kill_started_since(since)
            assert after.wait(timeout=10) == -9
            assert before.poll() is None
            before.kill()


def test_an_exception_in_between_ends_it() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
    with pytest.raises(KeyError), subprocesses.ended_with_us(process):
        raise KeyError
    assert process.returncode == -9
