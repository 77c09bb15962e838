"""An ARM document in azure-native's shape: what a program would have to say to get it."""

import re
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

# Only here the SDK tells its properties. The stand-in plugin reads them on its own, to be a test of this.
from pulumi import _types as pulumi_types

from aksnetpol.documents import is_list, is_mapping

Json = Mapping[str, Any]

_ENVELOPE = ("location", "tags", "sku", "identity", "extendedLocation", "kind")


def flat(document: Json) -> dict[str, Any]:
    """Return a resource's own properties and those of its envelope side by side, as azure-native has them."""
    envelope = {key: document[key] for key in _ENVELOPE if key in document}
    return {**envelope, **document.get("properties", {})}


def writable(args_class: type, values: Json) -> dict[str, Any]:
    """Return the properties that a program may give; what is empty is left out, as by azure-native's import.

    Source: azure-native, provider/pkg/convert, ResponseToSdkInputs.

    Args:
        args_class: azure-native's arguments class, for example `ManagedClusterArgs`.
        values: a flat ARM document; the result has azure-native's names.
    """
    known = pulumi_types.input_type_types(args_class)
    named = {_name(key): value for key, value in values.items()}
    found = {key: _value(known[key], value) for key, value in named.items() if key in known}
    return {key: value for key, value in found.items() if not _is_empty(value)}


def _name(key: str) -> str:
    """ARM spells the properties of autoScalerProfile with hyphens."""
    return re.sub(r"-(\w)", lambda found: found[1].upper(), key)


def _value(kind: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _value(next(one for one in arguments if one is not type(None)), value)
    if origin in (list, Sequence):
        # Identities: an object's keys in ARM, a list in azure-native.
        items: Any = list(value) if is_mapping(value) else value
        return _full(_value(arguments[0], item) for item in items) if is_list(items) else items
    if is_mapping(value):
        if isinstance(kind, type) and pulumi_types.is_input_type(kind):
            return writable(kind, value)
        inner = arguments[1] if origin in (dict, Mapping) else None
        kept = {key: _value(inner, item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if not _is_empty(item)}
    return value


def _full(items: typing.Iterable[Any]) -> list[Any]:
    return [item for item in items if not _is_empty(item)]


def _is_empty(value: Any) -> bool:
    return value is None or value == {} or value == []
