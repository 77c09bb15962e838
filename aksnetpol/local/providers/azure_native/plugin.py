"""The stand-in of azure-native: resources become ARM calls; it holds no state of its own."""

from collections.abc import Mapping
from typing import Any

from aksnetpol.azure import ArmClient, ArmError, OperationError
from aksnetpol.local.providers.azure_native import mapping, sdk
from aksnetpol.local.providers.azure_native.diff import CREATE_BEFORE_DELETE, difference
from aksnetpol.local.providers.azure_native.invokes import invoke
from aksnetpol.local.providers.azure_native.resource_types import RESOURCE_TYPES, AutoName, ResourceType
from aksnetpol.local.providers.errors import PartialError, ProviderError
from aksnetpol.local.providers.naming import Naming
from aksnetpol.local.providers.plugin import Difference, Resource, State
from aksnetpol.local.providers.wire import UNKNOWN, Json, has_unknown

_TIMEOUT = 7200.0  # seconds; azure-native's own default
_STABLE = ("name", "location")  # known in the preview of an update, as nothing changes them in place
_GROUP = RESOURCE_TYPES["azure-native:resources:ResourceGroup"]


class AzureNative:
    """One instance of the azure-native provider.

    Args:
        arm: Azure Resource Manager, shared with other instances.
        configuration: of the provider; `location` is the default of resources without one.
    """

    def __init__(self, arm: ArmClient, configuration: Mapping[str, Any]) -> None:
        self._arm = arm
        self._configuration = configuration

    def check(self, resource: Resource, old: Json, new: Json, naming: Naming) -> Json:
        """Name and place the resource where the program does not, as the real provider does."""
        kind = _kind(resource)
        inputs = {**new, **_name(kind, resource, old, new, naming)}
        if "location" not in inputs and "location" in sdk.properties(sdk.input_type(kind.token)):
            location = self._default_location(old, inputs)
            if location is None:
                raise ProviderError(
                    "missing required property 'location'. Either set it explicitly or configure it with "
                    "'pulumi config set azure-native:location <value>'."
                )
            inputs["location"] = location
        missing = [name for name in kind.parameters if name not in inputs]
        if missing:
            raise ProviderError(f"missing required property '{missing[0]}'")
        return {"azureApiVersion": kind.api_version, **inputs}

    def diff(self, resource: Resource, old: State, new: Json) -> Difference:
        """Plan by the real provider's replacement rules."""
        return difference(_kind(resource), old, new)

    def create(self, resource: Resource, inputs: Json, *, preview: bool, timeout: float | None) -> State:
        """Create by PUT, after making sure that there is nothing yet."""
        kind = _kind(resource)
        if preview:
            return State("", _planned(kind, inputs, {}))
        arm_id = mapping.resource_id(kind, inputs, self._subscription)
        if self._live(kind, arm_id) is not None:
            raise ProviderError(f"cannot create already existing resource '{arm_id}'")
        document = mapping.to_arm(kind, inputs)
        for name in kind.children:
            document["properties"].setdefault(name, [])
        return self._written(kind, arm_id, inputs, document, timeout)

    def read(self, resource: Resource, outputs: Json, inputs: Json) -> State:
        """Refresh, or import where there are no inputs yet."""
        kind = _kind(resource)
        document = self._live(kind, resource.id)
        if document is None:
            return State("")
        live = mapping.to_outputs(kind, document)
        if not inputs:
            return State(resource.id, live, mapping.to_inputs(kind, resource.id, live))
        return State(resource.id, live, mapping.merged_inputs(kind, inputs, outputs, live))

    def update(
        self, resource: Resource, old: State, inputs: Json, *, preview: bool, timeout: float | None
    ) -> State:
        """Update by PUT, or by PATCH where identities are taken away."""
        kind = _kind(resource)
        if preview:
            return State(resource.id, _planned(kind, inputs, old.outputs))
        arm_id = mapping.resource_id(kind, inputs, self._subscription)
        document = mapping.to_arm(kind, inputs, old.inputs)
        unset = [name for name in kind.children if name not in document["properties"]]
        live = (self._live(kind, arm_id) or {}).get("properties", {}) if unset else {}
        document.get("properties", {}).update({name: live[name] for name in unset if name in live})
        return self._written(kind, arm_id, inputs, document, timeout)

    def delete(self, resource: Resource, outputs: Json, *, timeout: float | None) -> None:
        """Delete."""
        self._arm.delete(resource.id, _kind(resource).api_version, timeout=timeout or _TIMEOUT)

    def invoke(self, token: str, arguments: Json) -> Json:
        """Answer a function of the SDK."""
        return invoke(self._arm, self._subscription, token, arguments)

    def cancel(self) -> None:
        """Let operations end: they take seconds here, and what they make is then in the state."""

    @property
    def _subscription(self) -> str:
        return str(self._configuration.get("subscriptionId") or self._arm.subscription_id)

    def _default_location(self, old: Json, inputs: Json) -> Any:
        found: Any = old.get("location") or self._configuration.get("location")
        group = inputs.get("resourceGroupName")
        if found or group is None:
            return found
        if has_unknown(group):
            return UNKNOWN
        live = self._live(_GROUP, mapping.resource_id(_GROUP, inputs, self._subscription))
        return live and live.get("location")

    def _live(self, kind: ResourceType, arm_id: str) -> Json | None:
        try:
            return self._arm.get(arm_id, kind.api_version).body
        except ArmError as error:
            if error.status == 404:
                return None
            raise

    def _written(
        self, kind: ResourceType, arm_id: str, inputs: Json, document: Json, timeout: float | None
    ) -> State:
        send = self._arm.patch if mapping.removes_identities(document) else self._arm.put
        try:
            body = send(arm_id, kind.api_version, document, timeout=timeout or _TIMEOUT).body
        except OperationError as error:
            made = self._live(kind, arm_id)
            if made is None:
                raise
            state = State(made.get("id", arm_id), mapping.to_outputs(kind, made), inputs)
            raise PartialError(str(error), state) from error
        return State(body.get("id", arm_id), mapping.to_outputs(kind, body), inputs)


def _name(kind: ResourceType, resource: Resource, old: Json, new: Json, naming: Naming) -> Json:
    key = kind.parameters[-1]
    if key in new or kind.named is AutoName.NONE:
        return {}
    if key in old:
        kept = {CREATE_BEFORE_DELETE: True} if old.get(CREATE_BEFORE_DELETE) else {}
        return {key: old[key], **kept}
    if not naming.allowed:
        return {}
    name = naming.guid() if kind.named is AutoName.GUID else naming.random(resource.name)
    return {key: name, CREATE_BEFORE_DELETE: True}


def _planned(kind: ResourceType, inputs: Json, old: Json) -> Json:
    """What a preview knows of the outputs."""
    kept = {name: old[name] for name in _STABLE if name in old}
    return {**sdk.planned(sdk.output_type(kind.token), inputs), **kept}


def _kind(resource: Resource) -> ResourceType:
    kind = RESOURCE_TYPES.get(resource.type)
    if kind is None:
        known = ", ".join(sorted(RESOURCE_TYPES))
        raise ProviderError(f"Local mode has no {resource.type}. It has: {known}.")
    return kind
