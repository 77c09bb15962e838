"""What a session's folder keeps that nobody else may see."""

import json
from pathlib import Path
from typing import Any

from aksnetpol.local.supervisor.session import FILE as SESSION_FILE


def confidential(home: Path) -> dict[str, str]:
    """Return what a session's folder keeps, by names of variables; of one that ended badly too.

    Raises:
        OSError, ValueError, TypeError: it keeps something that cannot be read, so that it is not known.
    """
    session = _document(home / SESSION_FILE).get("environment", {})
    identity = _document(home / "arm" / "identity.json").get("client_secret", "")
    passphrase = home / "passphrase"
    return {
        **{str(name): str(value) for name, value in session.items()},
        "AKSNETPOL_CLIENT_SECRET": str(identity),
        "AKSNETPOL_PASSPHRASE": passphrase.read_text() if passphrase.exists() else "",
    }


def _document(file: Path) -> dict[str, Any]:
    found = json.loads(file.read_text()) if file.exists() else {}
    if not isinstance(found, dict):
        raise TypeError(f"{file.name} holds no object")
    return {str(key): value for key, value in found.items()}
