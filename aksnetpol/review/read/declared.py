"""The resources of the engine's preview: as the program declares them, and as the state holds them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from aksnetpol.documents import entries, is_mapping
from aksnetpol.review.model import UNKNOWN, Resource

_KUBERNETES = "kubernetes:"
_NAMESPACE = "kubernetes:core/v1:Namespace"


def declared(preview: str) -> tuple[Resource, ...]:
    """Return what a program declares, by `pulumi preview --json`: no components, nor the stack itself.

    Raises:
        ValueError: it is not what the engine writes.
    """
    return _resources(preview, "newState")


def recorded(preview: str) -> tuple[Resource, ...]:
    """Return what the state of a stack holds, after the refresh that the preview began with if it did.

    Raises:
        ValueError: it is not what the engine writes.
    """
    return _resources(preview, "oldState")


def _resources(preview: str, side: str) -> tuple[Resource, ...]:
    document = json.loads(preview)
    if not is_mapping(document):
        raise ValueError("the preview is no JSON object")
    # A refresh is a step before the resource's own; what it brings home is that one's old state.
    states = [step.get(side) for step in entries(document.get("steps")) if step.get("op") != "refresh"]
    return tuple(_resource(state) for state in states if state and state.get("custom"))


def _resource(state: Mapping[str, Any]) -> Resource:
    return Resource(
        urn=state["urn"],
        type=state["type"],
        name=state["urn"].split("::", 3)[3],
        inputs=state.get("inputs") or {},
        ignored=tuple(state.get("ignoreChanges") or ()),
        protected=bool(state.get("protect")),
        deleted_with=state.get("deletedWith") or "",
        needs=tuple(state.get("dependencies") or ()),
    )


def kubernetes_objects(resources: tuple[Resource, ...]) -> Iterator[dict[str, Any]]:
    """Yield the manifests among the resources; a namespace that a program takes from another is filled in."""
    names = {one.urn: _name(one.inputs) for one in resources if one.type == _NAMESPACE}
    for one in resources:
        if one.type.startswith(_KUBERNETES) and one.inputs.get("kind"):
            yield _placed(one, names)


def _placed(resource: Resource, namespaces: Mapping[str, str]) -> dict[str, Any]:
    metadata: dict[str, Any] = dict(resource.inputs.get("metadata") or {})
    if metadata.get("namespace") == UNKNOWN:
        known = [namespaces[urn] for urn in resource.needs if urn in namespaces]
        metadata["namespace"] = known[0] if known else "default"
    return {**resource.inputs, "metadata": metadata}


def _name(inputs: Mapping[str, Any]) -> str:
    metadata: Mapping[str, Any] = inputs.get("metadata") or {}
    return str(metadata.get("name", ""))
