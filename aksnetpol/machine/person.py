"""Who uses this machine and what it is called: what a report must not tell."""

import os
import platform
import socket
from collections.abc import Iterable

from aksnetpol.environment import account

# Says what may be done, and nothing about a person or a machine.
_NOBODY = ("root", "localhost")


def homes() -> tuple[str, ...]:
    """Return the user's folders, as they are named and where links lead."""
    named = {path.rstrip("/") for path in (os.environ.get("HOME", ""), account("pw_dir"))}
    return tuple(
        sorted({one for path in named if path.startswith("/") for one in (path, os.path.realpath(path))})
    )


def users() -> tuple[str, ...]:
    """Return the user's names: of the account, and the full one."""
    set_by = (os.environ.get(name, "") for name in ("USER", "LOGNAME", "USERNAME", "SUDO_USER"))
    full = account("pw_gecos").partition(",")[0]
    return _telling((*set_by, account("pw_name"), full))


def hosts() -> tuple[str, ...]:
    """Return the machine's names, with and without their domain."""
    set_by = (os.environ.get(name, "") for name in ("HOSTNAME", "HOST", "COMPUTERNAME"))
    whole = (*set_by, socket.gethostname(), platform.node())
    return _telling((*whole, *(name.partition(".")[0] for name in whole)))


def _telling(names: Iterable[str]) -> tuple[str, ...]:
    kept = {name.strip() for name in names}
    return tuple(sorted(name for name in kept if len(name) > 1 and name.lower() not in _NOBODY))
