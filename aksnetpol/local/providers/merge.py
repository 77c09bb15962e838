"""Bringing what changed elsewhere into the inputs that a state holds."""

from collections.abc import Mapping
from typing import Any


def merged(inputs: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs with the difference of two readings applied.

    What did not change between the readings stays as the inputs say it, however the service writes it.
    Source: azure-native, provider/pkg/provider/diff.go, applyDiff.

    Args:
        inputs: of the last update; not changed.
        before, after: the resource then and now, as inputs would say it.
    """
    result = {key: value for key, value in inputs.items() if key not in before or key in after}
    for key, value in after.items():
        if key not in before or (key not in inputs and before[key] != value):
            result[key] = value
        elif key in inputs and before[key] != value:
            result[key] = _value(inputs[key], before[key], value)
    return result


def pruned(value: Any, like: Any) -> Any:
    """Return a value without the object properties that another one does not have."""
    if isinstance(value, dict) and isinstance(like, dict):
        return {key: pruned(item, like[key]) for key, item in value.items() if key in like}
    if isinstance(value, list) and isinstance(like, list):
        shared = [pruned(item, other) for item, other in zip(value, like, strict=False)]
        return [*shared, *value[len(like) :]]
    return value


def _value(base: Any, before: Any, after: Any) -> Any:
    if isinstance(base, dict) and isinstance(before, dict) and isinstance(after, dict):
        return merged(base, before, after)
    if isinstance(base, list) and isinstance(before, list) and isinstance(after, list):
        known = min(len(base), len(before))
        return [
            _value(base[index], before[index], item) if index < known else item
            for index, item in enumerate(after)
        ]
    return after
