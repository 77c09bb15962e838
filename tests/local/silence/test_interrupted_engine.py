"""An engine that is told to end saves its state, whoever listens to what we say meanwhile."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import pytest

Stderr = Callable[[], tuple[Mapping[str, Any], Callable[[], object]]]
_COMMAND = [sys.executable, "-m", "aksnetpol", "up", "-s", "dev", "--yes"]
# Takes two seconds to save, as operations in flight do.
_ENGINE = """#!/bin/sh
case "$*" in *version*) echo v3.259.0; exit ;; *export*) echo '{}'; exit ;; esac
trap 'sleep 2; echo saved > saved; exit 1' INT
echo $$ > asked
while :; do sleep 0.1; done
"""


def _nothing() -> None:
    """Leave what reads standard error as it is."""


def _pipe() -> tuple[Mapping[str, Any], Callable[[], object]]:
    return {"stderr": subprocess.PIPE}, _nothing


def _dead_pipe() -> tuple[Mapping[str, Any], Callable[[], object]]:
    """As of a `tee` that the same Ctrl-C has ended."""
    reads, writes = os.pipe()
    os.close(reads)
    return {"stderr": writes, "stdout": writes}, lambda: os.close(writes)


def _full() -> tuple[Mapping[str, Any], Callable[[], object]]:
    full = os.open("/dev/full", os.O_WRONLY)
    return {"stderr": full, "stdout": full}, lambda: os.close(full)


def _terminal() -> tuple[Mapping[str, Any], Callable[[], object]]:
    """One whose window is closed while the command runs."""
    ours, theirs = pty.openpty()

    def close() -> None:
        os.close(theirs)
        os.close(ours)

    return {"stderr": theirs, "stdout": theirs}, close


def _full_pipe() -> tuple[Mapping[str, Any], Callable[[], object]]:
    """Whose reader has stopped."""
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writes, b"x" * 4096)
    os.set_blocking(writes, True)

    def close() -> None:
        os.close(writes)
        _left_open.append(reads)

    return {"stderr": writes, "stdout": writes}, close


_left_open: list[int] = []
STDERR: Mapping[str, Stderr] = {
    "pipe": _pipe,
    "dead-pipe": _dead_pipe,
    "full-disk": _full,
    "full-pipe": _full_pipe,
    "closed-terminal": _terminal,
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, and an engine that ends in order."""
    folder, programs = tmp_path / "project", tmp_path / "programs"
    folder.mkdir()
    programs.mkdir()
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text("config: {}\n")
    (programs / "pulumi").write_text(_ENGINE)
    (programs / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("AKSNETPOL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "pulumi"))
    return folder


def _appears(file: Path, running: "subprocess.Popen[bytes]", within: float = 60) -> bool:
    ends = time.monotonic() + within
    while not file.exists() and time.monotonic() < ends and running.poll() is None:
        time.sleep(0.05)
    return file.exists()


@contextlib.contextmanager
def _running(project: Path, streams: Mapping[str, Any]) -> Generator["subprocess.Popen[bytes]"]:
    options: dict[str, Any] = {"stdout": subprocess.DEVNULL, **streams}
    process: Any = subprocess.Popen(
        _COMMAND,
        cwd=project,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **options,
    )
    try:
        assert _appears(project / "asked", process)
        time.sleep(0.5)  # the engine has been asked, and is now waited for
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
@pytest.mark.parametrize("stderr", STDERR.values(), ids=STDERR)
def test_it_saves(stderr: Stderr, number: signal.Signals, project: Path) -> None:
    streams, close = stderr()
    with _running(project, streams) as process:
        close()
        process.send_signal(number)
        assert process.wait(timeout=30) == 130
    assert (project / "saved").exists()


def test_a_second_signal_ends_it_at_once(project: Path) -> None:
    with _running(project, {}) as process:
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    assert time.monotonic() - began < 2
    assert not (project / "saved").exists()
    pid = int((project / "asked").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_background_job_is_not_interrupted(project: Path) -> None:
    """A shell has it ignore interrupts, which are for what stands in front."""
    process = subprocess.Popen(
        _COMMAND,
        cwd=project,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        assert _appears(project / "asked", process)
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=2)
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 130


def test_while_it_is_still_being_loaded() -> None:
    """The command line takes half a second to import, in which no handler of ours is there yet."""
    script = """
import os, signal, sys
import aksnetpol.__main__ as entry

class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == "aksnetpol.cli":
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Interrupts())
entry.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


def test_a_limit_holds_where_nobody_can_read(project: Path) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    silent = project.parent / "programs" / "pulumi"
    silent.write_text(_ENGINE.replace("trap", ": ").replace("*export*) echo '{}'; exit ;; ", ""))
    began = time.monotonic()
    process = subprocess.Popen(
        [*_COMMAND[:3], "preview", "-s", "dev", "--timeout", "7"],
        cwd=project,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=full,
    )
    os.close(full)
    process.wait(timeout=60)
    assert time.monotonic() - began < 30
