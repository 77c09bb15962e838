"""Folders that a user may choose by a variable."""

import os
from collections.abc import Callable
from pathlib import Path

from aksnetpol.errors import UserError


def chosen(variable: str, default: Callable[[], Path]) -> Path:
    """Return the folder that a variable names, else the default; absolute, and not made.

    Raises:
        UserError: the variable names no usable folder.
    """
    named = os.environ.get(variable)
    try:
        found = Path(named).expanduser() if named else default()
    except RuntimeError:
        what = f"{variable}: {named} is in the home of a user who is not known here." if named else "No home."
        raise UserError(f"{what} Set HOME, or {variable} to an absolute path.") from None
    if not str(found).isprintable():
        raise UserError(f"{variable}: {str(found)!r} has characters that no other program would understand.")
    if found.exists() and not found.is_dir():
        raise UserError(f"{variable}: {found} is no folder. Unset it, or name another place.")
    # Other processes have other current folders.
    return found.absolute()
