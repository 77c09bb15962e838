"""Tools that the machine already has on PATH."""

import os
import re
import shutil
from pathlib import Path

from aksnetpol import subprocesses
from aksnetpol.toolchain.tools import Tool, Version
from aksnetpol.waiting import Wait, WaitingError

_VERSION = re.compile(r"\bv?(\d+)\.(\d+)\.(\d+)")
_TIMEOUT = 20.0
# Even `pulumi version` keeps a log in its home, and a note of the newest release: this one takes neither.
_UNTOUCHED = {"PULUMI_HOME": os.devnull, "PULUMI_SKIP_UPDATE_CHECK": "true"}


def on_path(tool: Tool) -> Path | None:
    """The executable on PATH when its version does, else None."""
    found = shutil.which(tool.name)
    if found is None:
        return None
    path = Path(found)
    return path if acceptable(tool, version_of(path, tool)) else None


def acceptable(tool: Tool, version: Version | None) -> bool:
    """Whether a version lies in the tool's range; a tool that prints none is taken as it is."""
    if not tool.version_arguments:
        return True
    return version is not None and tool.least <= version < tool.below


def version_of(path: Path, tool: Tool) -> Version | None:
    """What an executable says its version is; None when it says nothing readable."""
    if not tool.version_arguments:
        return None
    command = [str(path), *tool.version_arguments]
    try:
        wait = Wait(f"the version of {path}", _TIMEOUT)
        done = subprocesses.run(command, wait, environment={**os.environ, **_UNTOUCHED})
    except (OSError, WaitingError):
        return None
    match = _VERSION.search(done.stdout.decode(errors="replace"))
    return tuple(int(part) for part in match.groups()) if match and done.returncode == 0 else None
