"""Kubernetes resources in a Pulumi preview (`--json`) or a state export (`pulumi stack export`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aksnetpol.documents import is_list, is_mapping
from aksnetpol.findings import Location
from aksnetpol.policy.model.places import Document, Path

_PREFIX = "kubernetes:"
_GONE = {"delete", "delete-replaced", "discard", "discard-replaced"}


@dataclass(frozen=True, slots=True)
class Nested:
    """A manifest inside another document."""

    document: Document
    path: Path

    def locate(self, path: Path) -> Location:
        """Return the place in the outer document."""
        return self.document.locate(self.path + path)


def is_output(value: dict[str, Any]) -> bool:
    """Tell whether a document is a preview or a state."""
    return "kind" not in value and (_resources(value) is not None or is_list(value.get("steps")))


def manifests(value: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each manifest with its path: the new state of a preview's steps, or a state's resources."""
    resources = _resources(value)
    if resources is not None:
        for index, resource in enumerate(resources):
            if is_mapping(resource) and not resource.get("delete"):
                yield from _manifest(("deployment", "resources", index), resource)
        return
    seen: set[str] = set()
    for index, step in enumerate(value["steps"]):
        if not is_mapping(step) or str(step.get("op")) in _GONE:
            continue
        key, urn = "newState" if is_mapping(step.get("newState")) else "oldState", str(step.get("urn"))
        state = step.get(key)
        if is_mapping(state) and urn not in seen:
            seen.add(urn)
            yield from _manifest(("steps", index, key), state)


def _resources(value: dict[str, Any]) -> list[Any] | None:
    """Return a state's resources; None of anything else."""
    deployment = value.get("deployment")
    found = deployment.get("resources") if is_mapping(deployment) else None
    return found if is_list(found) else None


def _manifest(path: Path, resource: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    if not str(resource.get("type", "")).startswith(_PREFIX):
        return
    for key in ("inputs", "outputs"):
        found = resource.get(key)
        if is_mapping(found) and found.get("kind") and found.get("apiVersion"):
            yield (*path, key), found
            return
