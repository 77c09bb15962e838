"""A preview feature of Azure that must be registered before a cluster can use it."""

import os
from typing import NotRequired, TypedDict

import pulumi
from pulumi import Input, Output
from pulumi_azure_native import authorization

from aksnetpol_components.component import Component
from aksnetpol_components.feature_registration import FeatureRegistration


class PreviewFeatureArgs(TypedDict):
    """Which feature, and how long to wait."""

    feature: Input[str]
    """Name, for example "WindowsNetworkPolicyPreview"."""
    namespace: NotRequired[Input[str]]
    """Resource provider, "Microsoft.ContainerService" by default."""
    subscription_id: NotRequired[Input[str]]
    """Subscription; the one that azure-native uses by default."""
    timeout_minutes: NotRequired[int]
    """Minutes to wait for Registered, 30 by default."""
    unregister_on_delete: NotRequired[bool]
    """Unregister when deleted; false by default, because it hits everyone in the subscription."""


class PreviewFeature(Component):
    """Registers a preview feature, waits for Registered, registers its resource provider again."""

    state: Output[str]
    """"Registered"; whatever uses it waits for the registration."""

    def __init__(
        self, name: str, args: PreviewFeatureArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, opts)
        minutes = args.get("timeout_minutes", 30)
        registration = FeatureRegistration(
            name,
            subscription_id=args["subscription_id"] if "subscription_id" in args else _subscription(self),
            namespace=args.get("namespace", "Microsoft.ContainerService"),
            feature=args["feature"],
            timeout=minutes * 60,
            opts=self.child(
                retain_on_delete=not args.get("unregister_on_delete", False),
                custom_timeouts=pulumi.CustomTimeouts(create=f"{2 * minutes + 5}m"),
            ),
        )
        self.state = registration.state
        self.finish()


def _subscription(parent: pulumi.Resource) -> Input[str]:
    """Return the subscription that azure-native deploys to: from its config, environment or login."""
    known = pulumi.Config("azure-native").get("subscriptionId") or os.environ.get("ARM_SUBSCRIPTION_ID")
    if known:
        return known
    client = authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=parent))
    return client.subscription_id
