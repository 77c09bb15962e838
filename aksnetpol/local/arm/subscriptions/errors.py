"""Refusals about subscriptions and regions."""

from aksnetpol.local.arm.errors import ArmFault


def subscription_not_found(subscription: str) -> ArmFault:
    """Return ARM's 404 for a subscription that the client cannot see."""
    return ArmFault(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")
