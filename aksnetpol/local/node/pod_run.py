"""One pod on its node: from its address to its end."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from aksnetpol.local.kubernetes.api import Json
from aksnetpol.local.node import images, network, pods
from aksnetpol.local.node.containers import Container
from aksnetpol.local.node.enforcement import Enforcement
from aksnetpol.local.node.nodes import Node
from aksnetpol.local.node.probes import Health
from aksnetpol.local.node.sandbox import Sandbox, Space

# Of a pod's grace period; most programs need none of it, and nobody's work is lost here.
_GRACE_MOST = 2.0


@dataclass
class PodRun:
    """A pod that this agent runs.

    Args:
        pod: its newest version.
        node: where it runs.
        address: its own, or its node's where it uses that network.
        folder: of its logs.
        enforcement: whether processes stand behind pods.
    """

    pod: Json
    node: Node
    address: str
    folder: Path
    enforcement: Enforcement
    space: Space | None = None
    node_space: Space | None = None
    containers: list[Container] = field(default_factory=list[Container])
    debug: list[Container] = field(default_factory=list[Container])
    health: list[Health] = field(default_factory=list[Health])
    started: bool = False
    busy: bool = False  # a thread of the agent's pool is on it
    ended: bool = False  # its namespaces are gone
    posted: bool = False  # the API has its status
    _sandbox: Sandbox | None = None

    def __post_init__(self) -> None:
        before: dict[str, Json] = {
            item["name"]: item for item in self.pod["status"].get("containerStatuses") or []
        }
        policy = str(self.pod["spec"].get("restartPolicy", "Always"))
        for spec in self.pod["spec"]["containers"]:
            made = self._container(spec, policy)
            if made.name in before:
                made.resume(before[made.name])
            self.containers.append(made)

    @property
    def finished(self) -> bool:
        """Whether all its containers ended for good."""
        return self.started and pods.phase(self.containers) in {"Succeeded", "Failed"}

    def container(self, name: str) -> Container | None:
        """Return a container by name, ephemeral ones included."""
        return next((one for one in (*self.containers, *self.debug) if one.name == name), None)

    def start(self, sandbox: Sandbox | None, node_space: Callable[[Node], Space]) -> None:
        """Make its namespaces, then its link, then its processes.

        Args:
            sandbox: where; None where pods have a status only.
            node_space: gives the node's own space.

        Raises:
            NodeError: the kernel refused; nothing is left of the attempt.
        """
        self._sandbox = sandbox
        if sandbox is not None:
            if pods.uses_host_network(self.pod) or any(one.spec.keys() & _PROBES for one in self.containers):
                self.node_space = node_space(self.node)
            if pods.uses_host_network(self.pod):
                self.space = self.node_space
            else:
                self.space = sandbox.open(str(self.pod["metadata"]["name"]))
                try:
                    network.attach(sandbox, self.space, self.address)
                except BaseException:
                    self._close()
                    raise
        for one in self.containers:
            one.start(self.space)
            self.health += Health.of(one)
        self.started = True

    def poll(self) -> bool:
        """Look after its processes, start new ephemeral containers, ask its probes.

        Returns:
            Whether the status is another one now.
        """
        if self.space is None:
            return False
        changed = [one.poll(self.space) for one in (*self.containers, *self.debug)]
        ready = [one.ready for one in self.containers]
        for one in self.health:
            one.poll(self.space, self.node_space, self.address)
        return self._start_debug() or any(changed) or ready != [one.ready for one in self.containers]

    def _start_debug(self) -> bool:
        known = {one.name for one in self.debug}
        wanted: list[Json] = self.pod["spec"].get("ephemeralContainers") or []
        missing = [spec for spec in wanted if spec["name"] not in known]
        for spec in missing:
            added = self._container(spec, "Never")
            if added.arguments is None:
                added.problem = "local mode runs the agnhost image only"
            self.debug.append(added)
            added.start(self.space)
        return bool(missing)

    def status(self) -> Json:
        """Return its status."""
        remark = pods.simulation(self.pod, self.containers, self.enforcement)
        return pods.pod_status(self.pod, self.node, self.address, self.containers, self.debug, remark)

    def end(self, grace: float) -> None:
        """End its processes, then its link and namespaces.

        Args:
            grace: seconds between asking and forcing.
        """
        everything = (*self.containers, *self.debug)
        if grace > 0 and any(one.running for one in everything):
            ends = time.monotonic() + min(grace, _GRACE_MOST)
            for one in everything:
                one.signal(signal.SIGTERM)
            for one in everything:
                one.wait(ends)
        if self.space is not None and self.space is self.node_space:
            for one in everything:
                one.kill()
        else:
            self._close()
        self.ended = True

    def _close(self) -> None:
        if self.space is not None and self._sandbox is not None:
            network.detach(self._sandbox, self.address)
            self.space.close()

    def _container(self, spec: Json, policy: str) -> Container:
        made = Container(spec, self.folder, policy)
        if pods.runs_as_process(spec, self.pod, self.enforcement):
            try:
                made.environment = images.environment_of(spec, self.pod, self.address)
                made.arguments = images.arguments(spec, made.environment)
            except LookupError as error:
                made.problem = str(error.args[0])
        return made


_PROBES = {"readinessProbe", "livenessProbe", "startupProbe"}
