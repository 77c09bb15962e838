"""The extras of an installation: whether one is there, and the line that installs it."""

import importlib.util
import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

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


# Our other distributions, and their folders in the repository.
_FOLDERS: Mapping[str, str] = {"aksnetpol-components": "components", "aksnetpol-stacks": "stacks"}


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


def requirements(extra: str) -> tuple[str, ...]:
    """Return the lines of a requirements file that install an extra at our version, from where we came.

    Outside a package index each of our distributions is named, unless we came from an archive of one.
    """
    recorded = _recorded()
    url = _without_login(recorded.get("url", ""))
    version_control: dict[str, str] = recorded.get("vcs_info", {})
    if not url:
        return (f"aksnetpol[{extra}]=={distribution('aksnetpol').version}",)
    if version_control:
        # The commit and not its branch: the same next month.
        url = f"{version_control['vcs']}+{url}@{version_control['commit_id']}"
        others = {name: f"{url}#subdirectory={folder}" for name, folder in _FOLDERS.items()}
    elif "dir_info" in recorded:
        others = {name: f"{url.rstrip('/')}/{folder}" for name, folder in _FOLDERS.items()}
    else:
        others = {}
    return (f"aksnetpol[{extra}] @ {url}", *(f"{name} @ {place}" for name, place in others.items()))


def is_of_this_machine() -> bool:
    """Whether we came from a file or folder that other machines lack."""
    return _recorded().get("url", "").startswith("file:")


def _without_login(url: str) -> str:
    """Take user and password out of a web address, which goes into a user's repository."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _recorded() -> dict[str, Any]:
    """Return where we were installed from; nothing where that is a package index (PEP 610)."""
    return json.loads(distribution("aksnetpol").read_text("direct_url.json") or "{}")


def _origin() -> str:
    """Say where we were installed from, where that is no package index."""
    recorded = _recorded()
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
