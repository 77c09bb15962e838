"""What a plan changes and what it replaces, by azure-native's rules (provider/pkg/provider/diff.go)."""

from collections.abc import Mapping
from typing import Any

from aksnetpol.local.providers.azure_native.resource_types import ResourceType
from aksnetpol.local.providers.changes import Change, Kind, changes
from aksnetpol.local.providers.plugin import Difference, State
from aksnetpol.local.providers.wire import Json

# Set in the inputs of a resource with a name of our own: its replacement can be made beside it.
CREATE_BEFORE_DELETE = "__createBeforeDelete"

_SAME_SKU = ({"Basic", "Base"}, {"Paid", "Standard"})


def difference(kind: ResourceType, old: State, new: Mapping[str, Any]) -> Difference:
    """Compare the inputs of the last update with new ones.

    Args:
        old: with the inputs and outputs of the last update.
        new: what the program now says.
    """
    settled = _with_same_words(old.inputs, new)
    found = [(change, _replaces(kind, change, old.outputs)) for change in changes(old.inputs, settled)]
    replaced = any(replaces for _, replaces in found)
    return Difference(found, replaced and not old.inputs.get(CREATE_BEFORE_DELETE))


def _with_same_words(old: Mapping[str, Any], new: Mapping[str, Any]) -> Json:
    """Return the new inputs, in the old ones' words where only the words differ."""
    same = [
        key
        for key in ("location", "resourceGroupName", "sku")
        if _means_same(key, old.get(key), new.get(key))
    ]
    return {**new, **{key: old[key] for key in same}}


def _means_same(key: str, old: Any, new: Any) -> bool:
    if isinstance(old, str) and isinstance(new, str):
        if key == "location":
            old, new = old.replace(" ", ""), new.replace(" ", "")
        return old.lower() == new.lower()
    if isinstance(old, dict) and isinstance(new, dict) and {*old} == {*new} == {"name", "tier"}:
        return all(old[part] == new[part] or {old[part], new[part]} in _SAME_SKU for part in old)
    return False


def _replaces(kind: ResourceType, change: Change, outputs: Mapping[str, Any]) -> bool:
    keys = _keys(change)
    if keys[0] in kind.parameters:
        return True
    if ".".join(keys) in kind.replaces:
        # A property that the program now names as Azure already has it; real only at the top level.
        told = change.kind is Kind.ADD and len(keys) == 1 and outputs.get(keys[0]) == change.new
        return not told
    above = {".".join(keys[:length]) for length in range(1, len(keys))}
    return change.kind is Kind.UPDATE and bool(above & kind.replaces)


def _keys(change: Change) -> list[str]:
    """Return the path in azure-native's words: items of a list have a key of their own, `list[]`."""
    keys: list[str] = []
    for part in change.path:
        if isinstance(part, int):
            keys[-1] += "[]"
        else:
            keys.append(part)
    return keys
