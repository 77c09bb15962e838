"""Where output goes: data to standard output, progress and errors to standard error."""

import json
import logging
import math
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from aksnetpol import waiting
from aksnetpol.cli.streams import StandardError
from aksnetpol.errors import UserError
from aksnetpol.toolchain import Phase, Report, Step

# No markup: data holds brackets of its own, such as "[secret]". No emojis: fd00:100:: is an address.
out = Console(highlight=False, markup=False, emoji=False)
err = Console(file=cast("TextIO", StandardError()), highlight=False, markup=False, emoji=False)

_LINE_SECONDS = 60.0  # between two lines on a step that lasts
_WORTH_SAYING = 30  # seconds


def say_error(message: str) -> None:
    """What went wrong."""
    err.print(f"error: {message}", style="red", soft_wrap=True)


def note(message: str) -> None:
    """Something worth knowing that is no data."""
    err.print(message, style="dim", soft_wrap=True)


class _Waits(logging.Handler):
    """Shows what a command waits for."""

    def emit(self, record: logging.LogRecord) -> None:
        note(record.getMessage())


def show_waits() -> None:
    """Say on standard error what is waited for, whenever that takes long."""
    waiting.log.handlers[:] = [_Waits()]
    waiting.log.propagate = False


def print_json(data: Any) -> None:
    """Data for programs."""
    sys.stdout.write(json.dumps(data, indent=2, default=str) + "\n")


def print_text(text: str) -> None:
    """A text as it is: not wrapped."""
    sys.stdout.write(text)


def table(title: str, *columns: str) -> Table:
    """An empty table in the house's look."""
    made = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def interactive() -> bool:
    """Whether there is somebody to ask; standard input may be closed altogether."""
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()


def confirm(question: str, *, yes: bool) -> None:
    """Ask; go on only when the answer is yes.

    Raises:
        UserError: the answer is no, or there is nobody to ask.
    """
    if yes:
        return
    if not interactive():
        raise UserError(f"{question} There is no terminal to ask: add --yes.")
    if err.input(f"{question} (yes/no) ").strip().lower() not in ("y", "yes"):
        raise UserError("Not confirmed; nothing was changed.")


@contextmanager
def tool_progress() -> Generator[Report]:
    """Draw the toolchain's progress: a bar by estimated time on a terminal, else a line for each step."""
    if not err.is_terminal:
        yield _LineByLine()
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=err, transient=True) as progress:
        task: list[TaskID] = []

        def report(step: Step) -> None:
            if step.phase in (Phase.READY, Phase.REFUSED):
                note(step_label(step))
                return
            if not task:
                task.append(progress.add_task("", total=1))
            so_far = progress.tasks[0]
            spent = so_far.elapsed or 0.0
            # The whole may become longer than was thought, but no bar goes back.
            share = min(spent / max(1.0, spent + step.seconds), 0.98)
            progress.update(task[0], description=step_label(step), completed=max(share, so_far.completed))

        yield report


class _LineByLine:
    """Prints a line for each step, and one a minute for a step that lasts."""

    def __init__(self) -> None:
        self._told: tuple[Phase, str] | None = None
        self._when = 0.0

    def __call__(self, step: Step) -> None:
        """Report a step."""
        now, told = time.monotonic(), (step.phase, step.subject)
        if told == self._told and now - self._when < _LINE_SECONDS:
            return
        note(step_label(step))
        self._told, self._when = told, now


def step_label(step: Step) -> str:
    """A step in one line: what, how much of it is done, and the time until all is."""
    done = f": {step.done}" if step.done else ""
    left = f" (about {math.ceil(step.seconds / 60)} min left)" if step.seconds >= _WORTH_SAYING else ""
    return f"{step.phase.value} {step.subject}{done}{left}"
