"""The Pulumi home of local mode: its engine's logs and settings stay out of the user's own."""

import os
from contextlib import suppress
from pathlib import Path

from aksnetpol import environment

_KEPT_LOGS = 20


def prepared(home: Path) -> Path:
    """Return the Pulumi home of a local session, made where it is missing, with the user's plugins.

    Args:
        home: the session's folder.
    """
    made = home / "pulumi"
    made.mkdir(parents=True, exist_ok=True, mode=0o700)
    plugins, link = environment.pulumi_home(os.environ) / "plugins", made / "plugins"
    with suppress(FileExistsError):
        if plugins.is_dir() and not link.exists():
            link.unlink(missing_ok=True)  # it may lead to where the user's plugins were
            link.symlink_to(plugins.resolve())
    return made


def logs(pulumi_home: Path) -> Path:
    """Return where an engine writes a log for each of its commands."""
    return pulumi_home / "logs"


def keep_newest_logs(pulumi_home: Path) -> None:
    """Remove all logs but the newest: the engine itself removes by age and by size only."""
    with suppress(OSError):  # another command removes them at the same time
        found = sorted(logs(pulumi_home).glob("*.log"), key=lambda log: log.stat().st_mtime, reverse=True)
        for log in found[_KEPT_LOGS:]:
            log.unlink(missing_ok=True)
