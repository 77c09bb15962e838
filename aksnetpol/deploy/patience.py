"""How long the engine may be silent, so that no command waits for ever."""

from pathlib import Path

from pulumi.automation import EngineEvent, StepEventMetadata

from aksnetpol.deploy.diagnostics import resource
from aksnetpol.waiting import Wait

PREVIEW_SECONDS = 600.0
VARIABLE = "AKSNETPOL_PREVIEW_TIMEOUT"
_ANSWER_SECONDS = 180.0  # to read or write a state, wherever it is kept
_NAMED = 4  # resources, of all that are in flight
_LONG = frozenset({"preview", "up", "destroy", "refresh"})
_REMEDY = (
    "What its plugins or the program wait for may be a proxy, a firewall or a sign-in. For a longer limit "
    f"give --timeout or set {VARIABLE}, in seconds."
)


class Patience:
    """Waits for the commands of one operation; what the engine reports are its words.

    A resource that is being changed has limits of its own, so while one is, the engine may be silent.

    Args:
        stack: its name.
        seconds: that a preview may take, and that an update may be silent between two resources.
        logs: where the engine and its plugins write.
    """

    def __init__(self, stack: str, seconds: float, logs: tuple[Path, ...]) -> None:
        self._stack, self._seconds = stack, seconds
        self._logs = " and ".join(str(folder) for folder in logs)
        self._wait: Wait | None = None
        self._busy: set[str] = set()

    def wait(self, arguments: list[str]) -> Wait:
        """Return the wait for one command of the engine."""
        verb = next((one for one in arguments if not one.startswith("-")), "")
        seconds = self._seconds if verb in _LONG else _ANSWER_SECONDS
        self._busy.clear()
        self._wait = Wait(f"pulumi {verb} of stack {self._stack!r}", seconds, self._logs, _REMEDY)
        return self._wait

    def heard(self, event: EngineEvent) -> None:
        """Take an event of the engine."""
        if event.resource_pre_event and _has_a_limit(event.resource_pre_event.metadata):
            self._busy.add(event.resource_pre_event.metadata.urn)
        ends = [one for one in (event.res_outputs_event, event.res_op_failed_event) if one]
        for ended in ends:
            self._busy.discard(ended.metadata.urn)
        # A program that only talks comes no further.
        if self._wait and (ends or event.resource_pre_event):
            names = ", ".join(sorted(resource(urn) for urn in self._busy)[:_NAMED])
            self._wait.heard(f"working on {names}" if names else "")


def _has_a_limit(step: StepEventMetadata) -> bool:
    """Whether a plugin works on it: components only wait for others, and a plugin may hang at its start."""
    state = step.new or step.old
    return bool(state and state.custom) and not step.type.startswith("pulumi:providers:")
