"""Between the SDK's properties and ARM's paths and documents."""

import re
from collections.abc import Mapping
from typing import Any

from aksnetpol.local.providers.azure_native.resource_types import ENVELOPE, READ_ONLY, ResourceType
from aksnetpol.local.providers.changes import Change, Kind, carried, changes
from aksnetpol.local.providers.wire import Json

# Compared without regard to case: azure-native, provider/pkg/provider/diff.go.
_CASELESS = frozenset({"location", "resourceGroupName"})


def resource_id(kind: ResourceType, inputs: Mapping[str, Any], subscription: str) -> str:
    """Return the ARM id of the resource that the inputs name."""
    values = {"subscriptionId": subscription, **{name: str(inputs[name]) for name in kind.parameters}}
    values = {name: value.strip("/") for name, value in values.items()}
    return kind.path.format_map(values)


def parameters_of(kind: ResourceType, arm_id: str) -> dict[str, str]:
    """Read the path's parameters back from an id."""
    pattern = re.sub(
        r"\\{(\w+)\\}", lambda found: f"(?P<{found[1]}>{_segment(found[1])})", re.escape(kind.path)
    )
    found = re.fullmatch(pattern, arm_id, re.IGNORECASE)
    return {} if found is None else {key: found[key] for key in kind.parameters}


def _segment(name: str) -> str:
    return ".+" if name == "scope" else "[^/]+"


def to_arm(kind: ResourceType, inputs: Mapping[str, Any]) -> Json:
    """Return the document to send."""
    given = {key: value for key, value in inputs.items() if key not in kind.parameters}
    if not kind.flat:
        return given
    document: Json = {key: value for key, value in given.items() if key in ENVELOPE}
    document["properties"] = {key: value for key, value in given.items() if key not in ENVELOPE}
    identity = document.get("identity")
    if isinstance(identity, dict) and isinstance(identity.get("userAssignedIdentities"), list):
        ids: dict[str, Json] = {str(item): {} for item in identity["userAssignedIdentities"]}
        document["identity"] = {**identity, "userAssignedIdentities": ids}
    return document


def to_outputs(kind: ResourceType, document: Mapping[str, Any]) -> Json:
    """Return what the SDK shows of an ARM resource."""
    outputs = {key: value for key, value in document.items() if key not in ("id", "properties")}
    properties: Json = document.get("properties") or {}
    if kind.flat:
        outputs.update(properties)
    elif properties:
        outputs["properties"] = properties
    outputs["azureApiVersion"] = kind.api_version
    return outputs


def to_inputs(kind: ResourceType, arm_id: str, outputs: Mapping[str, Any]) -> Json:
    """Return what a program would say to get these outputs: what an import writes."""
    writable = {key: _writable(value) for key, value in outputs.items() if key not in READ_ONLY}
    return {**_identity_list(writable), **parameters_of(kind, arm_id)}


def _writable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _writable(item) for key, item in value.items() if key not in READ_ONLY or key == "name"}
    return [_writable(item) for item in value] if isinstance(value, list) else value


def _identity_list(inputs: Json) -> Json:
    identity = inputs.get("identity")
    if isinstance(identity, dict) and isinstance(identity.get("userAssignedIdentities"), dict):
        ids = list(identity["userAssignedIdentities"])
        return {**inputs, "identity": {**identity, "userAssignedIdentities": ids}}
    return inputs


def merged_inputs(
    inputs: Mapping[str, Any], old_outputs: Mapping[str, Any], outputs: Mapping[str, Any]
) -> Json:
    """Carry what changed in Azure into the stored inputs, as azure-native's refresh does.

    Properties that the program never declared come in too; what did not change stays as it was.

    Args:
        inputs: those of the last update.
        old_outputs, outputs: before and after.
    """
    before, after = _identity_list(dict(old_outputs)), _identity_list(dict(outputs))
    return carried(inputs, before, after, lambda change: not READ_ONLY.intersection(change.keys))


def significant(
    kind: ResourceType, old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[tuple[Change, bool]]:
    """Return the changes of a plan, each with whether it replaces the resource."""
    found = [change for change in changes(old, new) if not _same(change)]
    return [(change, _replaces(kind, change)) for change in found]


def _same(change: Change) -> bool:
    top = change.path[0]
    both_text = isinstance(change.old, str) and isinstance(change.new, str)
    return both_text and top in _CASELESS and change.old.lower() == change.new.lower()


def _replaces(kind: ResourceType, change: Change) -> bool:
    keys = change.keys
    prefixes = {".".join(keys[:length]) for length in range(1, len(keys) + 1)}
    if keys[0] in kind.parameters or prefixes & kind.replaces:
        return True
    # A whole object that appears or disappears brings its replacing leaves with it.
    held = change.new if change.kind is Kind.ADD else change.old
    inside = f"{'.'.join(keys)}."
    return isinstance(held, dict) and any(
        path.startswith(inside) and path.removeprefix(inside) in held for path in kind.replaces
    )
