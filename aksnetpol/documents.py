"""Parsed JSON and YAML in types: what a value is, and empty ones where a field is missing or null."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard


def is_mapping(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is a mapping, whose keys are text in JSON."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Tell whether a value is a list."""
    return isinstance(value, list)


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a field that holds a mapping; an empty one where it is missing or null."""
    return value or {}


def entries(value: Any) -> Sequence[Any]:
    """Return a field that holds a list; an empty one where it is missing or null."""
    return value or ()
