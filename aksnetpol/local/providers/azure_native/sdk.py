"""What the SDK says of a resource type: which properties a program may give and which it gets back.

The real plugin knows this from Azure's specifications, the SDK was generated from them too, and the
stand-in has the SDK.
"""

import functools
import importlib
import threading
import types
import typing
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

# No public function of the SDK tells these; its version is pinned with the plugin's.
from pulumi import _types as pulumi_types

from aksnetpol.local.providers.wire import UNKNOWN

_LOADING = threading.Lock()


class Held(Enum):
    """What a property holds."""

    OBJECT = "object"
    LIST = "list"
    MAP = "map"
    PLAIN = "plain"


@functools.cache
def input_type(token: str) -> Any:
    """Return the arguments class of a resource type.

    Args:
        token: such as containerservice:ManagedCluster.
    """
    module, name = _module(token)
    # azure-native gives some classes this name, since another type of the module has the plain one.
    return getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")


@functools.cache
def output_type(token: str) -> Any:
    """Return the resource class of a type, such as containerservice:ManagedCluster."""
    module, name = _module(token)
    return getattr(module, name)


@functools.cache
def properties(kind: Any) -> Mapping[str, Any]:
    """Return the properties of an input, output or resource class, by their names on the wire."""
    if pulumi_types.is_input_type(kind):
        return pulumi_types.input_type_types(kind)
    if pulumi_types.is_output_type(kind):
        return pulumi_types.output_type_types(kind)
    found = pulumi_types.resource_types(kind)
    return {name: found[name] for name in found if name not in ("id", "urn")}


def resolve(kind: Any) -> tuple[Held, Any]:
    """Return what a property of a type holds, and the type of the object or of the items."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        given = [item for item in typing.get_args(kind) if item is not type(None)]
        return resolve(given[0])
    if origin in (list, Sequence):
        return Held.LIST, typing.get_args(kind)[0]
    if origin in (dict, Mapping):
        return Held.MAP, typing.get_args(kind)[1]
    if isinstance(kind, type) and (pulumi_types.is_input_type(kind) or pulumi_types.is_output_type(kind)):
        return Held.OBJECT, kind
    return Held.PLAIN, None


def projected(kind: Any, value: Any) -> Any:
    """Return the part of a value that a type has; an object where the type has a list becomes its keys."""
    held, inner = resolve(kind)
    if held is Held.OBJECT:
        return projected_object(inner, value) if isinstance(value, dict) else value
    if held is Held.LIST and isinstance(value, dict):
        return list(value)
    if held is Held.LIST and isinstance(value, list):
        return [projected(inner, item) for item in value]
    if held is Held.MAP and isinstance(value, dict):
        return {key: projected(inner, item) for key, item in value.items()}
    return value


def projected_object(kind: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the properties that a class has."""
    known = properties(kind)
    return {key: projected(known[key], item) for key, item in values.items() if key in known}


def planned(kind: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a class's properties as a preview knows them: what is given, the rest unknown.

    Source: azure-native, provider/pkg/convert, PreviewOutputs.
    """
    known = properties(kind)
    return {key: _planned(item, values[key]) if key in values else UNKNOWN for key, item in known.items()}


def _planned(kind: Any, value: Any) -> Any:
    held, inner = resolve(kind)
    if held is Held.OBJECT and isinstance(value, dict):
        return planned(inner, value)
    if held is Held.LIST and isinstance(value, list):
        return [_planned(inner, item) for item in value]
    if held is Held.MAP:
        return (
            {key: _planned(inner, item) for key, item in value.items()}
            if isinstance(value, dict)
            else UNKNOWN
        )
    return value


def _module(token: str) -> tuple[types.ModuleType, str]:
    module, _, name = token.partition(":")
    # The SDK's modules load at the first look into them, which threads may not do at once.
    with _LOADING:
        found = importlib.import_module(f"pulumi_azure_native.{module}")
        getattr(found, name)
    return found, name
