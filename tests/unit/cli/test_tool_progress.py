"""What a user reads while tools are made."""

import io

import pytest
from rich.console import Console

from aksnetpol.cli import console
from aksnetpol.toolchain import Phase, Step

_SUBJECT = "kubernetes v1.36.3"


def _shown(monkeypatch: pytest.MonkeyPatch, steps: list[Step], *, terminal: bool) -> str:
    text = io.StringIO()
    shown = Console(file=text, width=120, force_terminal=terminal, markup=False, no_color=True)
    monkeypatch.setattr(console, "err", shown)
    with console.tool_progress() as report:
        for step in steps:
            report(step)
    return text.getvalue()


@pytest.mark.parametrize(
    ("step", "line"),
    [
        pytest.param(
            Step(Phase.BUILDING, _SUBJECT, 170, "412 of 2,508 packages"),
            "building kubernetes v1.36.3: 412 of 2,508 packages (about 3 min left)",
            id="packages",
        ),
        pytest.param(
            Step(Phase.FETCHING, _SUBJECT, 61, "230 MB"),
            "fetching the sources of kubernetes v1.36.3: 230 MB (about 2 min left)",
            id="megabytes",
        ),
        pytest.param(
            Step(Phase.BUILDING, _SUBJECT, 12, "linking"), f"building {_SUBJECT}: linking", id="nearly-done"
        ),
        pytest.param(Step(Phase.READY, _SUBJECT), f"ready {_SUBJECT}", id="ready"),
        pytest.param(
            Step(Phase.REFUSED, "etcd: github.com: refused"),
            "building, not downloading, etcd: github.com: refused",
            id="refused",
        ),
    ],
)
def test_a_step_is_one_line(step: Step, line: str) -> None:
    assert console.step_label(step) == line


def test_a_step_that_lasts_is_a_line_a_minute_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr(console.time, "monotonic", lambda: now)
    lines: list[str] = []
    monkeypatch.setattr(console, "note", lines.append)
    monkeypatch.setattr(console, "err", Console(file=io.StringIO()))
    with console.tool_progress() as report:
        for second in range(150):
            now = float(second)
            report(Step(Phase.BUILDING, _SUBJECT, 300 - second, f"{second} of 150 packages"))
        report(Step(Phase.READY, _SUBJECT))
    assert [line.split(":")[-1] for line in lines] == [
        " 0 of 150 packages (about 5 min left)",
        " 60 of 150 packages (about 4 min left)",
        " 120 of 150 packages (about 3 min left)",
        "ready kubernetes v1.36.3",
    ]


def test_a_terminal_shows_the_step_and_keeps_what_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [Step(Phase.BUILDING, _SUBJECT, 60, "1 of 2 packages"), Step(Phase.READY, _SUBJECT)]
    text = _shown(monkeypatch, steps, terminal=True)
    assert "1 of 2 packages" in text
    assert "ready kubernetes" in text


def test_nothing_is_shown_where_nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _shown(monkeypatch, [], terminal=False) == ""
