"""Shows what the engine does to resources, as it happens, and sums it up."""

import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from pulumi.automation import EngineEvent
from rich.status import Status

from aksnetpol.cli.console import err
from aksnetpol.deploy import Diagnostic, diagnostic, worth_showing
from aksnetpol.deploy.diagnostics import resource

_SILENT = frozenset({"same", "read", "refresh", "create-replacement", "delete-replaced", "discard-replaced"})
_SIGNS = {"create": "+", "update": "~", "delete": "-", "replace": "±", "import": "="}
_PAST = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "replace": "replaced",
    "import": "imported",
}


@dataclass
class EventView:
    """Collects the events of one operation; prints a line for each finished resource.

    Args:
        show: print; otherwise only collect.
    """

    show: bool
    changed: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])
    _started: dict[str, float] = field(default_factory=dict[str, float])
    _status: Status | None = None

    def __enter__(self) -> "EventView":
        if self.show and err.is_terminal:
            self._status = err.status("starting the engine")
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()
        if self.show:
            for one in worth_showing(one for one in self.diagnostics if one.severity == "warning"):
                err.print(f"warning: {one}", style="yellow", soft_wrap=True)

    def __call__(self, event: EngineEvent) -> None:
        """Take one event."""
        if event.resource_pre_event:
            self._begin(event.resource_pre_event.metadata)
        elif event.res_outputs_event:
            self._end(event.res_outputs_event.metadata)
        elif event.diagnostic_event and event.diagnostic_event.severity != "debug":
            said = event.diagnostic_event
            self.diagnostics.append(diagnostic(said.severity, said.urn or "", said.message))

    def _begin(self, step: Any) -> None:
        if _tells(step):
            self._started[step.urn] = time.monotonic()
        self._show_status()

    def _end(self, step: Any) -> None:
        started = self._started.pop(step.urn, None)
        if _tells(step):
            op = step.op.value if hasattr(step.op, "value") else str(step.op)
            self.changed.append((op, step.urn))
            if self.show:
                seconds = f" ({time.monotonic() - started:.1f} s)" if started else ""
                err.print(f" {_SIGNS.get(op, '?')} {resource(step.urn)} {_PAST.get(op, op)}{seconds}")
        self._show_status()

    def _show_status(self) -> None:
        if self._status:
            names = ", ".join(resource(urn) for urn in list(self._started)[:4])
            self._status.update(f"working on {names}" if names else "comparing")

    def summary(self, stack: str) -> dict[str, Any]:
        """What happened, for --json."""
        return {
            "stack": stack,
            "changes": dict(Counter(op for op, _ in self.changed)),
            "resources": [{"op": op, "urn": urn} for op, urn in self.changed],
            "diagnostics": [asdict(one) for one in worth_showing(self.diagnostics)],
        }

    def sentence(self) -> str:
        """What happened, for people."""
        counts = Counter(op for op, _ in self.changed)
        return (
            ", ".join(f"{number} {_PAST.get(op, op)}" for op, number in counts.items()) or "nothing to change"
        )


def _tells(step: Any) -> bool:
    """Whether a step is about something that the user declared and that changes."""
    return step.op not in _SILENT and not step.type.startswith(("pulumi:providers:", "pulumi:pulumi:"))
