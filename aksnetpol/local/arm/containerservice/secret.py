"""The Windows password: kept as a salted hash, only to tell whether a later one differs."""

import hashlib
import secrets
from typing import Any

from aksnetpol.local.arm.store import Json

# About 20 ms and 4 MB: a request stays quick, guessing does not.
_COST = 2**12


def take(properties: Json) -> str | None:
    """Remove the secrets from a request's properties and return the Windows password, None without one."""
    principal: dict[str, Any] = properties.get("servicePrincipalProfile") or {}
    principal.pop("secret", None)
    profile: dict[str, Any] = properties.get("windowsProfile") or {}
    password = profile.pop("adminPassword", None)
    return password if isinstance(password, str) else None


def hashed(password: str) -> str:
    """Return a fresh salted hash."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{_scrypt(password, salt)}"


def same(password: str, stored: str) -> bool:
    """Tell whether a password is the one behind a hash."""
    salt, _, digest = stored.partition(":")
    return secrets.compare_digest(_scrypt(password, bytes.fromhex(salt)), digest)


def _scrypt(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=8, p=1).hex()
