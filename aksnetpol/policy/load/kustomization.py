"""What a kustomization says: what it is made of, and whether it makes other objects than its files hold.

Source: kubernetes-sigs/kustomize, api/types/kustomization.go.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aksnetpol.documents import entries, is_mapping
from aksnetpol.policy.load.files import KUSTOMIZATIONS, slashed

_FILES = ("resources", "bases", "components", "crds", "configurations")
_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "transformers")
_GENERATORS = ("generators", "helmCharts", "helmChartInflationGenerator")
# Names, namespaces and labels are what policies select by; images, replicas and annotations are not.
_OTHERWISE = (
    *("namespace", "namePrefix", "nameSuffix", "labels", "commonLabels", "components", "vars"),
    *_PATCHES,
    *_GENERATORS,
)
_REMOTE = ("://", "git@", "github.com/", "git::", "?ref=")


@dataclass(frozen=True, slots=True)
class Kustomization:
    """One kustomization.

    Args:
        otherwise: the fields by which it makes other objects than its files hold.
        files: what it is made of: files and folders, as it writes them.
        patches: those of them that are patches, and no objects by themselves.
        remote: those of them that it would fetch.
        charts: it inflates Helm charts.
        component: it is a part of others, and makes nothing alone.
    """

    otherwise: tuple[str, ...]
    files: tuple[str, ...]
    patches: tuple[str, ...]
    remote: tuple[str, ...]
    charts: bool = False
    component: bool = False


def is_named_so(file: str) -> bool:
    """Tell whether a file is one by its name."""
    return posixpath.basename(slashed(file)) in KUSTOMIZATIONS


def read(value: Any) -> Kustomization:
    """Return the kustomization of a document; what has a wrong type is left to kustomize to tell."""
    found: Mapping[str, Any] = value if is_mapping(value) else {}
    patches = tuple(_paths(found, _PATCHES))
    named = [*_paths(found, _FILES), *_paths(found, _GENERATORS), *patches]
    remote = tuple(one for one in named if any(mark in one for mark in _REMOTE))
    otherwise = [key for key in _OTHERWISE if found.get(key)]
    return Kustomization(
        otherwise=(*otherwise, *(("files of other places",) if remote else ())),
        files=tuple(one for one in named if one not in remote),
        patches=tuple(one for one in patches if one not in remote),
        remote=remote,
        charts=any(found.get(key) for key in ("helmCharts", "helmChartInflationGenerator")),
        component=found.get("kind") == "Component",
    )


def _paths(value: Mapping[str, Any], keys: Iterable[str]) -> Iterator[str]:
    """Yield the paths among the entries of some fields; patches may also be written out in place."""
    for key in keys:
        for one in entries(value.get(key)):
            path: Any = one.get("path") if is_mapping(one) else one
            if isinstance(path, str) and "\n" not in path:
                yield path


def inside(folder: str, path: str) -> str:
    """Return a path that a kustomization of a folder writes, as the folder's files are named."""
    root, colon, rest = slashed(folder).rpartition(":")
    return f"{root}{colon}{posixpath.normpath(posixpath.join(rest, path))}"
