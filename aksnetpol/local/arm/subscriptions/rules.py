"""Azure's public regions and how their names are read."""

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


def normal_location(location: str) -> str:
    """Return the canonical name: "West US 2" and "westus2" are the same region."""
    return location.replace(" ", "").lower()
