"""Operations that an engine had begun when it was killed: whether their resources exist is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
        urn: of its resource.
        inputs: of its resource.
    """

    kind: str
    urn: str
    inputs: Mapping[str, Any]

    @property
    def type(self) -> str:
        """The resource's type token, without the module's API version."""
        token = self.urn.split("::")[2].rsplit("$", 1)[-1]
        package, module, name = token.split(":")
        return f"{package}:{module.split('/')[0]}:{name}"

    @property
    def label(self) -> str:
        """Type and name for messages."""
        return f"{self.type.rsplit(':', 1)[-1]} {self.urn.split('::', 3)[3]}"

    def resource_id(self, subscription: str) -> str | None:
        """Its ID in Azure, when type and inputs tell it."""
        template = _IDS.get(self.type)
        if template is None:
            return None
        try:
            return template.format_map({**self.inputs, "subscription": subscription}).replace("//", "/")
        except KeyError:
            return None


def operations(deployment: Mapping[str, Any]) -> tuple[PendingOperation, ...]:
    """The unfinished operations of an exported stack."""
    raw = deployment.get("pending_operations") or ()
    return tuple(
        PendingOperation(one["type"], one["resource"]["urn"], one["resource"].get("inputs") or {})
        for one in raw
    )


def arguments(unfinished: tuple[PendingOperation, ...], environment: Mapping[str, str]) -> list[str]:
    """What a refresh is told about unfinished creations: the IDs to look for, and to forget the rest.

    Args:
        environment: for ARM_SUBSCRIPTION_ID.
    """
    subscription = environment.get("ARM_SUBSCRIPTION_ID", "")
    found: list[str] = []
    for one in unfinished:
        identifier = one.resource_id(subscription) if one.kind == "creating" and subscription else None
        if identifier:
            found += ["--import-pending-creates", one.urn, "--import-pending-creates", identifier]
    return [*found, "--clear-pending-creates"]
