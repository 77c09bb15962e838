"""State of managed identities; each is a principal that roles can be assigned to."""

import uuid
from dataclasses import replace

from aksnetpol.local.arm.clock import instant, timestamp
from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.managedidentity import errors, rules
from aksnetpol.local.arm.store import Json, Resource
from aksnetpol.local.arm.subscriptions.rules import normal_location

TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities"
# A fresh principal is unknown to other services for a while (aks-facts: PrincipalNotFound).
_REPLICATION_SECONDS = 30.0


class Identities:
    """Managed identities.

    Args:
        context: the emulator's parts.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def put(self, resource_id: str, body: Json) -> tuple[Resource, bool]:
        """Create or update an identity; the flag tells whether it is new."""
        existing = self._context.store.get(resource_id)
        known = existing or self._fresh(resource_id)
        fresh: Json = {**known.body, "location": normal_location(body["location"])}
        if body.get("tags") is not None:
            fresh["tags"] = body["tags"]
        return self._context.store.put(replace(known, body=fresh)), existing is None

    def find(self, resource_id: str) -> Resource | None:
        """Return an identity or None."""
        return self._context.store.get(resource_id)

    def below(self, scope: str) -> list[Json]:
        """Return the identities below a scope as ARM shows them."""
        return [resource.document() for resource in self._context.store.below(scope, TYPE)]

    def delete(self, resource_id: str) -> bool:
        """Remove an identity; tell whether there was one."""
        existed = self.find(resource_id) is not None
        self._context.store.delete(resource_id)
        return existed

    def replicated(self, principal: str) -> bool:
        """Tell whether a principal is one of these, and known to the directory by now."""
        now = self._context.clock.now()
        return any(
            resource.properties["principalId"] == principal.lower()
            and instant(resource.private["replicated"]) <= now
            for resource in self._context.store.of_type(TYPE)
        )

    def _fresh(self, resource_id: str) -> Resource:
        name = resource_id.rsplit("/", 1)[-1]
        if not rules.valid_name(name):
            raise errors.bad_name(name)
        properties = {
            "tenantId": self._context.identity.tenant_id,
            "principalId": str(uuid.uuid4()),
            "clientId": str(uuid.uuid4()),
        }
        private = {"replicated": timestamp(self._context.clock.after(_REPLICATION_SECONDS))}
        return Resource(resource_id, TYPE, {"properties": properties}, private)
