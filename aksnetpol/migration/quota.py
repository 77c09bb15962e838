"""Reads what surge nodes would take of a subscription's vCPU quota."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aksnetpol.azure import ArmError
from aksnetpol.azure.paging import items
from aksnetpol.engines.moves import LiveCluster

if TYPE_CHECKING:
    from aksnetpol.azure import ArmClient

_SKUS_API, _USAGE_API = "2021-07-01", "2024-07-01"


def with_quota(arm: "ArmClient", live: LiveCluster, location: str) -> LiveCluster:
    """Add vCPUs and VM family of the pools and what is left of the quotas; who may not read does without.

    Source: Azure REST API, Microsoft.Compute resource SKUs and usage.
    """
    compute = f"/subscriptions/{live.subscription_id}/providers/Microsoft.Compute"
    wanted = {one.vm_size.lower() for one in live.pools}
    try:
        listed = items(arm, f"{compute}/skus?$filter=location eq '{location}'", _SKUS_API)
        sizes = {
            str(sku["name"]).lower(): sku for sku in listed if str(sku.get("name", "")).lower() in wanted
        }
        usage = list(items(arm, f"{compute}/locations/{location}/usages", _USAGE_API))
    except ArmError:
        return live
    pools = tuple(
        replace(one, vcpus=_vcpus(sku), vm_family=str(sku.get("family", "")).lower())
        if (sku := sizes.get(one.vm_size.lower()))
        else one
        for one in live.pools
    )
    free = {str(one["name"]["value"]).lower(): int(one["limit"]) - int(one["currentValue"]) for one in usage}
    return replace(live, pools=pools, free_vcpus=free)


def _vcpus(sku: dict[str, Any]) -> int | None:
    found = (one["value"] for one in sku.get("capabilities") or () if one.get("name") == "vCPUs")
    return next((int(value) for value in found), None)
