"""One container of a pod: its process, its restarts, its log files, its status."""

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from aksnetpol.local.kubernetes.api import Json
from aksnetpol.local.node.clock import timestamp
from aksnetpol.local.node.sandbox import PATH, Space, child_of

# Kubernetes docs, Pod Lifecycle, "How Pods handle problems with containers": 10 s, doubled, at most 300;
# forgotten after ten minutes without a failure. The first restart does not wait.
_BACKOFF, _BACKOFF_MOST, _FORGET = 10.0, 300.0, 600.0
_LOST = 137  # exit code of what was killed unseen


@dataclass
class Container:
    """A container.

    Args:
        spec: from the pod.
        folder: where its logs go.
        restart_policy: Always, OnFailure or Never.
        arguments: its command; None where no process stands behind it.
        environment: of the process.
        problem: why it cannot run.
        restarts: how often it was started again, by agents before us too.
    """

    spec: Json
    folder: Path
    restart_policy: str
    arguments: list[str] | None = None
    environment: dict[str, str] = field(default_factory=dict[str, str])
    problem: str = ""
    restarts: int = 0
    ready: bool = True
    _process: subprocess.Popen[bytes] | None = None
    _began: float = 0.0
    _started_at: str = ""
    _last: Json | None = None
    _ended: Json | None = None
    _backoff: float = 0.0
    _due: float | None = None

    @property
    def name(self) -> str:
        """Its name in the pod."""
        return str(self.spec["name"])

    @property
    def running(self) -> bool:
        """Whether it runs, or is said to."""
        return bool(self._started_at) and self._ended is None

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs, or will again."""
        return None if self._ended is None or self._due is not None else int(self._ended["exitCode"])

    def log(self, *, previous: bool = False) -> Path:
        """The file of what it wrote, or of what the one before it wrote."""
        return self.folder / f"{self.name}-{self.restarts - previous}.log"

    def resume(self, before: Json) -> None:
        """Go on after an agent that is gone, and whose processes went with it.

        Args:
            before: its entry in the pod's status. As with a kubelet after a restart of its machine, what
                runs no more is started again if the restart policy says so, else it is lost.
        """
        state: Json = before.get("state") or {}
        self.restarts = int(before.get("restartCount") or 0)
        if self.arguments is None:
            return
        ended: Json | None = state.get("terminated")
        if ended is None and "running" in state and self.restart_policy == "Never":
            lost = {"reason": "ContainerStatusUnknown", "message": "the node agent was started again"}
            ended = {**lost, "exitCode": _LOST, **state["running"], "finishedAt": timestamp()}
        if ended is not None and not self._restarts_after(int(ended["exitCode"])):
            self._ended = self._last = ended
            self._started_at = str(ended.get("startedAt", ""))
        elif state.keys() & {"running", "terminated"} or (before.get("lastState") or {}):
            self.restarts += 1

    def _restarts_after(self, code: int) -> bool:
        return self.restart_policy == "Always" or (self.restart_policy == "OnFailure" and code != 0)

    def start(self, space: Space | None) -> None:
        """Start its process, if one stands behind it.

        Args:
            space: of its pod; None where no pod has one.
        """
        if self.problem or self.exit_code is not None:
            return
        self._began, self._started_at = time.monotonic(), timestamp()
        self._ended, self._due = None, None
        if self.arguments is None or space is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.log().open("ab") as output:
            self._process = subprocess.Popen(
                space.command(self.arguments),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={"PATH": PATH, "HOME": "/root", **self.environment},
                start_new_session=True,
            )

    def poll(self, space: Space) -> bool:
        """Look after the process; returns whether the status is another one now."""
        if self._due is not None:
            if time.monotonic() < self._due:
                return False
            self.restarts += 1
            self.start(space)
            return True
        if self._process is None or self._ended is not None:
            return False
        code = self._process.poll()
        if code is None:
            return False
        self._end(code if code >= 0 else 128 - code)
        return True

    def signal(self, number: int) -> None:
        """Send its process a signal."""
        pid = child_of(self._process.pid) if self._process and self._process.poll() is None else None
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """End its process; what follows is up to the restart policy."""
        self.signal(signal.SIGKILL)

    def wait(self, ends: float) -> None:
        """Wait for the process's end until a time of the monotonic clock."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(max(0.0, ends - time.monotonic()))

    def _end(self, code: int) -> None:
        now = time.monotonic()
        ended: Json = {
            "exitCode": code,
            "reason": "Completed" if code == 0 else "Error",
            "startedAt": self._started_at,
            "finishedAt": timestamp(),
        }
        self._ended = self._last = ended
        if self._restarts_after(code):
            if now - self._began > _FORGET:
                self._backoff = 0.0
            self._due = now + self._backoff
            self._backoff = min(self._backoff * 2, _BACKOFF_MOST) or _BACKOFF

    def status(self) -> Json:
        """Its entry in the pod's status."""
        ready = self.running and self.ready
        has_last = self._last is not None and (self._due is not None or self._last is not self._ended)
        return {
            "name": self.name,
            "image": self.spec["image"],
            "imageID": "",
            "ready": ready,
            "started": self.running,
            "restartCount": self.restarts,
            "state": self._state(),
            "lastState": {"terminated": self._last} if has_last else {},
        }

    def _state(self) -> Json:
        if self.problem:
            return {"waiting": {"reason": "CreateContainerConfigError", "message": self.problem}}
        if self._due is not None:
            return {"waiting": {"reason": "CrashLoopBackOff", "message": "waits before the next start"}}
        if self._ended is not None:
            return {"terminated": self._ended}
        if not self._started_at:
            return {"waiting": {"reason": "ContainerCreating"}}
        return {"running": {"startedAt": self._started_at}}
