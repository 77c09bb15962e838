"""What this machine has of what is needed, and how to get the rest."""

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aksnetpol import environment, extras, toolchain

Status = Literal["ok", "note", "missing"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked for.

    Args:
        status: ok; note, when something works without it or gets it by itself; missing.
        found: what is there.
        remedy: how to get it; empty when it is there.
    """

    name: str
    status: Status
    found: str
    remedy: str = ""


def examine() -> tuple[Check, ...]:
    """Look at everything; changes nothing."""
    return (_python(), *_extras(), *_tools(), _go(), _kernel(), _credentials(), _backend())


def _python() -> Check:
    enough = sys.version_info >= (3, 11)
    return Check(
        "Python", "ok" if enough else "missing", platform.python_version(), "" if enough else "3.11 or newer"
    )


def _extras() -> tuple[Check, ...]:
    return tuple(_extra(name, for_) for name, for_ in extras.EXTRAS.items())


def _extra(name: str, needed_for: str) -> Check:
    label = f"extra {name}"
    if extras.is_installed(name):
        return Check(label, "ok", "installed")
    return Check(label, "note", "not installed", f"only for {needed_for}. {extras.remedy(name)}")


def _tools() -> tuple[Check, ...]:
    wanted = [
        tool for tool in toolchain.TOOLS if tool.name == "pulumi" or tool.name in toolchain.CONTROL_PLANE
    ]
    optional = [tool for tool in toolchain.TOOLS if tool not in wanted]
    found = toolchain.plan([tool.name for tool in toolchain.TOOLS]).found
    return (
        *(_tool(tool, found.get(tool.name), "built at the first run") for tool in wanted),
        *(_tool(tool, found.get(tool.name), "only for YAML programs and a shell") for tool in optional),
    )


def _tool(tool: toolchain.Tool, path: Path | None, when: str) -> Check:
    if path:
        return Check(tool.label, "ok", str(path))
    minutes = max(1, round(tool.recipe.seconds / 60))
    return Check(tool.label, "note", "not here", f"{when}: about {minutes} min")


def _go() -> Check:
    path = shutil.which("go")
    return (
        Check("Go", "ok", path) if path else Check("Go", "note", "not on PATH", "got from PyPI when needed")
    )


def _kernel() -> Check:
    """Packets are only really dropped where namespaces and nftables can be had."""
    name = "packet filtering"
    if sys.platform != "linux":
        return Check(name, "note", sys.platform, "verdicts come from the model; needs Linux")
    if os.geteuid() != 0:
        return Check(name, "note", "not root", "verdicts come from the model; run as root")
    nft = shutil.which("nft")
    return Check(name, "ok", nft) if nft else Check(name, "note", "no nft", "apt-get install nftables")


def _credentials() -> Check:
    name = "Azure credentials"
    if all(os.environ.get(key) for key in ("ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_TENANT_ID")):
        return Check(name, "ok", "service principal in ARM_CLIENT_ID")
    if shutil.which("az"):
        return Check(name, "ok", "Azure CLI; `az account show` tells who is signed in")
    return Check(
        name, "note", "none", "not needed with --local; else `az login`, or set ARM_CLIENT_ID and the rest"
    )


def _backend() -> Check:
    name = "Pulumi backend"
    chosen = os.environ.get("PULUMI_BACKEND_URL")
    if chosen:
        return Check(name, "ok", chosen.split("@")[-1])
    home = environment.pulumi_home(os.environ)
    if (home / "credentials.json").exists():
        return Check(name, "ok", f"signed in, by {home / 'credentials.json'}")
    return Check(name, "note", "none", "not needed with --local; else `pulumi login`")
