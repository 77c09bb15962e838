"""What can be registered, and which resources lists show."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Namespace:
    """A resource provider.

    Args:
        name: its namespace.
        types: resource types that the emulator serves.
        always: whether Azure registers it for every subscription.
    """

    name: str
    types: tuple[str, ...]
    always: bool = False


NAMESPACES = (
    Namespace("Microsoft.Authorization", ("roleAssignments", "roleDefinitions"), always=True),
    Namespace("Microsoft.ContainerService", ("managedClusters", "managedClusters/agentPools")),
    Namespace("Microsoft.Features", ("features", "subscriptionFeatureRegistrations"), always=True),
    Namespace("Microsoft.ManagedIdentity", ("userAssignedIdentities",)),
    Namespace(
        "Microsoft.Network",
        ("virtualNetworks", "networkSecurityGroups", "routeTables", "natGateways", "publicIPAddresses"),
    ),
    Namespace("Microsoft.OperationalInsights", ("workspaces",)),
    Namespace("Microsoft.Resources", ("resourceGroups", "subscriptions"), always=True),
)

# Seconds that (un)registration takes in Azure, as seen by az users: "may take a few minutes".
REGISTRATION_SECONDS = 120.0

_TOP_LEVEL = re.compile(r"subscriptions/[^/]+/resourcegroups/[^/]+/providers/[^/]+/[^/]+/[^/]+")
_FILTER = re.compile(r"(resourceType|name) eq '([^']*)'", re.IGNORECASE)


def namespace(name: str) -> Namespace | None:
    """Return the provider of this name, in any case."""
    return next((row for row in NAMESPACES if row.name.lower() == name.lower()), None)


def is_top_level(key: str) -> bool:
    """Tell whether a key is of a resource that lists of all resources show: no child resources."""
    return _TOP_LEVEL.fullmatch(key) is not None


def filters(expression: str) -> dict[str, str]:
    """Return the equalities of a $filter that lists of resources know (resourceType, name)."""
    return {name.lower(): value.lower() for name, value in _FILTER.findall(expression)}
