"""Where the local session keeps what it has."""

import os
from pathlib import Path

import platformdirs


def default_home() -> Path:
    """The session's folder: AKSNETPOL_HOME, else in the user's state directory."""
    chosen = os.environ.get("AKSNETPOL_HOME")
    return Path(chosen).expanduser() if chosen else platformdirs.user_state_path("aksnetpol") / "local"
