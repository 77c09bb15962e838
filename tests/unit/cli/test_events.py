"""What of the engine's events reaches the user."""

import pytest
from pulumi.automation import EngineEvent
from pulumi.automation.events import DiagnosticEvent

from aksnetpol.cli.events import EventView


def _said(severity: str, message: str) -> EngineEvent:
    event = DiagnosticEvent(message=message, color="never", severity=severity)
    return EngineEvent(sequence=1, timestamp=0, diagnostic_event=event)


def test_the_engines_own_debugging_is_told_to_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    with EventView(show=True) as view:
        view(_said("debug", "registering resource: ty=x"))
        view(_said("warning", "support ends soon"))
    assert [one["message"] for one in view.summary("dev")["diagnostics"]] == ["support ends soon"]
    assert capsys.readouterr().err == "warning: support ends soon\n"
