"""What changes between two declarations of a resource, by the rules that the stand-ins plan with."""

from collections.abc import Mapping
from typing import Any

from aksnetpol.local.providers.azure_native.diff import difference
from aksnetpol.local.providers.azure_native.resource_types import RESOURCE_TYPES
from aksnetpol.local.providers.changes import changes
from aksnetpol.local.providers.kubernetes.connection import Apis
from aksnetpol.local.providers.kubernetes.plugin import Kubernetes
from aksnetpol.local.providers.plugin import Resource, State

_KUBERNETES = Kubernetes({}, Apis())
# Dynamic resources of ours that are replaced; see `diff` of their providers in components.
_DYNAMIC = {"GeneratedPassword": ("length",)}


def differences(urn: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, Any, Any, bool]]:
    """Return the path of each property that differs, its values, and whether it replaces the resource.

    Args:
        old, new: the inputs.
    """
    resource, before, after = Resource(urn), State("", inputs=dict(old)), dict(new)
    if resource.type in RESOURCE_TYPES:
        found = difference(RESOURCE_TYPES[resource.type], before, after).changes
    elif resource.type.startswith("kubernetes:"):
        found = _KUBERNETES.diff(resource, before, after).changes
    else:
        fixed = _DYNAMIC.get(resource.type.rsplit(":", 1)[-1], ())
        found = [(change, change.keys[0] in fixed) for change in changes(before.inputs, after)]
    return [(change.text, change.old, change.new, replaces) for change, replaces in found]
