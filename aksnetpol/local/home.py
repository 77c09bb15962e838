"""Where the local session keeps what it has, and how it writes it."""

from pathlib import Path

import platformdirs

from aksnetpol.folders import chosen


def default_home() -> Path:
    """The session's folder: AKSNETPOL_HOME, else in the user's state directory."""
    return chosen("AKSNETPOL_HOME", lambda: platformdirs.user_state_path("aksnetpol") / "local")


def write_private(file: Path, content: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(content)
    fresh.replace(file)
