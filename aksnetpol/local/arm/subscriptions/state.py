"""What there is to see of the tenant and the subscription; none of it changes."""

from aksnetpol.local.arm.settings import Identity
from aksnetpol.local.arm.store import Json
from aksnetpol.local.arm.subscriptions.rules import LOCATIONS


class Subscriptions:
    """The tenant and its subscription."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def tenant(self) -> Json:
        """Return the tenant as ARM shows it."""
        tenant = self._identity.tenant_id
        return {"id": f"/tenants/{tenant}", "tenantId": tenant, "displayName": "aksnetpol local"}

    def subscription(self) -> Json:
        """Return the subscription as ARM shows it."""
        subscription = self._identity.subscription_id
        return {
            "id": f"/subscriptions/{subscription}",
            "subscriptionId": subscription,
            "tenantId": self._identity.tenant_id,
            "displayName": "aksnetpol local",
            "state": "Enabled",
            "authorizationSource": "RoleBased",
            "subscriptionPolicies": {"spendingLimit": "Off"},
            "managedByTenants": [],
        }

    def locations(self) -> list[Json]:
        """Return Azure's regions."""
        root = f"/subscriptions/{self._identity.subscription_id}/locations"
        return [{"id": f"{root}/{name}", "name": name, "displayName": name} for name in LOCATIONS]
