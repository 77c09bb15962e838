"""Which network plugin, mode, engine and dataplane go together when a cluster is created."""

from aksnetpol.engines.model import Cluster, NetworkDataplane, NetworkPlugin, NetworkPolicy
from aksnetpol.engines.rule import ClusterRule

_MATRIX = "AKS docs, use-network-policies and azure-cni-powered-by-cilium"


def _cilium_engine_alone(c: Cluster) -> bool:
    return c.network_policy is NetworkPolicy.CILIUM and c.network_dataplane is not NetworkDataplane.CILIUM


def _cilium_dataplane_alone(c: Cluster) -> bool:
    return c.network_dataplane is NetworkDataplane.CILIUM and c.network_policy is not NetworkPolicy.CILIUM


def _cilium_without_azure_cni(c: Cluster) -> bool:
    return c.network_dataplane is NetworkDataplane.CILIUM and c.network_plugin is not NetworkPlugin.AZURE


COMBINATIONS = (
    ClusterRule(
        "cilium-needs-dataplane",
        "networkDataplane",
        _cilium_engine_alone,
        "The engine cilium needs the cilium dataplane; it is {c.network_dataplane}.",
        "Set networkDataplane to cilium, or networkPolicy to none, azure or calico.",
        "AKS error NetworkPolicyCiliumRequiresCiliumDataplane",
    ),
    ClusterRule(
        "dataplane-needs-cilium",
        "networkPolicy",
        _cilium_dataplane_alone,
        "The cilium dataplane needs the engine cilium; it is {c.network_policy}.",
        "Set networkPolicy to cilium, or networkDataplane to azure.",
        "AKS error CiliumDataplaneRequiresNetworkPolicyCilium",
    ),
    ClusterRule(
        "cilium-needs-azure-cni",
        "networkPlugin",
        _cilium_without_azure_cni,
        "The cilium dataplane needs Azure CNI; networkPlugin is {c.network_plugin}.",
        "Set networkPlugin to azure, best with networkPluginMode overlay.",
        _MATRIX,
    ),
    ClusterRule(
        "npm-needs-azure-cni",
        "networkPolicy",
        lambda c: c.network_policy is NetworkPolicy.AZURE and c.network_plugin is NetworkPlugin.KUBENET,
        "The engine azure (NPM) does not run on kubenet.",
        "Set networkPolicy to calico or none, or networkPlugin to azure.",
        "AKS error NetworkPolicyAzureNotSupportedForKubenet",
    ),
    ClusterRule(
        "overlay-needs-azure-cni",
        "networkPluginMode",
        lambda c: c.is_overlay and c.network_plugin is not NetworkPlugin.AZURE,
        "networkPluginMode overlay needs Azure CNI; networkPlugin is {c.network_plugin}.",
        "Set networkPlugin to azure, or leave networkPluginMode out.",
        "AKS error UnsupportedNetworkPluginModeWithNetworkPlugin",
    ),
    ClusterRule(
        "no-engine-without-plugin",
        "networkPolicy",
        lambda c: (
            c.network_plugin is NetworkPlugin.NONE
            and c.network_policy in (NetworkPolicy.AZURE, NetworkPolicy.CALICO)
        ),
        "With networkPlugin none you bring your own CNI and its engine; AKS installs no {c.network_policy}.",
        "Set networkPolicy to none, or networkPlugin to azure.",
        _MATRIX,
    ),
)
