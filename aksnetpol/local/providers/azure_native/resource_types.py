"""Which Azure resources the stand-in knows: paths, API versions and what replaces them.

Sources: the pulumi_azure_native 3.29.0 SDK (API versions), and azure-native's provider/pkg/gen/replacement.go
(what replaces). Path parts always replace. What the properties are, `sdk` knows.
"""

from dataclasses import dataclass
from enum import Enum

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_CLUSTER = f"{_GROUP}/providers/Microsoft.ContainerService/managedClusters"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"

# Properties that stand beside `properties` in the envelope of a tracked resource.
TRACKED = frozenset({"location", "tags", "sku", "identity", "extendedLocation", "kind", "zones", "managedBy"})


class AutoName(Enum):
    """How a resource gets its name when the program gives none."""

    RANDOM = "random"
    GUID = "guid"
    NONE = "none"


@dataclass(frozen=True)
class ResourceType:
    """One Azure resource type.

    Args:
        token: module and name in the SDK.
        api_version: the SDK's default.
        path: its id, with the SDK's argument names as placeholders; the last is autonamed.
        replaces: property paths whose change replaces the resource.
        flat: whether the SDK lifts ARM's `properties` to the top level.
        envelope: properties beside ARM's `properties`.
        nested: lists whose items are resources, with `properties` of their own.
        children: of these, the lists that resources of their own may fill; kept where a program says nothing.
        named: how it is named without the program.
    """

    token: str
    api_version: str
    path: str
    replaces: frozenset[str] = frozenset()
    flat: bool = True
    envelope: frozenset[str] = TRACKED
    nested: frozenset[str] = frozenset()
    children: tuple[str, ...] = ()
    named: AutoName = AutoName.RANDOM

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
_NO_ENVELOPE: frozenset[str] = frozenset()

_ROWS = (
    ResourceType("resources:ResourceGroup", "2024-03-01", _GROUP, _LOCATION, flat=False),
    ResourceType(
        "containerservice:ManagedCluster", "2025-09-01", f"{_CLUSTER}/{{resourceName}}", _CLUSTER_REPLACES
    ),
    ResourceType(
        "containerservice:AgentPool",
        "2025-09-01",
        f"{_CLUSTER}/{{resourceName}}/agentPools/{{agentPoolName}}",
        frozenset({"vmSize", "gpuInstanceProfile", "networkProfile.nodePublicIPTags"}),
        envelope=_NO_ENVELOPE,
    ),
    ResourceType(
        "network:VirtualNetwork",
        "2024-05-01",
        f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}",
        _LOCATION,
        nested=frozenset({"subnets", "delegations"}),
        children=("subnets",),
    ),
    ResourceType(
        "network:Subnet",
        "2024-05-01",
        f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}/subnets/{{subnetName}}",
        envelope=frozenset({"name"}),
        nested=frozenset({"delegations"}),
    ),
    ResourceType(
        "network:NetworkSecurityGroup",
        "2024-05-01",
        f"{_NETWORK}/networkSecurityGroups/{{networkSecurityGroupName}}",
        nested=frozenset({"securityRules"}),
        children=("securityRules",),
    ),
    ResourceType(
        "network:RouteTable",
        "2024-05-01",
        f"{_NETWORK}/routeTables/{{routeTableName}}",
        nested=frozenset({"routes"}),
        children=("routes",),
    ),
    ResourceType(
        "managedidentity:UserAssignedIdentity",
        "2023-01-31",
        f"{_GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{{resourceName}}",
    ),
    ResourceType(
        "authorization:RoleAssignment",
        "2022-04-01",
        "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        frozenset({"principalId"}),
        envelope=_NO_ENVELOPE,
        named=AutoName.GUID,
    ),
    ResourceType(
        "features:SubscriptionFeatureRegistration",
        "2021-07-01",
        "/subscriptions/{subscriptionId}/providers/Microsoft.Features/featureProviders/{providerNamespace}"
        "/subscriptionFeatureRegistrations/{featureName}",
        flat=False,
        named=AutoName.NONE,
    ),
    ResourceType(
        "operationalinsights:Workspace",
        "2023-09-01",
        f"{_GROUP}/providers/Microsoft.OperationalInsights/workspaces/{{workspaceName}}",
        envelope=TRACKED - {"sku"},
    ),
)
RESOURCE_TYPES = {f"azure-native:{row.token}": row for row in _ROWS}
