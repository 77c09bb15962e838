"""The functions of azure-native that the stand-in answers."""

from aksnetpol.azure import ArmClient
from aksnetpol.local.providers.azure_native.resource_types import RESOURCE_TYPES
from aksnetpol.local.providers.errors import ProviderError
from aksnetpol.local.providers.wire import Json, secret

_CLIENT = "azure-native:authorization:getClientConfig"
_CLUSTER = RESOURCE_TYPES["azure-native:containerservice:ManagedCluster"]
_CREDENTIALS = {
    "azure-native:containerservice:listManagedClusterUserCredentials": "listClusterUserCredential",
    "azure-native:containerservice:listManagedClusterAdminCredentials": "listClusterAdminCredential",
}
_QUERY = {"serverFqdn": "server-fqdn", "format": "format"}


def invoke(arm: ArmClient, subscription: str, token: str, arguments: Json) -> Json:
    """Answer one function.

    Args:
        token: such as azure-native:containerservice:listManagedClusterUserCredentials.

    Raises:
        ProviderError: the stand-in does not have it.
        ArmError: Azure refused.
    """
    if token == _CLIENT:
        claims = arm.claims()
        return {
            "clientId": claims.get("appid", ""),
            "objectId": claims.get("oid", ""),
            "subscriptionId": subscription,
            "tenantId": claims.get("tid", ""),
        }
    action = _CREDENTIALS.get(token)
    if action is None:
        known = ", ".join(sorted([*_CREDENTIALS, _CLIENT]))
        raise ProviderError(f"Local mode has no function {token}. It has: {known}.")
    path = _CLUSTER.path.format_map({"subscriptionId": subscription, **arguments})
    query = "&".join(f"{name}={arguments[key]}" for key, name in _QUERY.items() if arguments.get(key))
    answer = arm.post(f"{path}/{action}{'?' if query else ''}{query}", _CLUSTER.api_version).body
    return {"kubeconfigs": secret(answer.get("kubeconfigs", []))}
