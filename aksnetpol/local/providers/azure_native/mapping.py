"""Between the SDK's properties and ARM's paths and documents."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from aksnetpol.local.providers.azure_native import sdk
from aksnetpol.local.providers.azure_native.resource_types import ResourceType
from aksnetpol.local.providers.merge import merged
from aksnetpol.local.providers.wire import Json

_ITEM_ENVELOPE = ("id", "name", "type", "etag")
# ARM spells the properties of this object with hyphens, azure-native in camel case.
_HYPHENATED = "autoScalerProfile"


def resource_id(kind: ResourceType, inputs: Mapping[str, Any], subscription: str) -> str:
    """Return the ARM id of the resource that the inputs name."""
    values = {"subscriptionId": subscription, **{name: str(inputs[name]) for name in kind.parameters}}
    return kind.path.format_map({name: value.strip("/") for name, value in values.items()})


def parameters_of(kind: ResourceType, arm_id: str) -> dict[str, str]:
    """Read the path's parameters back from an id; empty where it is an id of something else."""
    pattern = re.sub(
        r"\\{(\w+)\\}", lambda found: f"(?P<{found[1]}>{_segment(found[1])})", re.escape(kind.path)
    )
    found = re.fullmatch(pattern, arm_id, re.IGNORECASE)
    return {} if found is None else {key: found[key] for key in kind.parameters}


def _segment(name: str) -> str:
    return ".+" if name == "scope" else "[^/]+"


def to_arm(kind: ResourceType, inputs: Mapping[str, Any], previous: Mapping[str, Any] | None = None) -> Json:
    """Return the document to send.

    Args:
        previous: the inputs of the last update; identities that are no longer there are sent as null.
    """
    given = sdk.projected_object(sdk.input_type(kind.token), inputs)
    document = {key: value for key, value in given.items() if key not in kind.parameters}
    if not kind.flat:
        return document
    document = {key: _each(kind, key, value, _nest) for key, value in document.items()}
    inside = {key: document.pop(key) for key in list(document) if key not in kind.envelope}
    if isinstance(document.get("identity"), dict):
        document["identity"] = _identity(document["identity"], (previous or {}).get("identity"))
    if isinstance(inside.get(_HYPHENATED), dict):
        inside[_HYPHENATED] = _renamed(inside[_HYPHENATED], r"[A-Z]", lambda found: f"-{found[0].lower()}")
    return {**document, "properties": inside}


def _identity(given: Json, previous: Any) -> Json:
    """Azure keeps identities as an object's keys, the SDK as a list."""
    now, before = (_identities(item) for item in (given, previous))
    if not now and not before:
        return given
    removed: dict[str, None] = dict.fromkeys(item for item in before if item not in now)
    return {**given, "userAssignedIdentities": {**{item: {} for item in now}, **removed}}


def _identities(identity: Any) -> list[str]:
    found: Any = identity.get("userAssignedIdentities") if isinstance(identity, dict) else None
    return [str(item) for item in found] if isinstance(found, list) else []


def removes_identities(document: Mapping[str, Any]) -> bool:
    """Tell whether a document takes identities away: azure-native then sends PATCH."""
    identity: Any = document.get("identity")
    found: Any = identity.get("userAssignedIdentities") if isinstance(identity, dict) else None
    return isinstance(found, dict) and None in found.values()


def to_outputs(kind: ResourceType, document: Mapping[str, Any]) -> Json:
    """Return what the SDK shows of an ARM resource."""
    outputs: Json = {key: value for key, value in document.items() if key not in ("id", "properties")}
    inside: Json = document.get("properties") or {}
    if kind.flat:
        outputs.update({key: _each(kind, key, value, _lift) for key, value in inside.items()})
        if isinstance(outputs.get(_HYPHENATED), dict):
            outputs[_HYPHENATED] = _renamed(outputs[_HYPHENATED], r"-(\w)", lambda found: found[1].upper())
    elif inside:
        outputs["properties"] = inside
    return {**outputs, "azureApiVersion": kind.api_version}


def _renamed(values: Json, pattern: str, turn: Callable[[re.Match[str]], str]) -> Json:
    return {re.sub(pattern, turn, key): value for key, value in values.items()}


def to_inputs(kind: ResourceType, arm_id: str, outputs: Mapping[str, Any]) -> Json:
    """Return what a program would say to get these outputs: what an import writes.

    Everything that Azure filled in is there, but for empty collections and `id`.
    Source: azure-native, provider/pkg/convert, ResponseToSdkInputs.
    """
    found = _filled(sdk.projected_object(sdk.input_type(kind.token), outputs)) or {}
    found.pop("id", None)
    return {**found, **parameters_of(kind, arm_id), "azureApiVersion": kind.api_version}


def _filled(value: Any) -> Any:
    """Return a value without empty collections, None where it is one."""
    if isinstance(value, dict):
        return {key: kept for key, item in value.items() if (kept := _filled(item)) is not None} or None
    if isinstance(value, list):
        return [kept for item in value if (kept := _filled(item)) is not None] or None
    return value


def merged_inputs(
    kind: ResourceType, inputs: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Json:
    """Carry what changed in Azure into the stored inputs, as azure-native's refresh does.

    Properties that the program never named come in too; what did not change stays as it was.

    Args:
        inputs: those of the last update.
        before, after: outputs.
    """
    arguments = sdk.input_type(kind.token)
    elsewhere = {name for name in kind.children if name not in inputs}
    then, now = (
        {
            key: value
            for key, value in sdk.projected_object(arguments, outputs).items()
            if key not in elsewhere
        }
        for outputs in (before, after)
    )
    return merged(inputs, then, now)


def _each(kind: ResourceType, key: str, value: Any, turn: Callable[[Json], Json]) -> Any:
    """Apply `turn` to the items of nested resources, however deep."""
    if isinstance(value, list):
        items = [_each(kind, "", item, turn) for item in value]
        return (
            [turn(item) if isinstance(item, dict) else item for item in items]
            if key in kind.nested
            else items
        )
    if isinstance(value, dict):
        return {name: _each(kind, name, item, turn) for name, item in value.items()}
    return value


def _nest(item: Json) -> Json:
    outside = {key: item[key] for key in _ITEM_ENVELOPE if key in item}
    return {**outside, "properties": {key: value for key, value in item.items() if key not in outside}}


def _lift(item: Json) -> Json:
    return {
        **{key: value for key, value in item.items() if key != "properties"},
        **(item.get("properties") or {}),
    }
