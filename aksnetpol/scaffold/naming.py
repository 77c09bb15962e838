"""The names of Pulumi projects."""

import re
from pathlib import Path

from aksnetpol.errors import UserError

# Pulumi, sdk/go/common/tokens/project.go; the first character so that it can be a folder's name as well.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


def checked_name(name: str) -> str:
    """Return a project's name as it was given.

    Raises:
        UserError: Pulumi takes no such name.
    """
    if not _NAME.fullmatch(name):
        raise UserError(
            f"--name: {name!r} is no name of a project: 1 to 100 letters, digits, dots, dashes and "
            "underscores, a letter or digit first."
        )
    return name


def name_of(folder: Path) -> str:
    """Return a project's name for a folder, with dashes for what a name cannot hold.

    Raises:
        UserError: nothing is left of the folder's name.
    """
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", folder.name).strip("_.-")[:100]
    if not name:
        raise UserError(f"{folder} gives the project no name. Say one with --name.")
    return name
