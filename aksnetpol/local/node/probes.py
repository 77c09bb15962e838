"""Readiness and liveness: asks as the kubelet does, from the pod's own node (Kubernetes docs, Liveness,
Readiness and Startup Probes). Startup and gRPC probes are not asked: such a container counts as well.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from aksnetpol.local.kubernetes.api import Json
from aksnetpol.local.node.containers import Container
from aksnetpol.local.node.sandbox import PATH, Space, end

_GET = """
import sys, urllib.request
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], timeout=float(sys.argv[2]))
"""


@dataclass
class Health:
    """One probe of one container.

    Args:
        container: which it is about.
        probe: from the pod's spec.
        is_liveness: whether failing means a restart, not only unreadiness.
    """

    container: Container
    probe: Json
    is_liveness: bool
    _due: float = 0.0
    _count: int = 0  # results of the same kind in a row; negative: failures
    _run: int = -1
    _asked: subprocess.Popen[bytes] | None = None
    _until: float = 0.0

    @classmethod
    def of(cls, container: Container) -> Iterator["Health"]:
        """Yield the probes of a container that has a process."""
        for name in ("readinessProbe", "livenessProbe"):
            probe = container.spec.get(name)
            if probe and container.arguments is not None and probe.keys() & {"exec", "tcpSocket", "httpGet"}:
                container.ready = container.ready and name != "readinessProbe"
                yield cls(container, probe, name == "livenessProbe")

    def poll(self, space: Space, node_space: Space | None, address: str) -> None:
        """Ask when it is time, and take the answer when it is there; never waits."""
        now = time.monotonic()
        if not self.container.running:
            self._forget()
            return
        if self._run != self.container.restarts:
            self._forget()
            self._run = self.container.restarts
            self._due = now + float(self.probe.get("initialDelaySeconds") or 0)
        if self._asked is not None:
            self._answer(now)
        elif now >= self._due:
            self._ask(space, node_space, address, now)

    def _ask(self, space: Space, node_space: Space | None, address: str, now: float) -> None:
        timeout = float(self.probe.get("timeoutSeconds") or 1)
        command = self._command(space, node_space, address, timeout)
        self._due = now + float(self.probe.get("periodSeconds") or 10)
        self._until = now + timeout + 0.5  # the program's own start
        self._asked = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": PATH},
            start_new_session=True,
        )

    def _command(self, space: Space, node_space: Space | None, address: str, timeout: float) -> list[str]:
        if "exec" in self.probe:
            return space.command([str(part) for part in self.probe["exec"]["command"]])
        if node_space is None:
            raise AssertionError("a pod with network probes is started with its node's space")
        if "tcpSocket" in self.probe:
            target = f"{address}:{self._port(self.probe['tcpSocket']['port'])}"
            return node_space.command(["/agnhost", "connect", target, f"--timeout={timeout}s"])
        get: Json = self.probe["httpGet"]
        host, port = get.get("host") or address, self._port(get["port"])
        url = f"{str(get.get('scheme') or 'HTTP').lower()}://{host}:{port}{get.get('path') or '/'}"
        return node_space.network_command([sys.executable, "-I", "-c", _GET, url, str(timeout)])

    def _port(self, port: int | str) -> int:
        declared = self.container.spec.get("ports") or []
        named = [item["containerPort"] for item in declared if item.get("name") == port]
        return int(named[0] if named else port)

    def _answer(self, now: float) -> None:
        if self._asked is None:
            return
        code = self._asked.poll()
        if code is None:
            if now < self._until:
                return
            end(self._asked)
        self._asked = None
        self._count = max(self._count, 0) + 1 if code == 0 else min(self._count, 0) - 1
        failed = self._count <= -int(self.probe.get("failureThreshold") or 3)
        if self.is_liveness:
            if failed:
                self.container.kill()
        elif failed:
            self.container.ready = False
        elif self._count >= int(self.probe.get("successThreshold") or 1):
            self.container.ready = True

    def _forget(self) -> None:
        if self._asked is not None:
            end(self._asked)
        self._asked, self._count, self._run = None, 0, -1
        if not self.is_liveness:
            self.container.ready = False
