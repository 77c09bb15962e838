"""Locks of Pulumi's file backend that a dead engine left behind."""

import json
import os
import socket
from pathlib import Path
from urllib.parse import unquote, urlsplit


def remove_stale(backend_url: str) -> tuple[str, ...]:
    """Remove each lock whose engine ran on this host and runs no more; other backends are left alone.

    Args:
        backend_url: PULUMI_BACKEND_URL.

    Returns:
        The stacks that were locked, as project/stack.
    """
    parts = urlsplit(backend_url)
    if parts.scheme != "file":
        return ()
    home = unquote(parts.netloc + parts.path).replace("~", str(Path.home()), 1)
    folder = Path(home, ".pulumi", "locks")
    removed: list[str] = []
    for path in folder.rglob("*.json"):
        if _is_stale(path):
            path.unlink(missing_ok=True)
            removed.append("/".join(path.relative_to(folder).parts[-3:-1]))
    return tuple(removed)


def _is_stale(path: Path) -> bool:
    try:
        lock = json.loads(path.read_text())
        pid, host = int(lock["pid"]), str(lock["hostname"])
    except (OSError, ValueError, KeyError, TypeError):
        # Unreadable: perhaps just being written, so not ours to judge.
        return False
    return host == socket.gethostname() and not _engine_runs(pid)


def _engine_runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        # The number may have gone to another program since; a zombie has an empty command line.
        return b"pulumi" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True
