"""Finds what a command works on: the project, the engine, and the local session when one is asked for."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from aksnetpol import toolchain
from aksnetpol.cli.console import note, tool_progress
from aksnetpol.deploy import Project, StackWorkspace, find_engine, find_project
from aksnetpol.deploy.settings import settings_of
from aksnetpol.local.home import default_home


def workspace(stack: str, *, local: bool) -> StackWorkspace:
    """A stack of the project in the current folder, with everything it needs got and started.

    Raises:
        ProjectError, UnknownStackError, SettingsError: wrong folder, wrong name, wrong settings.
        ToolchainError: the engine cannot be had.
    """
    project = find_project(Path.cwd())
    # What is wrong in it is said before minutes are spent on tools, as the program would later.
    settings_of(project, stack, datetime.now(UTC).date())
    return workspaces(project, local=local)(stack)


def workspaces(project: Project, *, local: bool) -> Callable[[str], StackWorkspace]:
    """Return what makes the workspace of any stack of a project, with everything it needs got and started.

    Raises:
        ToolchainError: the engine cannot be had.
    """
    with tool_progress() as report:
        if local:
            toolchain.ensure_all(("pulumi", *toolchain.CONTROL_PLANE), report)
        engine = find_engine(report)
    if not local:
        return lambda stack: StackWorkspace(project, stack, engine, notice=note)
    # Local mode is heavy to import and most commands do without it.
    from aksnetpol.local import supervisor

    home = default_home()
    supervisor.start(home)
    environment = supervisor.environment(home)
    return lambda stack: StackWorkspace(project, stack, engine, environment, home, notice=note)
