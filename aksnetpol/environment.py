"""What other programs get of a user's environment: proxies, but not for this machine; no other cloud.

Only the standard library: the engine's Python hosts, which import nothing of ours, run this file by its path.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "grpc_proxy")
_BYPASSES = ("no_proxy", "NO_PROXY")
_HERE = ("localhost", "127.0.0.1", "::1")
# What says which state, plugins, cloud and identity an engine works with.
_CHOICES = ("PULUMI_", "ARM_", "AZURE_")


def proxy_bypass(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which no client asks a proxy for this machine; none where there is no proxy.

    Go's clients leave loopback addresses out by themselves; gRPC, httpx, requests and urllib don't.
    """
    # Some clients read one name only, some prefer one: both get what either says.
    given = [environ.get(name, "") for name in _BYPASSES]
    # An address of IPv6 in brackets is one to curl, and ends httpx.
    names = [name.strip().strip("[]") for one in given for name in one.split(",")]
    if not any(environ.get(name) or environ.get(name.upper()) for name in _PROXIES):
        bracketed = any("[" in one or "]" in one for one in given)
        return dict.fromkeys(_BYPASSES, _joined(names)) if bracketed else {}
    if any(one.strip() == "*" for one in given):
        return dict.fromkeys(_BYPASSES, "*")
    bypass = _joined([*names, *_HERE])
    # gRPC looks at this one alone where it is set.
    grpc = environ.get("no_grpc_proxy", "")
    more = {"no_grpc_proxy": _joined([*grpc.split(","), *_HERE])} if grpc.strip("* ") else {}
    return {**dict.fromkeys(_BYPASSES, bypass), **more}


def _joined(names: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(filter(None, names)))


def without_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for a program whose peers are all on this machine."""
    return {name: value for name, value in environ.items() if name.lower() not in (*_PROXIES, "no_proxy")}


def choices(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables by which a user chose a backend, plugins, a cloud or an identity."""
    return tuple(name for name in environ if name.startswith(_CHOICES))


def without_choices(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for local mode, which chooses all of that itself."""
    chosen = choices(environ)
    return {name: value for name, value in environ.items() if name not in chosen}


def identified(environ: Mapping[str, str]) -> dict[str, str]:
    """Return who the user is, as far as the environment lacks it: Go's programs end where nothing tells them.

    A container's user often has no entry among the system's users.
    """
    found: dict[str, str] = {}
    if not environ.get("USER"):
        found["USER"] = environ.get("LOGNAME") or _name()
    if not environ.get("HOME"):
        found["HOME"] = account_home({})
    return found


def account_home(environ: Mapping[str, str]) -> str:
    """Return the user's home as the system knows it, else as the environment says; Go's programs use that."""
    return account("pw_dir") or environ.get("HOME") or os.sep


def pulumi_home(environ: Mapping[str, str]) -> Path:
    """Return the user's own Pulumi home, where Pulumi looks for it: HOME comes last."""
    return Path(environ.get("PULUMI_HOME") or Path(account_home(environ), ".pulumi"))


def _name() -> str:
    return account("pw_name") or (f"user-{os.getuid()}" if sys.platform != "win32" else "user")


def account(field: str) -> str:
    """Return what the system's entry of the user has; nothing where there is none, as in many containers.

    Args:
        field: of `pwd.struct_passwd`.
    """
    if sys.platform == "win32":
        return ""
    import pwd

    try:
        return getattr(pwd.getpwuid(os.getuid()), field)
    except LookupError:
        return ""
