"""Operations that an engine had begun when it was killed: whether their resources exist is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aksnetpol.deploy.diagnostics import resource

_AZURE = "/subscriptions/{subscription}/resourceGroups/{resourceGroupName}"
_CONTAINER = _AZURE + "/providers/Microsoft.ContainerService/managedClusters"
_NETWORK = _AZURE + "/providers/Microsoft.Network/virtualNetworks"

# Resource IDs of what the components create in Azure (Azure REST API reference); there, creating a resource
# anew that exists fails, so it is imported. Kubernetes resources are applied, which is safe to repeat.
_IDS = {
    "azure-native:resources:ResourceGroup": _AZURE,
    "azure-native:containerservice:ManagedCluster": _CONTAINER + "/{resourceName}",
    "azure-native:containerservice:AgentPool": _CONTAINER + "/{resourceName}/agentPools/{agentPoolName}",
    "azure-native:managedidentity:UserAssignedIdentity": _AZURE
    + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
    "azure-native:network:VirtualNetwork": _NETWORK + "/{virtualNetworkName}",
    "azure-native:network:Subnet": _NETWORK + "/{virtualNetworkName}/subnets/{subnetName}",
    "azure-native:authorization:RoleAssignment": "/{scope}/providers/Microsoft.Authorization"
    "/roleAssignments/{roleAssignmentName}",
}


@dataclass(frozen=True)
class PendingOperation:
    """One unfinished operation.

    Args:
        kind: creating, updating, deleting, reading.
        resource: as it stands in the state.
    """

    kind: str
    resource: Mapping[str, Any]

    @property
    def urn(self) -> str:
        """Its resource's URN."""
        return self.resource["urn"]

    @property
    def type(self) -> str:
        """The resource's type token, without the module's API version."""
        token = self.urn.split("::")[2].rsplit("$", 1)[-1]
        package, module, name = token.split(":")
        return f"{package}:{module.split('/')[0]}:{name}"

    @property
    def label(self) -> str:
        """Type and name for messages."""
        return resource(self.urn)

    def resource_id(self, subscription: str) -> str | None:
        """Its ID in Azure, when type and inputs tell it."""
        template = _IDS.get(self.type)
        if template is None or not subscription:
            return None
        try:
            return template.format_map(
                {**(self.resource.get("inputs") or {}), "subscription": subscription}
            ).replace("//", "/")
        except KeyError:
            return None


def operations(deployment: Mapping[str, Any]) -> tuple[PendingOperation, ...]:
    """The unfinished operations of an exported stack."""
    raw = deployment.get("pending_operations") or ()
    return tuple(PendingOperation(one["type"], one["resource"]) for one in raw)


def settled(deployment: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """An exported stack without unfinished operations, for an import and a refresh after it.

    A creation whose ID is known is taken as done: the refresh then finds the resource, or misses it and drops
    it. The engine's own `refresh --import-pending-creates` forgets it instead, as of v3.259.0.

    Args:
        environment: for ARM_SUBSCRIPTION_ID.
    """
    subscription = environment.get("ARM_SUBSCRIPTION_ID", "")
    resources: list[Mapping[str, Any]] = list(deployment.get("resources", []))
    present = {one["urn"] for one in resources}
    for one in operations(deployment):
        identifier = one.resource_id(subscription) if one.kind == "creating" else None
        if identifier and one.urn not in present:
            resources.append({**one.resource, "id": identifier})
    return {**deployment, "resources": resources, "pending_operations": []}


def with_inputs_of(unfinished: tuple[PendingOperation, ...], deployment: Mapping[str, Any]) -> dict[str, Any]:
    """The stack after that refresh, with the inputs that the program gave.

    A refresh without earlier outputs takes every default of Azure for an input, and the next up would replace
    the resource to be rid of it.
    """
    inputs = {one.urn: one.resource.get("inputs") for one in unfinished if one.kind == "creating"}
    resources = [
        {**one, "inputs": inputs[one["urn"]]} if inputs.get(one["urn"]) else one
        for one in deployment.get("resources", [])
    ]
    return {**deployment, "resources": resources}
