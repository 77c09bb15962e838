"""Where the local session keeps what it has, and how it writes it."""

import os
from pathlib import Path

import platformdirs


def default_home() -> Path:
    """The session's folder: AKSNETPOL_HOME, else in the user's state directory."""
    chosen = os.environ.get("AKSNETPOL_HOME")
    return Path(chosen).expanduser() if chosen else platformdirs.user_state_path("aksnetpol") / "local"


def write_private(file: Path, content: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(content)
    fresh.replace(file)
