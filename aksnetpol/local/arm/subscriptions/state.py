"""What there is to see of the tenant and the subscriptions; none of it changes."""

from aksnetpol.local.arm.settings import Identity
from aksnetpol.local.arm.store import Json
from aksnetpol.local.arm.subscriptions.rules import LOCATIONS


class Subscriptions:
    """The tenant and its subscriptions.

    Args:
        identity: names the tenant and the subscription to work in.
        readable: ids of the others.
    """

    def __init__(self, identity: Identity, readable: tuple[str, ...] = ()) -> None:
        self._identity = identity
        self._readable = readable

    def tenant(self) -> Json:
        """Return the tenant as ARM shows it."""
        tenant = self._identity.tenant_id
        return {"id": f"/tenants/{tenant}", "tenantId": tenant, "displayName": "aksnetpol local"}

    def subscriptions(self) -> list[Json]:
        """Return all that the client sees, the one to work in first."""
        return [self.subscription(one) for one in (self._identity.subscription_id, *self._readable)]

    def subscription(self, subscription: str) -> Json:
        """Return a subscription as ARM shows it."""
        own = subscription == self._identity.subscription_id
        number = 0 if own else self._readable.index(subscription) + 2
        return {
            "id": f"/subscriptions/{subscription}",
            "subscriptionId": subscription,
            "tenantId": self._identity.tenant_id,
            "displayName": "aksnetpol local" if own else f"aksnetpol local {number}",
            "state": "Enabled",
            "authorizationSource": "RoleBased",
            "subscriptionPolicies": {"spendingLimit": "Off"},
            "managedByTenants": [],
        }

    def locations(self, subscription: str) -> list[Json]:
        """Return Azure's regions, with the ids that a subscription gives them."""
        root = f"/subscriptions/{subscription}/locations"
        return [{"id": f"{root}/{name}", "name": name, "displayName": name} for name in LOCATIONS]
