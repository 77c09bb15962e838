import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from aksnetpol import subprocesses
from aksnetpol.waiting import Wait, WaitingError

_SOON = 20.0  # seconds, on a busy machine


@pytest.fixture
def wait() -> Wait:
    return Wait("it", 60)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocesses, "_GRACE", 0.5)
    monkeypatch.setattr(subprocesses, "_LAST_WORDS", 0.5)


def _gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def _is_soon_gone(pid: int) -> bool:
    ends = time.monotonic() + _SOON
    while not _gone(pid) and time.monotonic() < ends:
        time.sleep(0.05)
    return _gone(pid)


def test_what_it_prints_and_how_it_ends(wait: Wait) -> None:
    done = subprocesses.run(["sh", "-c", "printf '\\0no\\n\\nend'; echo no >&2; exit 3"], wait)
    assert (done.returncode, done.stdout, done.stderr) == (3, b"\0no\n\nend", b"no\n")


def test_it_has_nothing_to_read(wait: Wait) -> None:
    assert subprocesses.run(["cat"], wait).stdout == b""


def test_a_program_that_is_not_there(wait: Wait) -> None:
    with pytest.raises(FileNotFoundError):
        subprocesses.run(["/nonexistent"], wait)
    assert not subprocesses._running


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(
            "setsid sh -c 'echo $$ > {far}; sleep 1000' & while :; do sleep 1000; done", id="far-away"
        ),
        pytest.param("sh -c 'echo $$ > {far}; sleep 1000; sleep 1000' & sleep 1000", id="starts-another"),
    ],
)
def test_the_whole_family_ends(script: str, tmp_path: Path) -> None:
    far, began = tmp_path / "far", time.monotonic()
    with pytest.raises(WaitingError):
        subprocesses.run(["sh", "-c", script.format(far=far)], Wait("it", 1.0))
    assert time.monotonic() - began < _SOON
    assert _is_soon_gone(int(far.read_text()))


def test_a_child_that_holds_the_pipe_is_not_waited_for(wait: Wait) -> None:
    began = time.monotonic()
    done = subprocesses.run(["sh", "-c", "echo yes; sleep 1000 & echo $!"], wait)
    assert time.monotonic() - began < _SOON
    first, pid = done.stdout.split()
    assert first == b"yes"
    os.kill(int(pid), signal.SIGKILL)


@pytest.mark.parametrize("ignores", [False, True], ids=["ends", "ignores"])
def test_an_interrupt_ends_what_runs(ignores: bool, tmp_path: Path, wait: Wait) -> None:
    """In another thread, as a review's engines are; also what an obedient program leaves behind."""
    ended: list[BaseException] = []
    trap = "trap '' INT; " if ignores else ""
    script = f"{trap}setsid sleep 1000 & echo $! > {tmp_path}/left; sleep 1000"

    def run() -> None:
        try:
            subprocesses.run(["sh", "-c", script], wait)
        except subprocesses.EndingError as error:
            ended.append(error)

    running = threading.Thread(target=run)
    running.start()
    left = tmp_path / "left"
    while not (subprocesses._running and left.exists() and left.read_text().strip()):
        time.sleep(0.01)
    assert subprocesses.interrupt_all()
    running.join(timeout=_SOON)
    assert len(ended) == 1
    if ignores:  # else what it had started is nobody's child any more, in a group of its own
        assert _is_soon_gone(int(left.read_text()))


def test_nothing_is_started_any_more(wait: Wait) -> None:
    assert not subprocesses.end_soon()
    with pytest.raises(subprocesses.EndingError):
        subprocesses.run(["true"], wait)
    subprocesses.begin()
    assert subprocesses.run(["true"], wait).returncode == 0


def test_an_interrupt_while_it_is_started_waits_until_it_is_known(
    monkeypatch: pytest.MonkeyPatch, wait: Wait
) -> None:
    """Else it would run on by itself: raised between fork and registration, an interrupt loses the child."""
    born: list[int] = []

    class Interrupted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # pyright: ignore
            born.append(self.pid)
            assert subprocesses.end_soon(), "the handler is not to raise now"

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(subprocesses.EndingError):
        subprocesses.run(["sleep", "1000"], wait)
    assert _gone(born[0])


def test_only_new_children_are_killed() -> None:
    with subprocess.Popen(["sleep", "1000"]) as before:
        known = subprocesses.children()
        with subprocess.Popen(["sleep", "1000"]) as after:
            subprocesses.kill_new(known)
            assert after.wait(timeout=_SOON) == -9
            assert before.poll() is None
            before.kill()


@pytest.mark.parametrize("keep", [False, True], ids=["ends", "is-kept"])
def test_what_is_started(keep: bool) -> None:
    with subprocesses.started(["sleep", "1000"], keep=keep) as process:
        assert process.poll() is None
    assert (process.poll() is None) is keep
    process.kill()
    process.wait()


def test_an_exception_in_between_ends_it() -> None:
    command = [sys.executable, "-c", "import time; time.sleep(1000)"]
    with pytest.raises(KeyError), subprocesses.started(command, keep=True) as process:
        raise KeyError
    assert process.returncode == -9
