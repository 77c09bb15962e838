"""The extras of an installation: whether one is there, and the line that installs it."""

import importlib.util
import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

from aksnetpol.errors import UserError

# What an extra brings, by import name, beside what the one before brings (pyproject.toml).
_BRINGS: Mapping[str, tuple[str, ...]] = {
    "live": ("azure.core", "azure.identity", "httpx", "kubernetes", "socks", "tenacity", "websocket"),
    "pulumi": (
        "aksnetpol_components",
        "aksnetpol_stacks",
        "grpc",
        "pulumi",
        "pulumi_azure_native",
        "pulumi_kubernetes",
        "ruamel.yaml",
    ),
    "local": ("cryptography", "starlette", "uvicorn", "wsproto"),
}
# And what it is for.
EXTRAS: Mapping[str, str] = {
    "live": "a cluster, Azure and pull requests",
    "pulumi": "stacks",
    "local": "local mode",
}


class MissingExtraError(UserError):
    """What was asked for needs an extra that is not installed."""


def is_installed(extra: str) -> bool:
    """Whether all that an extra brings can be imported; nothing is."""
    names = list(_BRINGS)
    needed = names[: names.index(extra) + 1]
    return all(_is_there(module) for one in needed for module in _BRINGS[one])


def require(extra: str, what: str) -> None:
    """Refuse where an extra is missing.

    Args:
        what: what needs it, as the start of a sentence.

    Raises:
        MissingExtraError: with the line that installs it.
    """
    if not is_installed(extra):
        raise MissingExtraError(f"{what} needs the extra '{extra}', which is not installed. {remedy(extra)}")


def bringing(module: str | None) -> str | None:
    """Return the extra that brings a module, None where none does."""
    wanted = f"{module}."
    return next(
        (extra for extra, names in _BRINGS.items() if any(_belongs(name, wanted) for name in names)), None
    )


def remedy(extra: str) -> str:
    """Return the sentence with the line that installs an extra: by what installed us, from where we came."""
    wanted = _quoted(f"aksnetpol[{extra}]{_origin()}")
    if Path(sys.prefix, "uv-receipt.toml").exists():
        line = f"uv tool install {wanted}"
    elif Path(sys.prefix, "pipx_metadata.json").exists():
        line = f"pipx install --force {wanted}"
    elif importlib.util.find_spec("pip"):
        line = f"{_quoted(sys.executable)} -m pip install {wanted}"
    else:
        line = f"uv pip install --python {_quoted(sys.executable)} {wanted}"
    return f"Install it: {line}"


def _quoted(word: str) -> str:
    """Return a word as the user's shell takes it."""
    return subprocess.list2cmdline([word]) if sys.platform == "win32" else shlex.quote(word)


def _origin() -> str:
    """Say where we were installed from, where that is no package index (PEP 610)."""
    recorded = json.loads(distribution("aksnetpol").read_text("direct_url.json") or "{}")
    if not recorded:
        return ""
    version_control: dict[str, str] = recorded.get("vcs_info", {})
    prefix = f"{version_control['vcs']}+" if version_control else ""
    revision = version_control.get("requested_revision")
    return f" @ {prefix}{recorded['url']}{f'@{revision}' if revision else ''}"


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # its parent
        return False


def _belongs(name: str, wanted: str) -> bool:
    # "azure" is missing where "azure.identity" is.
    return wanted.startswith(f"{name}.") or f"{name}.".startswith(wanted)
