"""Whether this machine can run pods in network namespaces, and what is missing where it cannot."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

# The commands that the agent runs, and the distribution's package that each comes from (names as in Debian
# and Ubuntu; Azure Linux and Fedora call them the same, but for iproute).
_COMMANDS = {
    "nft": "nftables",
    "ip": "iproute2",
    "mount": "mount",
    "nsenter": "util-linux",
    "pivot_root": "util-linux",
    "setpriv": "util-linux",
    "setsid": "util-linux",
    "unshare": "util-linux",
}
_INSTALLERS = (
    ("apt-get", "apt-get install -y"),
    ("tdnf", "tdnf install -y"),
    ("dnf", "dnf install -y"),
    ("zypper", "zypper install -y"),
    ("apk", "apk add"),
)
_OTHER_NAMES = {"tdnf": {"iproute2": "iproute"}, "dnf": {"iproute2": "iproute"}}
Which = Callable[[str], str | None]
_TRY_WITHIN = 10.0  # seconds


class Enforcement(StrEnum):
    """Where NetworkPolicies are enforced."""

    KERNEL = "kernel"
    MODEL = "model"


@dataclass(frozen=True)
class Means:
    """What this machine allows.

    Args:
        enforcement: `kernel`: real processes and packets; `model`: pods have a status only.
        remark: what is missing and how to get it; empty for `kernel`.
        user_namespace: whether namespaces are made inside a user namespace, since this is not root.
    """

    enforcement: Enforcement
    remark: str = ""
    user_namespace: bool = False


def means(which: Which = shutil.which) -> Means:
    """Find out what this machine allows.

    Args:
        which: finds a command on PATH.
    """
    if sys.platform != "linux":
        return Means(Enforcement.MODEL, "pods run as processes on Linux only; here policies are modelled")
    missing = [name for name in _COMMANDS if _find(which, name) is None]
    if missing:
        command = _install(which, sorted({_COMMANDS[name] for name in missing}))
        return Means(Enforcement.MODEL, f"{', '.join(missing)} not found on PATH. Install with: {command}")
    if os.geteuid() == 0:
        return Means(Enforcement.KERNEL)
    if _user_namespaces(which):
        return Means(Enforcement.KERNEL, user_namespace=True)
    return Means(
        Enforcement.MODEL,
        "neither root nor unprivileged user namespaces. Start the session as root: "
        "sudo -E aksnetpol local start",
    )


def _find(which: Which, name: str) -> str | None:
    # Administration commands are often left out of an ordinary user's PATH.
    return which(name) or next(
        (path for folder in ("/usr/sbin", "/sbin") if os.access(path := f"{folder}/{name}", os.X_OK)), None
    )


def _install(which: Which, packages: list[str]) -> str:
    for tool, command in _INSTALLERS:
        if which(tool):
            names = _OTHER_NAMES.get(tool, {})
            prefix = "" if os.geteuid() == 0 else "sudo "
            return f"{prefix}{command} {' '.join(names.get(package, package) for package in packages)}"
    return f"your distribution's packages {', '.join(packages)}"


def _user_namespaces(which: Which) -> bool:
    # Only trying tells: distributions forbid them in different ways (sysctl, AppArmor).
    flags = ["--user", "--map-root-user", "--net", "--mount", "--pid", "--fork"]
    command = [_find(which, "unshare") or "unshare", *flags, _find(which, "nft") or "nft", "list", "ruleset"]
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=_TRY_WITHIN).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
