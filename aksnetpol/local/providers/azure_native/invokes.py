"""The functions of azure-native that the stand-in answers."""

from aksnetpol.azure import ArmClient
from aksnetpol.local.providers.azure_native.resource_types import RESOURCE_TYPES
from aksnetpol.local.providers.errors import ProviderError
from aksnetpol.local.providers.wire import Json

_CLUSTER = RESOURCE_TYPES["azure-native:containerservice:ManagedCluster"]
_CREDENTIALS = {
    "azure-native:containerservice:listManagedClusterUserCredentials": "listClusterUserCredential",
    "azure-native:containerservice:listManagedClusterAdminCredentials": "listClusterAdminCredential",
}


def invoke(arm: ArmClient, token: str, arguments: Json) -> Json:
    """Answer one function.

    Args:
        token: such as azure-native:containerservice:listManagedClusterUserCredentials.

    Raises:
        ProviderError: the stand-in does not have it.
        ArmError: Azure refused.
    """
    if token == "azure-native:authorization:getClientConfig":
        return {"clientId": "", "objectId": "", "tenantId": "", "subscriptionId": arm.subscription_id}
    action = _CREDENTIALS.get(token)
    if action is None:
        known = ", ".join(sorted([*_CREDENTIALS, "azure-native:authorization:getClientConfig"]))
        raise ProviderError(f"Local mode has no function {token}. It has: {known}.")
    values = {"subscriptionId": arm.subscription_id, **arguments}
    return arm.post(f"{_CLUSTER.path.format_map(values)}/{action}", _CLUSTER.api_version).body
