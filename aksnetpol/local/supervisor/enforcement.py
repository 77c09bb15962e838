"""Tells other processes whether the session's policies are enforced by the kernel or modelled."""

import json
from dataclasses import asdict
from pathlib import Path

from aksnetpol.local.home import write_private
from aksnetpol.local.node.enforcement import Enforcement, Means

_FILE = "enforcement.json"


def write(home: Path, found: Means) -> None:
    """Keep what the session found."""
    write_private(home / _FILE, json.dumps(asdict(found)))


def read(home: Path) -> Means:
    """Return what the session found; a session that never ran models."""
    try:
        kept = json.loads((home / _FILE).read_text())
        return Means(Enforcement(kept["enforcement"]), str(kept["remark"]), bool(kept["user_namespace"]))
    except (OSError, ValueError, TypeError, KeyError):
        return Means(Enforcement.MODEL)
