"""How the providers compare a resource: by the rules of local mode's stand-ins, which are the real ones'."""

from collections.abc import Sequence

from aksnetpol.local.providers.azure_native.diff import difference
from aksnetpol.local.providers.azure_native.resource_types import RESOURCE_TYPES
from aksnetpol.local.providers.changes import changes
from aksnetpol.local.providers.kubernetes.connection import Apis
from aksnetpol.local.providers.kubernetes.plugin import Kubernetes
from aksnetpol.local.providers.plugin import Resource as Asked
from aksnetpol.local.providers.plugin import State
from aksnetpol.report.review import Resource
from aksnetpol.report.review.model import PropertyChange

_KUBERNETES = Kubernetes({}, Apis())
# Dynamic resources of ours that are replaced; see `diff` of their providers in components.
_DYNAMIC = {"GeneratedPassword": ("length",)}


def compare(old: Resource, new: Resource) -> Sequence[PropertyChange]:
    """Return the properties that differ, and which of them replaces the resource."""
    before, after = State("", inputs=dict(old.inputs)), dict(new.inputs)
    if new.type in RESOURCE_TYPES:
        found = difference(RESOURCE_TYPES[new.type], before, after).changes
    elif new.type.startswith("kubernetes:"):
        found = _KUBERNETES.diff(Asked(new.urn), before, after).changes
    else:
        fixed = _DYNAMIC.get(new.type.rsplit(":", 1)[-1], ())
        found = [(change, change.keys[0] in fixed) for change in changes(before.inputs, after)]
    return [PropertyChange(change.text, change.old, change.new, replaces) for change, replaces in found]
