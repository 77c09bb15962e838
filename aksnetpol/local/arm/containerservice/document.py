"""Reads request bodies: canonical enumerations, blank strings as absent, no read-only leaves, back-fill."""

from typing import Any

from aksnetpol.local.arm.containerservice import errors
from aksnetpol.local.arm.store import Json

# Leaves that clients send back as they read them; the service alone writes them.
_READ_ONLY = frozenset(
    {
        "provisioningState",
        "powerState",
        "fqdn",
        "privateFQDN",
        "azurePortalFQDN",
        "maxAgentPools",
        "currentKubernetesVersion",
        "currentOrchestratorVersion",
        "nodeImageVersion",
        "resourceUID",
        "eTag",
        "status",
        "identityProfile",
        "effectiveNoProxy",
        "effectiveOutboundIPs",
    }
)
# Replaced as a whole: their keys belong to the user, so a missing one was removed.
_USER_MAPS = frozenset({"tags", "nodeLabels", "userAssignedIdentities"})
# Read without regard to case (AKS CHANGELOG 2021-01-04); values from the enumerations of API 2026-08-01.
_ENUMS: dict[str, tuple[str, ...]] = {
    "networkPlugin": ("azure", "kubenet", "none"),
    "networkPluginMode": ("overlay",),
    "networkPolicy": ("none", "calico", "azure", "cilium"),
    "networkDataplane": ("azure", "cilium"),
    "networkMode": ("transparent", "bridge"),
    "loadBalancerSku": ("standard", "basic"),
    "outboundType": (
        "loadBalancer",
        "userDefinedRouting",
        "managedNATGateway",
        "managedNATGatewayV2",
        "userAssignedNATGateway",
        "none",
        "block",
    ),
    "mode": ("System", "User", "Gateway"),
    "osType": ("Linux", "Windows"),
    "osSKU": (
        "Ubuntu",
        "Ubuntu2204",
        "Ubuntu2404",
        "AzureLinux",
        "AzureLinux3",
        "CBLMariner",
        "Windows2019",
        "Windows2022",
        "Windows2025",
        "WindowsAnnual",
    ),
}


def normal(body: Json) -> Json:
    """Return a request body in canonical form.

    Raises:
        ArmFaultError: 400 for values outside an enumeration.
    """
    return _object(body, "")


def backfilled(sent: Json, live: Json) -> Json:
    """Return what a PUT means: what it leaves out keeps its value (azure-cli-extensions#6809).

    Args:
        sent: the canonical request.
        live: the resource as it is.
    """
    merged = dict(live)
    for key, value in sent.items():
        before = live.get(key)
        if key not in _USER_MAPS and isinstance(value, dict) and isinstance(before, dict):
            merged[key] = backfilled(value, before)
        else:
            merged[key] = value
    return merged


def text(source: Json, key: str, path: str) -> str:
    """Return a string of a request; "" where it is absent.

    Raises:
        ArmFaultError: 400 for another type.
    """
    value = source.get(key, "")
    if not isinstance(value, str):
        raise errors.malformed(f"{path}{key}", "a string")
    return value


def number(source: Json, key: str, path: str) -> int | None:
    """Return a whole number of a request, or None.

    Raises:
        ArmFaultError: 400 for another type.
    """
    value = source.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise errors.malformed(f"{path}{key}", "a whole number")


def section(source: Json, key: str) -> Json:
    """Return an object of a request; {} where it is absent.

    Raises:
        ArmFaultError: 400 for another type.
    """
    value = source.get(key) or {}
    if not isinstance(value, dict):
        raise errors.malformed(key, "an object")
    return value


def _object(source: Json, path: str) -> Json:
    result: Json = {}
    for key, value in source.items():
        if key in _READ_ONLY or value is None or value == "":
            continue
        result[key] = value if key in _USER_MAPS else _value(key, value, f"{path}{key}")
    return result


def _value(key: str, value: Any, path: str) -> Any:
    if isinstance(value, dict):
        return _object(value, f"{path}.")
    if isinstance(value, list):
        return [
            _object(item, f"{path}[{index}].") if isinstance(item, dict) else item
            for index, item in enumerate(value)
        ]
    allowed = _ENUMS.get(key)
    # Pod selectors and the like have no enumerations; `mode` also names other things elsewhere.
    if allowed is None or (key == "mode" and not _in_pool(path)):
        return value
    for canonical in allowed:
        if isinstance(value, str) and value.lower() == canonical.lower():
            return canonical
    raise errors.unknown_value(path, value, allowed)


def _in_pool(path: str) -> bool:
    return path == "properties.mode" or "agentPoolProfiles[" in path
