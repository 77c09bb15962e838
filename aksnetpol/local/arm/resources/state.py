"""State of resource groups and of provider registrations."""

from dataclasses import replace

from aksnetpol.local.arm.clock import instant, timestamp
from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.operations import Operation, Plan
from aksnetpol.local.arm.resources import errors, rules
from aksnetpol.local.arm.store import Json, Resource
from aksnetpol.local.arm.subscriptions.rules import normal_location
from aksnetpol.local.arm.transition import Transition

GROUP_TYPE = "Microsoft.Resources/resourceGroups"
_PROVIDER_TYPE = "Microsoft.Resources/providers"
_DELETE_SECONDS = 60.0
# Listed by `resources`: what a client sees of a resource without asking its provider.
_OUTLINE = ("location", "tags", "sku", "kind", "identity", "managedBy")


class Groups:
    """Resource groups.

    Args:
        context: the emulator's parts.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._root = f"/subscriptions/{context.identity.subscription_id}"

    def group_id(self, name: str) -> str:
        """Return the id of a group."""
        return f"{self._root}/resourceGroups/{name}"

    def every(self) -> list[Json]:
        """Return all groups as ARM shows them."""
        return [group.document() for group in self._context.store.of_type(GROUP_TYPE)]

    def find(self, name: str) -> Resource | None:
        """Return a group or None."""
        return self._context.store.get(self.group_id(name))

    def get(self, name: str) -> Resource:
        """Return a group.

        Raises:
            ArmFaultError: 404 ResourceGroupNotFound.
        """
        group = self.find(name)
        if group is None:
            raise errors.group_not_found(name)
        return group

    def open(self, name: str) -> Resource:
        """Return a group that takes writes.

        Raises:
            ArmFaultError: 404 ResourceGroupNotFound, 409 ResourceGroupBeingDeleted.
        """
        group = self.get(name)
        if group.properties["provisioningState"] == "Deleting":
            raise errors.group_being_deleted(group.name)
        return group

    def put(self, name: str, body: Json) -> tuple[Resource, bool]:
        """Create or update a group; the flag tells whether it is new."""
        existing = self.find(name)
        location = normal_location(body["location"])
        if existing is not None:
            self.open(name)
            if existing.body["location"] != location:
                raise errors.group_moved(existing.name, existing.body["location"], location)
        known = existing or Resource(self.group_id(name), GROUP_TYPE, {})
        fresh: Json = {"location": location, "properties": {"provisioningState": "Succeeded"}}
        for key in ("tags", "managedBy"):
            if body.get(key) is not None:
                fresh[key] = body[key]
        return self._context.store.put(replace(known, body=fresh)), existing is None

    def patch(self, name: str, body: Json) -> Resource:
        """Change the tags of a group."""
        group = self.open(name)
        changed = {**group.body, **({"tags": body["tags"]} if "tags" in body else {})}
        return self._context.store.put(replace(group, body=changed))

    def delete(self, name: str) -> Operation:
        """Start the deletion of a group and of everything in it; what runs there is pre-empted."""
        group = self.open(name)
        for running in self._context.operations.running(group.id):
            self._context.operations.cancel(running)
        operation = self._context.operations.begin(
            Plan(
                name="Deleting",
                state="Deleting",
                root=group.id,
                provider="Microsoft.Resources",
                location=group.body["location"],
                subscription=self._context.identity.subscription_id,
                seconds=_DELETE_SECONDS,
                touched=(group.id,),
                removes=True,
                work="stop-clusters",
            )
        )
        self._context.workers.submit(operation)
        return operation

    def contents(self, scope: str, expression: str) -> list[Json]:
        """Return the outlines of all top-level resources below a scope that a $filter lets through."""
        wanted = rules.filters(expression)
        listed: list[Json] = []
        for resource in self._context.store.below(scope):
            outline = {key: resource.body[key] for key in _OUTLINE if key in resource.body}
            document: Json = {"id": resource.id, "name": resource.name, "type": resource.type, **outline}
            kept = wanted.get("resourcetype", resource.type.lower()) == resource.type.lower()
            named = wanted.get("name", resource.name.lower()) == resource.name.lower()
            if rules.is_top_level(resource.key) and kept and named:
                listed.append(document)
        return listed


class Providers:
    """Registrations of resource providers.

    Args:
        context: the emulator's parts.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._root = f"/subscriptions/{context.identity.subscription_id}/providers"

    def every(self) -> list[Json]:
        """Return all providers."""
        return [self.get(row.name) for row in rules.NAMESPACES]

    def get(self, name: str) -> Json:
        """Return a provider as ARM shows it.

        Raises:
            ArmFaultError: 404 InvalidResourceNamespace.
        """
        row = self._row(name)
        types: list[Json] = [{"resourceType": item, "locations": [], "apiVersions": []} for item in row.types]
        return {
            "id": f"{self._root}/{row.name}",
            "namespace": row.name,
            "registrationPolicy": "RegistrationFree" if row.always else "RegistrationRequired",
            "registrationState": self.state(row.name),
            "resourceTypes": types,
        }

    def register(self, name: str) -> Json:
        """Start the registration; on a registered one, pass on features registered since."""
        row = self._row(name)
        self._begin(row, "Registering", "Registered")
        return self.get(row.name)

    def unregister(self, name: str) -> Json:
        """Start the end of the registration."""
        row = self._row(name)
        if not row.always:
            self._begin(row, "Unregistering", "Unregistered")
        return self.get(row.name)

    def state(self, name: str) -> str:
        """Return the registration state now."""
        row = self._row(name)
        record = self._record(row)
        if row.always:
            return "Registered"
        if record is None:
            fresh = {item.lower() for item in self._context.settings.unregistered_providers}
            return "NotRegistered" if row.name.lower() in fresh else "Registered"
        return Transition.load(record.private["transition"]).state(self._context.clock.now())

    def usable(self, name: str) -> bool:
        """Tell whether the provider's resources may be written; unknown namespaces are no one's business."""
        if rules.namespace(name) is None:
            return True
        return self.state(name) in ("Registered", "Registering")

    def knows(self, name: str, since: str) -> bool:
        """Tell whether the provider has been registered again since an ARM timestamp.

        Only then a registered feature reaches it (az, message of `az feature register`).
        """
        record = self._record(self._row(name))
        return record is not None and instant(record.private["asked"]) >= instant(since)

    def _begin(self, row: rules.Namespace, before: str, after: str) -> None:
        settled = self.state(row.name) == after
        clock = self._context.clock
        due = clock.now() if settled else clock.after(rules.REGISTRATION_SECONDS)
        transition = Transition(before, after, due).dump()
        private: Json = {"transition": transition, "asked": timestamp(clock.now())}
        self._context.store.put(Resource(f"{self._root}/{row.name}", _PROVIDER_TYPE, {}, private))

    def _record(self, row: rules.Namespace) -> Resource | None:
        return self._context.store.get(f"{self._root}/{row.name}")

    def _row(self, name: str) -> rules.Namespace:
        row = rules.namespace(name)
        if row is None:
            raise errors.unknown_namespace(name)
        return row
