"""State of feature registrations: NotRegistered -> Registering -> Registered or Pending, by the clock."""

from aksnetpol.local.arm.clock import timestamp
from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.features import errors, rules
from aksnetpol.local.arm.resources.state import Providers
from aksnetpol.local.arm.store import Json, Resource
from aksnetpol.local.arm.transition import Transition

_TYPE = "Microsoft.Features/featureProviders/subscriptionFeatureRegistrations"


class Features:
    """Registrations of preview features.

    Args:
        context: the emulator's parts.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._root = f"/subscriptions/{context.identity.subscription_id}/providers/Microsoft.Features"

    def legacy(self, namespace: str, name: str) -> Json:
        """Return a feature as `az feature show` reads it.

        Raises:
            ArmFaultError: 404 for an unknown feature.
        """
        row = self._row(namespace, name)
        return {
            "id": f"{self._root}/providers/{row.namespace}/features/{row.name}",
            "name": f"{row.namespace}/{row.name}",
            "type": "Microsoft.Features/providers/features",
            "properties": {"state": self.state(row)},
        }

    def registration(self, namespace: str, name: str) -> Json:
        """Return a feature as a subscriptionFeatureRegistration."""
        row = self._row(namespace, name)
        record = self._record(row)
        closed = row.name.lower() in {item.lower() for item in self._context.settings.closed_features}
        properties: Json = {
            "tenantId": self._context.identity.tenant_id,
            "subscriptionId": self._context.identity.subscription_id,
            "featureName": row.name,
            "providerNamespace": row.namespace,
            "approvalType": "ApprovalRequired" if closed else "AutoApproval",
            "state": self.state(row),
        }
        if record is not None:
            properties["registrationDate"] = record.private["asked"]
        return {"id": self._id(row), "name": row.name, "type": _TYPE, "properties": properties}

    def every(self, namespace: str | None = None) -> list[Json]:
        """Return the features of a provider, or all, in the legacy shape."""
        rows = [row for row in rules.FEATURES if namespace in (None, row.namespace.lower())]
        return [self.legacy(row.namespace, row.name) for row in rows]

    def register(self, namespace: str, name: str) -> None:
        """Start a registration; on a registered feature, nothing.

        Raises:
            ArmFaultError: 404 for an unknown feature.
        """
        row = self._row(namespace, name)
        if self.state(row) in ("Registering", "Registered", "Pending"):
            return
        closed = {item.lower() for item in self._context.settings.closed_features}
        self._begin(row, "Registering", "Pending" if row.name.lower() in closed else "Registered")

    def unregister(self, namespace: str, name: str) -> None:
        """Start the end of a registration."""
        row = self._row(namespace, name)
        if self.state(row) not in ("NotRegistered", "Unregistering", "Unregistered"):
            self._begin(row, "Unregistering", "Unregistered")

    def state(self, row: rules.Feature) -> str:
        """Return the registration state now."""
        record = self._record(row)
        if record is None:
            return "NotRegistered"
        return Transition.load(record.private["transition"]).state(self._context.clock.now())

    def effective(self, namespace: str, name: str) -> bool:
        """Tell whether the resource provider acts on the feature: Registered, then the provider again."""
        row = rules.feature(namespace, name)
        if row is None or self.state(row) != "Registered":
            return False
        record = self._record(row)
        if record is None:
            return False
        return Providers(self._context).knows(row.namespace, record.private["transition"]["due"])

    def _begin(self, row: rules.Feature, before: str, after: str) -> None:
        clock = self._context.clock
        transition = Transition(before, after, clock.after(rules.REGISTRATION_SECONDS)).dump()
        private: Json = {"transition": transition, "asked": timestamp(clock.now())}
        self._context.store.put(Resource(self._id(row), _TYPE, {}, private))

    def _record(self, row: rules.Feature) -> Resource | None:
        return self._context.store.get(self._id(row))

    def _id(self, row: rules.Feature) -> str:
        return f"{self._root}/featureProviders/{row.namespace}/subscriptionFeatureRegistrations/{row.name}"

    @staticmethod
    def _row(namespace: str, name: str) -> rules.Feature:
        row = rules.feature(namespace, name)
        if row is None:
            raise errors.not_found(name)
        return row
