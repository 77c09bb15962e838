"""Refusals about preview features."""

from aksnetpol.local.arm.errors import ArmFaultError


def not_found(name: str) -> ArmFaultError:
    """Return the 404 for a feature that never was or is no preview any more (azure-docs#70599)."""
    return ArmFaultError(404, "FeatureNotFound", f"The feature '{name}' could not be found.")
