"""Azure's public regions, how their names are read, and what the role in further subscriptions allows."""

import re

# Microsoft Learn, "List of Azure regions" (public regions with AKS).
_PUBLIC = """
    australiacentral australiaeast australiasoutheast austriaeast belgiumcentral brazilsouth canadacentral
    canadaeast centralindia centralus chilecentral eastasia eastus eastus2 francecentral germanywestcentral
    indonesiacentral israelcentral italynorth japaneast japanwest koreacentral koreasouth malaysiawest
    mexicocentral newzealandnorth northcentralus northeurope norwayeast polandcentral qatarcentral
    southafricanorth southcentralus southeastasia southindia spaincentral swedencentral switzerlandnorth
    uaenorth uksouth ukwest westcentralus westeurope westindia westus westus2 westus3
"""
LOCATIONS = tuple(_PUBLIC.split())


_PLACEHOLDER = re.compile(r"\{[^}]+\}")
_VERBS = {"GET": "read", "HEAD": "read", "POST": "action", "DELETE": "delete"}
# All that the client may do in a subscription that it does not work in.
READER_ACTIONS = frozenset(
    {
        "Microsoft.Resources/subscriptions/read",
        "Microsoft.Resources/subscriptions/locations/read",
        "Microsoft.ContainerService/managedClusters/read",
        "Microsoft.ContainerService/managedClusters/agentPools/read",
    }
)


def action(method: str, pattern: str) -> str:
    """Return the action that a role must allow for a request, as role definitions spell it.

    Args:
        method: upper case.
        pattern: the path of its route.
    """
    scope, found, typed = pattern.rpartition("/providers/")
    path = typed if found else f"Microsoft.Resources{scope or typed}"
    segments = [part for part in path.split("/") if part and not _PLACEHOLDER.fullmatch(part)]
    return "/".join((*segments, _VERBS.get(method, "write")))


def normal_location(location: str) -> str:
    """Return the canonical name: "West US 2" and "westus2" are the same region."""
    return location.replace(" ", "").lower()
