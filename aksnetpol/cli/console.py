"""Where output goes: data to standard output, progress and errors to standard error."""

import json
import logging
import sys
import time
from collections.abc import Generator, Iterable
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
        yield _print_step
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with _EstimatedProgress(*columns, console=err, transient=True) as progress:
        task: list[TaskID] = []

        def report(step: Step) -> None:
            while task:
                progress.remove_task(task.pop())
            if step.phase is Phase.READY:
                _print_step(step)
            else:
                task.append(progress.add_task(_label(step), total=max(step.seconds, 1)))

        yield report


class _EstimatedProgress(Progress):
    """Moves each bar by the time that has gone, up to just before its end."""

    def get_renderables(self) -> Iterable[Any]:
        for task in self.tasks:
            if task.start_time is not None and task.total:
                task.completed = min(time.monotonic() - task.start_time, task.total * 0.98)
        yield from super().get_renderables()


def _print_step(step: Step) -> None:
    note(_label(step))


def _label(step: Step) -> str:
    estimate = f" (about {max(1, round(step.seconds / 60))} min)" if step.seconds >= 30 else ""
    return f"{step.phase.value} {step.subject}{estimate}"
