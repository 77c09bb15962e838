"""Which preview features there are, and how their registration moves."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Feature:
    """A preview feature that subscriptions can register.

    Args:
        namespace: the resource provider it belongs to.
        name: its flag.
        source: where it is documented.
    """

    namespace: str
    name: str
    source: str


FEATURES = (
    Feature(
        "Microsoft.ContainerService",
        "WindowsNetworkPolicyPreview",
        "AKS docs, use-network-policies: register the WindowsNetworkPolicyPreview feature flag",
    ),
    Feature(
        "Microsoft.ContainerService",
        "KubeProxyConfigurationPreview",
        "AKS docs, configure-kube-proxy",
    ),
    Feature(
        "Microsoft.ContainerService",
        "IMDSRestrictionPreview",
        "AKS docs, imds-restriction",
    ),
)

# "It takes a few minutes for the status to show Registered" (AKS docs, use-network-policies).
REGISTRATION_SECONDS = 180.0


def feature(namespace: str, name: str) -> Feature | None:
    """Return the feature, names in any case, or None."""
    wanted = (namespace.lower(), name.lower())
    return next((row for row in FEATURES if (row.namespace.lower(), row.name.lower()) == wanted), None)
