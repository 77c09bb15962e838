"""Which Azure resources the stand-in knows: paths, API versions and what replaces them.

Sources: the pulumi_azure_native 3.29.0 SDK (API versions), and azure-native's
provider/pkg/gen/replacement.go (what replaces). Path parts always replace.
"""

from dataclasses import dataclass, field

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_CLUSTER = f"{_GROUP}/providers/Microsoft.ContainerService/managedClusters"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"

# Properties that stand beside `properties` in ARM's envelope.
ENVELOPE = frozenset(
    {"location", "tags", "sku", "identity", "extendedLocation", "kind", "zones", "managedBy"}
)

# Never inputs, wherever they stand; a refresh does not copy them into the program's inputs.
READ_ONLY = frozenset(
    {
        "azureApiVersion",
        "azurePortalFQDN",
        "backendPoolType",
        "createdBy",
        "createdOn",
        "currentKubernetesVersion",
        "currentOrchestratorVersion",
        "eTag",
        "effectiveOutboundIPs",
        "etag",
        "fqdn",
        "id",
        "maxAgentPools",
        "name",
        "nodeImageVersion",
        "powerState",
        "principalId",
        "privateFQDN",
        "provisioningState",
        "resourceGuid",
        "resourceUID",
        "status",
        "systemData",
        "type",
        "updatedBy",
        "updatedOn",
    }
)


@dataclass(frozen=True)
class ResourceType:
    """One Azure resource type.

    Args:
        path: its id, with the SDK's argument names as placeholders; the last is autonamed.
        flat: whether the SDK lifts ARM's `properties` to the top level.
        replaces: property paths whose change replaces the resource.
        named: whether Pulumi names it when the program does not.
    """

    token: str
    api_version: str
    path: str
    flat: bool = True
    replaces: frozenset[str] = field(default_factory=frozenset[str])
    named: bool = True

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the path's placeholders, without the subscription."""
        found = (part[1:-1] for part in self.path.split("/") if part.startswith("{"))
        return tuple(name for name in found if name != "subscriptionId")


_CLUSTER_REPLACES = frozenset(
    {
        "diskEncryptionSetID",
        "dnsPrefix",
        "fqdnSubdomain",
        "linuxProfile",
        "location",
        "nodeResourceGroup",
        "windowsProfile",
        "networkProfile.serviceCidr",
        "networkProfile.serviceCidrs",
        "networkProfile.dnsServiceIP",
        "networkProfile.networkMode",
        "networkProfile.networkPlugin",
        "networkProfile.networkPluginMode",
        "networkProfile.podCidr",
        "networkProfile.networkDataplane",
        "networkProfile.networkPolicy",
        "networkProfile.outboundType",
    }
)
_LOCATION = frozenset({"location"})

_ROWS = (
    ResourceType("resources:ResourceGroup", "2024-03-01", _GROUP, flat=False, replaces=_LOCATION),
    ResourceType(
        "containerservice:ManagedCluster",
        "2025-09-01",
        f"{_CLUSTER}/{{resourceName}}",
        replaces=_CLUSTER_REPLACES,
    ),
    ResourceType(
        "containerservice:AgentPool",
        "2025-09-01",
        f"{_CLUSTER}/{{resourceName}}/agentPools/{{agentPoolName}}",
        replaces=frozenset({"vmSize", "gpuInstanceProfile", "nodePublicIPTags"}),
    ),
    ResourceType(
        "network:VirtualNetwork",
        "2024-05-01",
        f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}",
        replaces=_LOCATION,
    ),
    ResourceType(
        "network:Subnet",
        "2024-05-01",
        f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}/subnets/{{subnetName}}",
    ),
    ResourceType(
        "managedidentity:UserAssignedIdentity",
        "2023-01-31",
        f"{_GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{{resourceName}}",
        replaces=_LOCATION,
    ),
    ResourceType(
        "authorization:RoleAssignment",
        "2022-04-01",
        "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        replaces=frozenset({"principalId"}),
    ),
    ResourceType(
        "features:SubscriptionFeatureRegistration",
        "2021-07-01",
        "/subscriptions/{subscriptionId}/providers/Microsoft.Features/featureProviders/{providerNamespace}"
        "/subscriptionFeatureRegistrations/{featureName}",
        flat=False,
        named=False,
    ),
)
RESOURCE_TYPES = {f"azure-native:{row.token}": row for row in _ROWS}
