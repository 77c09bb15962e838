"""Refusals about subscriptions and regions."""

from aksnetpol.local.arm.errors import ArmFaultError


def subscription_not_found(subscription: str) -> ArmFaultError:
    """Return ARM's 404 for a subscription that the client cannot see."""
    return ArmFaultError(
        404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found."
    )
