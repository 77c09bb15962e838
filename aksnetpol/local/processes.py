"""Child processes that are started again when they end, and found again after a crash of their parent."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aksnetpol.environment import without_proxies
from aksnetpol.waiting import Wait, until

_GRACE = 5.0  # seconds between SIGTERM and SIGKILL
_BACKOFF = (0.2, 0.5, 1.0, 2.0, 5.0)
_LOG_BYTES = 5_000_000


@dataclass
class Child:
    """A process that shall run.

    Args:
        name: of its log and pid files.
        arguments: the command.
        folder: where its log and pid files are.
        environment: added to ours.
    """

    name: str
    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    _process: subprocess.Popen[bytes] | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)
    _watcher: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process else None

    def start(self) -> None:
        """Start it, and again whenever it ends."""
        self._stopping.clear()
        self._launch()
        self._watcher = threading.Thread(target=self._watch, name=f"watch {self.name}", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """End it for good."""
        self._stopping.set()
        if self._process is not None:
            _end(self._process)
        if self._watcher is not None:
            self._watcher.join()
        (self.folder / f"{self.name}.pid").unlink(missing_ok=True)

    def _launch(self) -> None:
        log = self.folder / f"{self.name}.log"
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                self.arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # An API server calls its nodes, which are here.
                env={**without_proxies(os.environ), **self.environment},
                start_new_session=True,
            )
        (self.folder / f"{self.name}.pid").write_text(f"{self._process.pid} {started(self._process.pid)}")

    def _watch(self) -> None:
        failures = 0
        while self._process is not None:
            began = time.monotonic()
            self._process.wait()
            failures = 0 if time.monotonic() - began > _BACKOFF[-1] else failures + 1
            if self._stopping.wait(_BACKOFF[min(failures, len(_BACKOFF) - 1)]):
                return
            self._launch()


def end_leftovers(folder: Path) -> None:
    """End the processes whose parent was killed, by their pid files below a folder."""
    for file in folder.rglob("*.pid"):
        pid, _, since = file.read_text().partition(" ")
        # A pid may belong to another process by now; its start time tells.
        if pid.isdigit() and since and started(int(pid)) == since:
            _end_leftover(int(pid), since)
        file.unlink(missing_ok=True)


def _end_leftover(pid: int, since: str) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    until(lambda: started(pid) != since, Wait(f"process {pid} to end after SIGKILL", _GRACE))


def started(pid: int) -> str:
    """When a process started, in the kernel's or ps's words; empty when it is gone or a zombie."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        fields = stat.read_text().rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    except OSError:
        pass
    if Path("/proc/self").exists():
        return ""
    shown = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
