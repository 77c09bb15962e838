"""The settings of a stack, where they are ours."""

from datetime import date

import aksnetpol_stacks
from aksnetpol.project import Project, read_mapping
from aksnetpol_stacks.parse import NAMESPACE, has_settings


def settings_of(project: Project, stack: str, today: date) -> aksnetpol_stacks.LoadedSettings | None:
    """Return a stack's settings; None in a project that uses the components with settings of its own.

    A project of another name than ours, as `aksnetpol new` makes it, is told by what the stack's file holds.

    Args:
        today: the day to measure retirements from.

    Raises:
        ProjectError, UnknownStackError, SettingsError: the stack's file is missing or wrong.
    """
    path = project.require_file(stack)
    ours = project.name == NAMESPACE or has_settings(read_mapping(path).get("config"))
    return aksnetpol_stacks.load_file(path, today) if ours else None
