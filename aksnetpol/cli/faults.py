"""A fault of ours: told as such, without what was read, and never as an answer."""

import os
import traceback
from pathlib import Path

EXIT_CODE = 3
VARIABLE = "AKSNETPOL_TRACEBACK"
_PACKAGES = ("aksnetpol", "aksnetpol_components", "aksnetpol_stacks")


def told(error: BaseException) -> str:
    """Return the message for an error that nobody foresaw.

    What it says may hold a user's text, even a secret, so that only its kind and its place are told; with the
    variable set the whole traceback is.
    """
    message = (
        f"This is a fault of aksnetpol, {type(error).__name__} at {_place(error)}, and no answer. "
        "Report it with the text of: aksnetpol doctor --report"
    )
    if os.environ.get(VARIABLE):
        return f"{message}\n{''.join(traceback.format_exception(error)).rstrip()}"
    return f"{message}\n{VARIABLE}=1 shows the whole of it, perhaps with what was read."


def _place(error: BaseException) -> str:
    """Return the innermost line of ours."""
    found = "an unknown line"
    for frame in traceback.extract_tb(error.__traceback__):
        parts = Path(frame.filename).parts
        packages = [index for index, part in enumerate(parts) if part in _PACKAGES]
        if packages and "site-packages" not in parts[packages[-1] :]:
            found = f"{'/'.join(parts[packages[-1] :])}:{frame.lineno}"
    return found
