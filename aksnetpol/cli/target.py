"""Finds what a command works on: the project, the engine, and the local session when one is asked for."""

import os
from collections.abc import Callable
from pathlib import Path

from aksnetpol import clock, toolchain
from aksnetpol.cli.console import note, tool_progress
from aksnetpol.deploy import StackWorkspace, find_engine
from aksnetpol.deploy.patience import PREVIEW_SECONDS, VARIABLE
from aksnetpol.deploy.settings import settings_of
from aksnetpol.errors import UserError
from aksnetpol.local.home import default_home
from aksnetpol.project import Project, find_project


def workspace(stack: str, *, local: bool, timeout: float | None = None) -> StackWorkspace:
    """A stack of the project in the current folder, with everything it needs got and started.

    Args:
        timeout: seconds that a preview may take; see preview_limit.

    Raises:
        ProjectError, UnknownStackError, SettingsError: wrong folder, wrong name, wrong settings.
        ToolchainError: the engine cannot be had.
    """
    project = find_project(Path.cwd())
    # What is wrong in it is said before minutes are spent on tools, as the program would later.
    settings_of(project, stack, clock.today())
    return workspaces(project, local=local, timeout=timeout)(stack)


def workspaces(
    project: Project, *, local: bool, timeout: float | None = None
) -> Callable[[str], StackWorkspace]:
    """Return what makes the workspace of any stack of a project, with everything it needs got and started.

    Raises:
        ToolchainError: the engine cannot be had.
        UserError: the time limit of the environment is none.
    """
    limit = preview_limit(timeout)
    with tool_progress() as report:
        if local:
            toolchain.ensure_all(("pulumi", *toolchain.CONTROL_PLANE), report)
        engine = find_engine(report)
    if not local:
        return lambda stack: StackWorkspace(project, stack, engine, notice=note, limit=limit)
    # Local mode is heavy to import and most commands do without it.
    from aksnetpol.local import supervisor

    home = default_home()
    supervisor.start(home)
    environment = supervisor.environment(home)
    return lambda stack: StackWorkspace(project, stack, engine, environment, home, note, limit)


def preview_limit(asked: float | None) -> float:
    """Return how many seconds a preview may take: as asked for, as the environment says, else the default.

    Raises:
        UserError: the environment says something else than a number of seconds.
    """
    if asked is not None:
        return asked
    said = os.environ.get(VARIABLE, "").strip()
    try:
        seconds = float(said) if said else PREVIEW_SECONDS
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds < float("inf"):
        raise UserError(f"{VARIABLE}: {said!r} is no number of seconds from 1 on. Unset it, or say 600.")
    return seconds
