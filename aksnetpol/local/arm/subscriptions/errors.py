"""Refusals about subscriptions and regions."""

from aksnetpol.local.arm.errors import ArmFaultError


def subscription_not_found(subscription: str) -> ArmFaultError:
    """Return ARM's 404 for a subscription that the client cannot see."""
    return ArmFaultError(
        404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found."
    )


def not_authorized(client: str, action: str, scope: str) -> ArmFaultError:
    """Return ARM's 403 for what no role of the client allows (Microsoft Learn, RBAC troubleshooting)."""
    message = (
        f"The client '{client}' with object id '{client}' does not have authorization to perform action "
        f"'{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please "
        "refresh your credentials."
    )
    return ArmFaultError(403, "AuthorizationFailed", message)
