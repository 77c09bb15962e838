"""A managed cluster's document: what of it Azure takes back, and a write that overwrites nobody else's."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aksnetpol.azure.aks import API_VERSION

if TYPE_CHECKING:
    from aksnetpol.azure import ArmClient

PATIENCE = 3 * 3600.0  # seconds; an engine change reimages every node
_READ_ONLY = frozenset(
    {
        "azurePortalFQDN",
        "currentKubernetesVersion",
        "eTag",
        "fqdn",
        "maxAgentPools",
        "powerState",
        "privateFQDN",
        "provisioningState",
        "resourceUID",
        "status",
    }
)

Json = Mapping[str, Any]


def write(client: "ArmClient", cluster_id: str, document: Json, body: Json) -> None:
    """Change a cluster, unless somebody else has changed it since `document` was read; wait for the end.

    Raises:
        ArmError: Azure refused; status 409 or 412 where the cluster is another by now.
        CloudError: Azure cannot be reached.
    """
    client.put(cluster_id, API_VERSION, body, timeout=PATIENCE, if_match=document.get("eTag"))


def cluster_body(document: Json, fields: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what to PUT: the cluster as it is, with some leaves of networkProfile changed."""
    fields = fields or {}
    properties = {key: value for key, value in document["properties"].items() if key not in _READ_ONLY}
    profile = {**properties.get("networkProfile", {}), **fields}
    if "podCidr" in fields:
        # Its plural would contradict it.
        profile.pop("podCidrs", None)
    own_keys = ("location", "extendedLocation", "tags", "sku", "kind")
    kept = {key: document[key] for key in own_keys if document.get(key) is not None}
    identity = document.get("identity")
    own = {"identity": _identity(identity)} if identity else {}
    return {**kept, **own, "properties": {**properties, "networkProfile": profile}}


def _identity(identity: Json) -> dict[str, Any]:
    """Return the part of an identity that can be written: Azure fills in principals and clients."""
    assigned = identity.get("userAssignedIdentities")
    given: Json = {"userAssignedIdentities": {key: {} for key in assigned}} if assigned else {}
    delegated = identity.get("delegatedResources")
    return {"type": identity["type"], **given, **({"delegatedResources": delegated} if delegated else {})}
