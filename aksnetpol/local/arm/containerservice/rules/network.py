"""Which combinations of plugin, mode, dataplane and policy engine AKS takes (aks-facts, section 3)."""

from aksnetpol.local.arm.containerservice.rules.rule import Rule, modelled
from aksnetpol.local.arm.containerservice.view import Cluster

_POLICY = "networkProfile.networkPolicy"
_DATAPLANE = "networkProfile.networkDataplane"
_OUTBOUND = "networkProfile.outboundType"
_BYO_SUBNET = ("userDefinedRouting", "userAssignedNATGateway")

RULES: tuple[Rule[Cluster], ...] = (
    Rule(
        "overlay-kubenet",
        lambda c: c.mode == "overlay" and c.plugin == "kubenet",
        "UnsupportedNetworkPluginModeWithNetworkPlugin",
        "NetworkPluginMode overlay is not supported with NetworkPlugin kubenet.",
        "Azure/AKS#5662",
        "networkProfile.networkPluginMode",
    ),
    modelled(
        "overlay-without-azure-cni",
        lambda c: c.mode == "overlay" and c.plugin != "azure",
        "NetworkPluginMode overlay is not supported with NetworkPlugin none.",
        "AKS docs, azure-cni-overlay",
        "networkProfile.networkPluginMode",
    ),
    modelled(
        "cilium-without-azure-cni",
        lambda c: c.dataplane == "cilium" and c.plugin != "azure",
        lambda c: f"NetworkDataplane cilium is not supported with NetworkPlugin {c.plugin}.",
        "AKS docs, azure-cni-powered-by-cilium",
        _DATAPLANE,
    ),
    Rule(
        "cilium-policy-needs-cilium-dataplane",
        lambda c: c.policy == "cilium" and c.dataplane != "cilium",
        "NetworkPolicyNotSupported",
        "Network Policy cilium requires NetworkDataplane cilium",
        "AdminTurnedDevOps/DevOps-The-Hard-Way-Azure#1",
        _POLICY,
        "NetworkPolicyCiliumRequiresCiliumDataplane",
    ),
    Rule(
        "cilium-dataplane-needs-cilium-policy",
        lambda c: c.dataplane == "cilium" and c.policy != "cilium",
        "BadRequest",
        "Cilium dataplane requires network policy cilium.",
        "Azure/AKS-Construction#535, Azure/bicep-registry-modules#3361",
        _POLICY,
        "CiliumDataplaneRequiresNetworkPolicyCilium",
    ),
    Rule(
        "azure-policy-on-kubenet",
        lambda c: c.policy == "azure" and c.plugin == "kubenet",
        "NetworkPolicyAzureNotSupportedForKubenet",
        "NetworkPolicy azure is not supported for network plugin kubenet",
        "coder/docs#1091",
        _POLICY,
    ),
    modelled(
        "policy-without-plugin",
        lambda c: c.plugin == "none" and c.policy not in ("", "none"),
        lambda c: f"NetworkPolicy {c.policy} is not supported for network plugin none.",
        "AKS docs, use-byo-cni",
        _POLICY,
    ),
    Rule(
        "windows-profile-needs-azure-cni",
        lambda c: c.windows_profile and c.plugin != "azure",
        "AzureCNIOnlyForWindows",
        "Windows agent pools can only be added to AKS clusters using Azure-CNI.",
        "Azure/AKS#1076, Azure/AKS#2839",
        "networkProfile.networkPlugin",
    ),
    modelled(
        "outbound-needs-own-subnet",
        lambda c: c.outbound in _BYO_SUBNET and not all(pool.subnet for pool in c.pools),
        lambda c: f"OutboundType {c.outbound} needs a vnetSubnetID on every agent pool.",
        "AKS docs, egress-outboundtype",
        _OUTBOUND,
    ),
    modelled(
        "managed-nat-with-own-subnet",
        lambda c: c.outbound == "managedNATGateway" and any(pool.subnet for pool in c.pools),
        "OutboundType managedNATGateway cannot be used with an existing subnet.",
        "AKS docs, egress-outboundtype",
        _OUTBOUND,
    ),
    modelled(
        "kubenet-node-limit",
        lambda c: c.plugin == "kubenet" and sum(pool.most_nodes for pool in c.pools) > 400,
        "A kubenet cluster can have at most 400 nodes.",
        "AKS docs, configure-kubenet",
        "agentPoolProfiles.count",
    ),
    modelled(
        "overlay-node-limit",
        lambda c: c.mode == "overlay" and sum(pool.most_nodes for pool in c.pools) > 5000,
        "A cluster can have at most 5000 nodes.",
        "AKS docs, concepts-network-azure-cni-overlay",
        "agentPoolProfiles.count",
    ),
)
