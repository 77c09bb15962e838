"""Refusals about managed identities."""

from aksnetpol.local.arm.errors import ArmFaultError


def bad_name(name: str) -> ArmFaultError:
    """Return the 400 for a name outside Azure's naming rules."""
    return ArmFaultError(400, "BadRequest", f"The resource name '{name}' is invalid.")
