"""Kubeconfigs of local clusters."""

import base64
from collections.abc import Iterable
from pathlib import Path

import yaml

from aksnetpol.local.kubernetes.api import Json


def kubeconfig(folder: Path, identity: str, server: str, name: str) -> Json:
    """Return a kubeconfig with everything inline.

    Args:
        folder: the cluster's certificates.
        identity: whose, by file name.
        server: URL of the API server.
        name: of the cluster and the context.
    """
    user = f"{identity}_{name}"
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": name,
                "cluster": {"server": server, "certificate-authority-data": _inline(folder / "ca.crt")},
            }
        ],
        "users": [
            {
                "name": user,
                "user": {
                    "client-certificate-data": _inline(folder / f"{identity}.crt"),
                    "client-key-data": _inline(folder / f"{identity}.key"),
                },
            }
        ],
        "contexts": [{"name": name, "context": {"cluster": name, "user": user}}],
        "current-context": name,
    }


def text(document: Json) -> str:
    """A kubeconfig as YAML."""
    return yaml.safe_dump(document, sort_keys=False)


def merged(documents: Iterable[Json]) -> Json:
    """One kubeconfig with all contexts; the last is current."""
    result: Json = {"apiVersion": "v1", "kind": "Config", "clusters": [], "users": [], "contexts": []}
    for document in documents:
        for section in ("clusters", "users", "contexts"):
            result[section] += document[section]
        result["current-context"] = document["current-context"]
    return result


def _inline(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()
