"""The stand-in of azure-native: resources become ARM calls; it holds no state of its own."""

import secrets
from typing import Any

from aksnetpol.azure import ArmClient, ArmError
from aksnetpol.local.providers.azure_native import mapping
from aksnetpol.local.providers.azure_native.invokes import invoke
from aksnetpol.local.providers.azure_native.resource_types import RESOURCE_TYPES, ResourceType
from aksnetpol.local.providers.errors import ProviderError
from aksnetpol.local.providers.plugin import Difference, Resource, State
from aksnetpol.local.providers.wire import UNKNOWN, Json, has_unknown


class AzureNative:
    """One instance of the azure-native provider.

    Args:
        arm: Azure Resource Manager.
        configuration: of the provider; `location` is the default of resources without one.
    """

    def __init__(self, arm: ArmClient, configuration: Json) -> None:
        self._arm = arm
        self._location = configuration.get("location")

    def check(self, resource: Resource, old: Json, new: Json) -> Json:
        """Name the resource where the program does not, as the real provider does."""
        kind = _kind(resource)
        inputs = dict(new)
        if self._location and "location" not in inputs and kind.flat and kind.token.endswith("Cluster"):
            inputs["location"] = self._location
        last = kind.parameters[-1]
        if kind.named and last not in inputs:
            inputs[last] = old.get(last) or f"{resource.name}{secrets.token_hex(4)}"
        missing = [name for name in kind.parameters if name not in inputs]
        if missing:
            raise ProviderError(f"missing required property '{missing[0]}'")
        return inputs

    def diff(self, resource: Resource, old: Json, new: Json) -> Difference:
        """Plan by the real provider's replacement rules."""
        return Difference(mapping.significant(_kind(resource), old, new))

    def create(self, resource: Resource, inputs: Json, *, preview: bool, timeout: float) -> State:
        """Create by PUT, after making sure that there is nothing yet."""
        kind = _kind(resource)
        if preview:
            return State("", self._planned(kind, inputs))
        arm_id = mapping.resource_id(kind, inputs, self._arm.subscription_id)
        if self._exists(kind, arm_id):
            raise ProviderError(f"cannot create already existing resource '{arm_id}'")
        answer = self._arm.put(arm_id, kind.api_version, mapping.to_arm(kind, inputs))
        return State(arm_id, mapping.to_outputs(kind, answer.body), inputs)

    def read(self, resource: Resource, outputs: Json, inputs: Json) -> State:
        """Refresh, or import where there are no inputs yet."""
        kind = _kind(resource)
        try:
            body = self._arm.get(resource.id, kind.api_version).body
        except ArmError as error:
            if error.status == 404:
                return State("")
            raise
        live = mapping.to_outputs(kind, body)
        if not inputs:
            return State(resource.id, live, mapping.to_inputs(kind, resource.id, live))
        return State(resource.id, live, mapping.merged_inputs(inputs, outputs, live))

    def update(self, resource: Resource, old: Json, inputs: Json, *, preview: bool, timeout: float) -> State:
        """Update by PUT."""
        kind = _kind(resource)
        if preview:
            return State(resource.id, {**old, **self._planned(kind, inputs)})
        answer = self._arm.put(resource.id, kind.api_version, mapping.to_arm(kind, inputs))
        return State(resource.id, mapping.to_outputs(kind, answer.body), inputs)

    def delete(self, resource: Resource, outputs: Json, *, timeout: float) -> None:
        """Delete."""
        self._arm.delete(resource.id, _kind(resource).api_version)

    def invoke(self, token: str, arguments: Json) -> Json:
        """Answer a function of the SDK."""
        return invoke(self._arm, token, arguments)

    def close(self) -> None:
        """Close the connections to Azure."""
        self._arm.close()

    def _exists(self, kind: ResourceType, arm_id: str) -> bool:
        try:
            self._arm.get(arm_id, kind.api_version)
        except ArmError as error:
            if error.status == 404:
                return False
            raise
        return True

    def _planned(self, kind: ResourceType, inputs: Json) -> Json:
        """What a preview knows: the inputs, and the name that Azure will give back."""
        own: Any = inputs.get(kind.parameters[-1], UNKNOWN)
        known = {key: value for key, value in inputs.items() if key not in kind.parameters}
        return {**known, "name": UNKNOWN if has_unknown(own) else own}


def _kind(resource: Resource) -> ResourceType:
    kind = RESOURCE_TYPES.get(resource.type)
    if kind is None:
        known = ", ".join(sorted(RESOURCE_TYPES))
        raise ProviderError(f"Local mode has no {resource.type}. It has: {known}.")
    return kind
