"""Refusals about role assignments."""

from aksnetpol.local.arm.errors import ArmFault


def principal_not_found(principal: str, tenant: str) -> ArmFault:
    """Return the 400 for a principal that the directory does not know yet (Azure/avdaccelerator#76)."""
    message = (
        f"Principal {principal} does not exist in the directory {tenant}. Check that you have the correct "
        "principal ID. If you are creating this principal and then immediately assigning a role, this error "
        "might be related to a replication delay. In this case, set the role assignment principalType "
        "property to a value, such as ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype"
    )
    return ArmFault(400, "PrincipalNotFound", message)


def exists() -> ArmFault:
    """Return the 409 for a second assignment of the same role to the same principal."""
    return ArmFault(409, "RoleAssignmentExists", "The role assignment already exists.")


def update_not_permitted() -> ArmFault:
    """Return the 400 for changing principal, role or scope of an assignment."""
    message = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
    return ArmFault(400, "RoleAssignmentUpdateNotPermitted", message)


def bad_name(name: str) -> ArmFault:
    """Return the 400 for a name that is no GUID."""
    message = f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID."
    return ArmFault(400, "InvalidRoleAssignmentId", message)


def missing(field: str) -> ArmFault:
    """Return the 400 for a body without a required property."""
    return ArmFault(400, "InvalidRequestContent", f"The property '{field}' is required.", target=field)


def definition_not_found(name: str) -> ArmFault:
    """Return the 404 for an unknown role."""
    message = f"The specified role definition with ID '{name}' does not exist."
    return ArmFault(404, "RoleDefinitionDoesNotExist", message)


def assignment_not_found(name: str) -> ArmFault:
    """Return the 404 for an unknown assignment."""
    return ArmFault(404, "RoleAssignmentNotFound", f"The role assignment '{name}' is not found.")
