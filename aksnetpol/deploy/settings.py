"""The settings of a stack, where its project is ours."""

from datetime import date

import aksnetpol_stacks
from aksnetpol.deploy.project import Project
from aksnetpol_stacks.parse import PROJECT


def settings_of(project: Project, stack: str, today: date) -> aksnetpol_stacks.LoadedSettings | None:
    """Return a stack's settings; None in a project that uses the components with settings of its own.

    Args:
        today: the day to measure retirements from.

    Raises:
        ProjectError, UnknownStackError, SettingsError: the stack's file is missing or wrong.
    """
    path = project.require_file(stack)
    return aksnetpol_stacks.load_file(path, today) if project.name == PROJECT else None
