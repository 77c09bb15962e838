"""Refusals about role assignments."""

from aksnetpol.local.arm.errors import ArmFaultError


def principal_not_found(principal: str, tenant: str) -> ArmFaultError:
    """Return the 400 for a principal that the directory does not know yet (Azure/avdaccelerator#76)."""
    message = (
        f"Principal {principal} does not exist in the directory {tenant}. Check that you have the correct "
        "principal ID. If you are creating this principal and then immediately assigning a role, this error "
        "might be related to a replication delay. In this case, set the role assignment principalType "
        "property to a value, such as ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype"
    )
    return ArmFaultError(400, "PrincipalNotFound", message)


def exists() -> ArmFaultError:
    """Return the 409 for a second assignment of the same role to the same principal."""
    return ArmFaultError(409, "RoleAssignmentExists", "The role assignment already exists.")


def update_not_permitted() -> ArmFaultError:
    """Return the 400 for changing principal, role or scope of an assignment."""
    message = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
    return ArmFaultError(400, "RoleAssignmentUpdateNotPermitted", message)


def bad_name(name: str) -> ArmFaultError:
    """Return the 400 for a name that is no GUID."""
    message = f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID."
    return ArmFaultError(400, "InvalidRoleAssignmentId", message)


def missing(field: str) -> ArmFaultError:
    """Return the 400 for a body without a required property."""
    return ArmFaultError(400, "InvalidRequestContent", f"The property '{field}' is required.", target=field)


def definition_not_found(name: str) -> ArmFaultError:
    """Return the 404 for an unknown role."""
    message = f"The specified role definition with ID '{name}' does not exist."
    return ArmFaultError(404, "RoleDefinitionDoesNotExist", message)


def assignment_not_found(name: str) -> ArmFaultError:
    """Return the 404 for an unknown assignment."""
    return ArmFaultError(404, "RoleAssignmentNotFound", f"The role assignment '{name}' is not found.")
