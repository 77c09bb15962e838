"""Merges a cluster's credentials into a kubeconfig, as `az aks get-credentials` does."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from aksnetpol import whole_files
from aksnetpol.errors import UserError

_SECTIONS = ("clusters", "users", "contexts")
_EMPTY: Mapping[str, Any] = {"apiVersion": "v1", "kind": "Config"}

Json = dict[str, Any]


class KubeconfigError(UserError):
    """A kubeconfig cannot be read, or has other credentials of the same name."""


def default_file() -> Path:
    """Return the file that kubectl writes to: the first of KUBECONFIG, else the user's own."""
    first = os.environ.get("KUBECONFIG", "").split(os.pathsep)[0]
    return Path(first) if first else Path.home() / ".kube" / "config"


def current_context(text: str) -> str | None:
    """Return the current context of a kubeconfig; None where none is chosen.

    Args:
        text: a kubeconfig as YAML.
    """
    found: Any = yaml.safe_load(text)
    chosen = found.get("current-context") if isinstance(found, dict) else None
    return str(chosen) if chosen else None


def merge_into(file: Path, fresh: str, *, overwrite: bool) -> str:
    """Merge credentials into a file, whole or not at all; only its owner can read it.

    Args:
        fresh: a kubeconfig as YAML.
        overwrite: whether entries of the same name may be replaced.

    Returns:
        The context that is current then.

    Raises:
        KubeconfigError: see `merged`, or the file is no kubeconfig.
    """
    try:
        existing: Any = yaml.safe_load(file.read_text()) if file.exists() else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise KubeconfigError(f"{file} is no kubeconfig: {error}. Choose another with --file.") from error
    if existing is not None and not isinstance(existing, dict):
        raise KubeconfigError(f"{file} is no kubeconfig. Choose another with --file.")
    document = merged(existing or dict(_EMPTY), yaml.safe_load(fresh), overwrite=overwrite)
    file.parent.mkdir(parents=True, exist_ok=True)
    whole_files.write(file, yaml.safe_dump(document, sort_keys=False).encode(), mode=0o600)
    return str(document["current-context"])


def merged(existing: Json, fresh: Json, *, overwrite: bool) -> Json:
    """Return a kubeconfig with another's entries; the other's context is current.

    Raises:
        KubeconfigError: an entry of the same name is a different one.
    """
    result: Json = {**_EMPTY, **existing}
    for section in _SECTIONS:
        kept = {one["name"]: one for one in existing.get(section) or ()}
        for one in fresh.get(section) or ():
            before = kept.get(one["name"])
            if before is not None and before != one and not overwrite:
                raise KubeconfigError(
                    f"The kubeconfig has another entry {one['name']!r} under {section}. "
                    "Replace it with --overwrite-existing, or choose another file with --file."
                )
            kept[one["name"]] = one
        result[section] = list(kept.values())
    result["current-context"] = fresh["current-context"]
    return result
