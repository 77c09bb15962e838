"""Refusals about preview features."""

from aksnetpol.local.arm.errors import ArmFault


def not_found(name: str) -> ArmFault:
    """Return the 404 for a feature that never was or is no preview any more (azure-docs#70599)."""
    return ArmFault(404, "FeatureNotFound", f"The feature '{name}' could not be found.")
