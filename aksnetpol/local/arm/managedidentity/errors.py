"""Refusals about managed identities."""

from aksnetpol.local.arm.errors import ArmFault


def bad_name(name: str) -> ArmFault:
    """Return the 400 for a name outside Azure's naming rules."""
    return ArmFault(400, "BadRequest", f"The resource name '{name}' is invalid.")
