"""Lets a user set any azure-native property that a component has no argument for."""

import inspect
from collections.abc import Mapping
from typing import Any, cast

from aksnetpol.words import nearest
from aksnetpol_components.errors import ArgumentError

# Mappings whose keys are the user's own words, so that `my_team` and `myteam` are two keys.
FREE_KEYS = frozenset({"tags", "nodelabels"})


def arguments(args_class: type, own: Mapping[str, Any], extra: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a component's own azure-native arguments with the user's merged over them, as keywords.

    Args:
        args_class: azure-native's arguments class, for example `ManagedClusterArgs`; names what exists.
        own: what the component sends, Python names at every level.
        extra: what the user adds, in Python's or the schema's spelling (`enable_rbac` or `enableRBAC`);
            nested mappings are merged, anything else replaces, and None takes the property away.

    Raises:
        ArgumentError: azure-native has no such property.
    """
    known = {bare(name): name for name in inspect.signature(args_class.__init__).parameters if name[0] != "_"}
    renamed: dict[str, Any] = {}
    for key, value in (extra or {}).items():
        if bare(key) not in known:
            close = nearest(bare(key), known)
            hint = f"; did you mean {known[close[0]]!r}?" if close else ""
            raise ArgumentError(f"{args_class.__name__} has no property {key!r}{hint}")
        renamed[known[bare(key)]] = value
    keywords = _without_none(merged(own, renamed))
    # The SDK's constructors call Azure's resourceName so, since resource_name is Pulumi's own name there;
    # passing an instance of the arguments class instead fails on that clash.
    return {"resource_name_" if key == "resource_name" else key: keywords[key] for key in keywords}


def given(args: object, *keys: str) -> dict[str, Any]:
    """Return those of `keys` that a component's arguments (a TypedDict) hold, with their values."""
    values = cast(Mapping[str, Any], args)
    return {key: values[key] for key in keys if key in values}


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties with others over them; mappings are merged, whatever a name is spelt like."""
    result = dict(base)
    spelling = {bare(key): key for key in base}
    for key, value in over.items():
        target = spelling.get(bare(key), key)
        before = result.get(target)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            free = bare(key) in FREE_KEYS
            result[target] = {**before, **value} if free else merged(before, value)
        else:
            result[target] = value
    return result


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _without_none(value) if isinstance(value, dict) else value
        for key, value in values.items()
        if value is not None
    }


def bare(key: str) -> str:
    """Return what a property's spellings have in common: Python's, the schema's and ARM's."""
    return key.replace("_", "").lower()
