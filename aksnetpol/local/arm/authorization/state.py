"""State of role assignments."""

from aksnetpol.local.arm.authorization import errors, rules
from aksnetpol.local.arm.clock import timestamp
from aksnetpol.local.arm.context import Context
from aksnetpol.local.arm.managedidentity.state import Identities
from aksnetpol.local.arm.store import Json, Resource, key_of

_TYPE = "Microsoft.Authorization/roleAssignments"
_DEFINITION_TYPE = "Microsoft.Authorization/roleDefinitions"
_REQUIRED = ("roleDefinitionId", "principalId")


class Roles:
    """Role assignments and definitions.

    Args:
        context: the emulator's parts.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def put(self, scope: str, name: str, body: Json) -> tuple[Resource, bool]:
        """Create an assignment; an equal one is returned as it is. The flag tells whether it is new.

        Raises:
            ArmFaultError: PrincipalNotFound, RoleAssignmentExists, RoleAssignmentUpdateNotPermitted ...
        """
        if rules.GUID.fullmatch(name) is None:
            raise errors.bad_name(name)
        sent = body.get("properties", {})
        for field in _REQUIRED:
            if not sent.get(field):
                raise errors.missing(f"properties.{field}")
        wanted = {key: sent[key] for key in (*_REQUIRED, "principalType", "description") if sent.get(key)}
        existing = self._context.store.get(_id(scope, name))
        if existing is not None:
            if _triple(existing.properties) != _triple(wanted):
                raise errors.update_not_permitted()
            return existing, False
        self._check(scope, wanted)
        now = timestamp(self._context.clock.now())
        defaults = {"principalType": "ServicePrincipal", "scope": f"/{scope.strip('/')}"}
        stamps = {"createdOn": now, "updatedOn": now, "createdBy": self._context.identity.object_id}
        properties: Json = {**defaults, **wanted, **stamps}
        return self._context.store.put(Resource(_id(scope, name), _TYPE, {"properties": properties})), True

    def find(self, scope: str, name: str) -> Resource:
        """Return an assignment.

        Raises:
            ArmFaultError: 404 RoleAssignmentNotFound.
        """
        assignment = self._context.store.get(_id(scope, name))
        if assignment is None:
            raise errors.assignment_not_found(name)
        return assignment

    def delete(self, scope: str, name: str) -> Resource | None:
        """Remove an assignment and return what it was."""
        existing = self._context.store.get(_id(scope, name))
        self._context.store.delete(_id(scope, name))
        return existing

    def visible(self, scope: str, expression: str) -> list[Json]:
        """Return the assignments at a scope and above it, and below it unless the filter is atScope()."""
        key, principal = key_of(scope), rules.principal_in(expression)
        only_above = "atscope()" in expression.lower()
        listed: list[Json] = []
        for assignment in self._context.store.of_type(_TYPE):
            at = key_of(assignment.properties["scope"])
            above = key == at or key.startswith(f"{at}/")
            below = at.startswith(f"{key}/") and not only_above
            if (above or below) and principal in (None, assignment.properties["principalId"].lower()):
                listed.append(assignment.document())
        return listed

    def definitions(self, scope: str, expression: str) -> list[Json]:
        """Return the built-in roles that a $filter asks for."""
        wanted = rules.named_in(expression)
        names = [name for name in rules.ROLES if wanted is None or name.lower() == wanted.lower()]
        return [_definition(scope, name) for name in names]

    def definition(self, scope: str, guid: str) -> Json:
        """Return one role.

        Raises:
            ArmFaultError: 404 RoleDefinitionDoesNotExist.
        """
        for name, known in rules.ROLES.items():
            if known == guid.lower():
                return _definition(scope, name)
        raise errors.definition_not_found(guid)

    def _check(self, scope: str, wanted: Json) -> None:
        self.definition(scope, wanted["roleDefinitionId"].rsplit("/", 1)[-1])
        principal = wanted["principalId"]
        # With a principalType Azure does not look the principal up (aks-facts, section 2).
        if "principalType" not in wanted and not self._knows(principal):
            raise errors.principal_not_found(principal, self._context.identity.tenant_id)
        for other in self._context.store.below(f"{scope}/providers/{_TYPE}", _TYPE):
            if _triple(other.properties) == _triple(wanted):
                raise errors.exists()

    def _knows(self, principal: str) -> bool:
        known = principal.lower() == self._context.identity.object_id
        return known or Identities(self._context).replicated(principal)


def _triple(properties: Json) -> tuple[str, str]:
    role = properties["roleDefinitionId"].rsplit("/", 1)[-1]
    return role.lower(), properties["principalId"].lower()


def _id(scope: str, name: str) -> str:
    return f"/{scope.strip('/')}/providers/{_TYPE}/{name}"


def _definition(scope: str, name: str) -> Json:
    guid = rules.ROLES[name]
    return {
        "id": f"/{scope.strip('/')}/providers/{_DEFINITION_TYPE}/{guid}",
        "name": guid,
        "type": _DEFINITION_TYPE,
        "properties": {"roleName": name, "type": "BuiltInRole", "assignableScopes": ["/"], "permissions": []},
    }
