"""What AKS refuses: requests and the answers that aks-facts (sections 2 to 4) say they get.

A row's id is the id of the emulator's rule, then, for further cases of one rule, "/" and what is special.
`$nodes`, `$pods` and `$tiny` in a request stand for ids of subnets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

POLICY = "networkProfile.networkPolicy"
PLUGIN = "networkProfile.networkPlugin"
MODE = "networkProfile.networkPluginMode"
DATAPLANE = "networkProfile.networkDataplane"
OUTBOUND = "networkProfile.outboundType"
SERVICE = "networkProfile.serviceCidr"
POD = "networkProfile.podCIDR"
DNS = "networkProfile.dnsServiceIP"
SUBNET = "agentPoolProfiles.vnetSubnetID"
USER = "windowsProfile.adminUsername"
PASSWORD = "windowsProfile.adminPassword"

PROPERTY = "PropertyChangeNotAllowed"
GOOD_PASSWORD = "Long-Enough-Password-1"
WINDOWS: Json = {"adminUsername": "azureuser", "adminPassword": GOOD_PASSWORD}


@dataclass(frozen=True)
class Row:
    """A request and its refusal.

    Args:
        id: see above.
        says: Azure's whole message where it is sourced, a part of it where it is modelled.
        target: path of the property.
        code: sourced; empty where the refusal is modelled: then BadRequest, with a subcode after the rule.
        subcode: where it is sourced too.
        live: name of a cluster in CLUSTERS that is there before; empty for the creation of a cluster.
        pool: name of the pool that the request is about; empty for the cluster.
        properties: what is sent; for a cluster merged over BASE or over nothing, for a pool over POOL.
    """

    id: str
    says: str
    target: str
    code: str = ""
    subcode: str = ""
    live: str = ""
    pool: str = ""
    properties: Json = field(default_factory=dict[str, Any])

    @property
    def rule(self) -> str:
        """The rule's id."""
        return self.id.partition("/")[0]

    @property
    def answer(self) -> tuple[str, str]:
        """Code and subcode."""
        if self.code:
            return self.code, self.subcode
        return "BadRequest", "Emu" + "".join(part.capitalize() for part in self.rule.split("-"))


def system(**more: Any) -> list[Json]:
    """The inline pools of a cluster: one, with some properties of its own."""
    return [{"name": "system", "mode": "System", "count": 2, "vmSize": "Standard_D4s_v5", **more}]


def network(plugin: str, **more: str) -> Json:
    """A cluster's properties that are about its network."""
    return {"networkProfile": {"networkPlugin": plugin, **more}}


def overlay(**more: str) -> Json:
    """The same for Azure CNI Overlay."""
    return network("azure", networkPluginMode="overlay", **more)


BASE: Json = {
    "dnsPrefix": "shop",
    "kubernetesVersion": "1.36",
    **network("azure"),
    "agentPoolProfiles": system(),
}
POOL: Json = {"count": 1, "vmSize": "Standard_D4s_v5", "mode": "User", "osType": "Linux"}
WINDOWS_POOL: Json = {"osType": "Windows", "osSKU": "Windows2022"}

# Clusters that are there before a request, by name: properties over BASE.
CLUSTERS: dict[str, Json] = {
    "none": {**network("azure", networkPolicy="none"), "windowsProfile": WINDOWS},
    "no-windows": network("azure", networkPolicy="none"),
    "npm": {**network("azure", networkPolicy="azure"), "windowsProfile": WINDOWS},
    "calico": network("azure", networkPolicy="calico"),
    "overlay": {**overlay(podCidr="10.244.0.0/16"), "windowsProfile": WINDOWS},
    "cilium": {**overlay(networkDataplane="cilium"), "windowsProfile": WINDOWS},
    "kubenet": network("kubenet", podCidr="10.244.0.0/16"),
    "kubenet-calico": network("kubenet", networkPolicy="calico"),
    "old": {"kubernetesVersion": "1.29", **network("azure", networkPolicy="none")},
    "v131": {"kubernetesVersion": "1.31", "windowsProfile": WINDOWS},
    "v133": {"kubernetesVersion": "1.33.1", "windowsProfile": WINDOWS},
    "v137": {"kubernetesVersion": "1.37", "windowsProfile": WINDOWS},
    "auto": {"nodeProvisioningProfile": {"mode": "Auto"}},
    "nat": network("azure", outboundType="managedNATGateway"),
    "pod-subnet": {"agentPoolProfiles": system(vnetSubnetID="$nodes", podSubnetID="$pods")},
}
# Pools that these have beside their system pool.
POOLS: dict[str, tuple[str, Json]] = {
    "none": ("win", {**POOL, **WINDOWS_POOL}),
    "overlay": ("win", {**POOL, **WINDOWS_POOL}),
}

NETWORK = [
    Row("overlay-kubenet", "NetworkPluginMode overlay is not supported with NetworkPlugin kubenet.", MODE,
        "UnsupportedNetworkPluginModeWithNetworkPlugin",
        properties=network("kubenet", networkPluginMode="overlay")),
    Row("overlay-without-azure-cni", "overlay is not supported", MODE,
        properties=network("none", networkPluginMode="overlay")),
    Row("cilium-without-azure-cni", "not supported with NetworkPlugin kubenet", DATAPLANE,
        properties=network("kubenet", networkDataplane="cilium")),
    Row("cilium-policy-needs-cilium-dataplane",
        "Network Policy cilium requires NetworkDataplane cilium", POLICY, "NetworkPolicyNotSupported",
        "NetworkPolicyCiliumRequiresCiliumDataplane", properties=network("azure", networkPolicy="cilium")),
    Row("cilium-dataplane-needs-cilium-policy",
        "Cilium dataplane requires network policy cilium.", POLICY, "BadRequest",
        "CiliumDataplaneRequiresNetworkPolicyCilium",
        properties=overlay(networkDataplane="cilium", networkPolicy="calico")),
    Row("azure-policy-on-kubenet", "NetworkPolicy azure is not supported for network plugin kubenet", POLICY,
        "NetworkPolicyAzureNotSupportedForKubenet", properties=network("kubenet", networkPolicy="azure")),
    Row("policy-without-plugin", "calico is not supported for network plugin none", POLICY,
        properties=network("none", networkPolicy="calico")),
    Row("windows-profile-needs-azure-cni",
        "Windows agent pools can only be added to AKS clusters using Azure-CNI.", PLUGIN,
        "AzureCNIOnlyForWindows", properties={**network("kubenet"), "windowsProfile": WINDOWS}),
    Row("outbound-needs-own-subnet", "userDefinedRouting needs a vnetSubnetID", OUTBOUND,
        properties=network("azure", outboundType="userDefinedRouting")),
    Row("managed-nat-with-own-subnet", "cannot be used with an existing subnet", OUTBOUND,
        properties={**network("azure", outboundType="managedNATGateway"),
                    "agentPoolProfiles": system(vnetSubnetID="$nodes")}),
    Row("kubenet-node-limit", "at most 400 nodes", "agentPoolProfiles.count",
        properties={**network("kubenet"), "agentPoolProfiles": system(count=401)}),
    Row("overlay-node-limit", "at most 5000 nodes", "agentPoolProfiles.count",
        properties={**overlay(podCidr="192.0.0.0/8"), "agentPoolProfiles": [
            {**pool, "name": f"p{number}"} for number in range(6) for pool in system(count=900)]}),
]  # fmt: skip

ADDRESSES = [
    Row("service-cidr-malformed", "'10.0.0.0/33' is not a valid", SERVICE,
        properties=network("azure", serviceCidr="10.0.0.0/33")),
    Row("pod-cidr-malformed", "'10.244.0.1/16' is not a valid", POD,
        properties=overlay(podCidr="10.244.0.1/16")),
    Row("dns-service-ip-malformed", "'10.0.0.256' is not a valid", DNS,
        properties=network("azure", dnsServiceIP="10.0.0.256")),
    Row("service-cidr-too-large", "must be smaller than /12", SERVICE,
        properties=network("azure", serviceCidr="10.0.0.0/12", dnsServiceIP="10.0.0.10")),
    Row("dns-service-ip-outside", "10.0.0.10 is not inside serviceCidr 10.2.0.0/24", DNS,
        properties=network("azure", serviceCidr="10.2.0.0/24", dnsServiceIP="10.0.0.10")),
    Row("dns-service-ip-network", "10.2.0.0 is the network address", DNS,
        properties=network("azure", serviceCidr="10.2.0.0/24", dnsServiceIP="10.2.0.0")),
    Row("dns-service-ip-first", "10.2.0.1 is the first address", DNS,
        properties=network("azure", serviceCidr="10.2.0.0/24", dnsServiceIP="10.2.0.1")),
    Row("reserved-service-cidr", "overlaps the reserved range 169.254.0.0/16", SERVICE,
        properties=network("azure", serviceCidr="169.254.1.0/24", dnsServiceIP="169.254.1.10")),
    Row("reserved-pod-cidr", "overlaps the reserved range 172.30.0.0/16", POD,
        properties=overlay(podCidr="172.16.0.0/12")),
    Row("service-cidr-overlaps-pod-cidr", "10.0.0.0/16 overlaps podCidr 10.0.0.0/8", SERVICE,
        properties=overlay(podCidr="10.0.0.0/8")),
    Row("service-cidr-overlaps-subnet",
        "The specified service CIDR 10.1.0.0/16 is conflicted with an existing subnet CIDR 10.1.0.0/24",
        SERVICE, "ServiceCidrOverlapExistingSubnetsCidr",
        properties={**network("azure", serviceCidr="10.1.0.0/16", dnsServiceIP="10.1.0.10"),
                    "agentPoolProfiles": system(vnetSubnetID="$nodes")}),
    Row("pod-cidr-overlaps-vnet",
        "NetworkProfile CIDR 10.1.128.0/17 overlaps with reserved VNET CIDR 10.1.0.0/16",
        POD, "NetworkProfileCIDROverlapVNET",
        properties={**overlay(podCidr="10.1.128.0/17"), "agentPoolProfiles": system(vnetSubnetID="$nodes")}),
    Row("subnet-missing", "does not exist", SUBNET,
        properties={"agentPoolProfiles": system(vnetSubnetID="$nodes-gone")}),
    Row("subnet-too-small",
        "Subnet tiny with address prefix 10.1.1.0/28 does not have enough capacity for 62 IP addresses.",
        SUBNET, properties={"agentPoolProfiles": system(vnetSubnetID="$tiny")}),
    Row("overlay-pod-cidr-too-small", "fewer /24 ranges than there are nodes", POD,
        properties={**overlay(podCidr="10.244.0.0/23"), "agentPoolProfiles": system(count=3)}),
]  # fmt: skip


def credentials(user: str = "azureuser", password: str = GOOD_PASSWORD) -> Json:
    """A cluster's properties with these Windows credentials."""
    return {"windowsProfile": {"adminUsername": user, "adminPassword": password}}


WINDOWS_CREDENTIALS = [
    Row("windows-user-length", "1 to 20 characters", USER, properties=credentials("a" * 21)),
    Row("windows-user-characters", "must not end in", USER, properties=credentials("azureuser.")),
    Row("windows-user-forbidden", "disallowed names", USER, properties=credentials("Administrator")),
    Row("windows-password-length",
        "Invalid adminPassword. Error: Length of password is invalid. Required length: [14, 123]. "
        "Minimum password length required by AKS for AzSecPack is longer. ",
        PASSWORD, "WindowsProfilePasswordInvalid", properties=credentials(password="Short-Pass-13")),
    Row("windows-password-length/124", "Required length: [14, 123]", PASSWORD,
        "WindowsProfilePasswordInvalid", properties=credentials(password="Aa1" + "x" * 121)),
    Row("windows-password-classes", "three of", PASSWORD,
        properties=credentials(password="only-lower-case-")),
]  # fmt: skip

POOL_ROWS = [
    Row("windows-pool-name", "Windows agent pool name can not be longer than 6 characters.", "name",
        "WindowsAgentPoolNameTooLong", live="none", pool="toolong", properties=WINDOWS_POOL),
    Row("pool-name", "'Work' must match", "name", live="none", pool="Work"),
    Row("pool-name/13", "'a234567890123' must match", "name", live="none", pool="a234567890123"),
    Row("system-pool-linux", "System node pool must be linux. Nodepool name: w.", "agentPoolProfile.osType",
        "SystemPoolMustBeLinux", live="none", pool="w", properties={**WINDOWS_POOL, "mode": "System"}),
    Row("windows2019-version",
        'Cannot create Windows2019 node pools with the current Kubernetes version "1.33.1" because '
        'Windows2019 was deprecated after Kubernetes version "1.33.0". Please create Windows2022 node pools '
        "instead.", "properties.osSKU", "Windows2019NotSupportedWithOrchestratorVersion", live="v133",
        pool="w", properties={"osType": "Windows", "osSKU": "Windows2019"}),
    Row("windows2022-version", "not supported from Kubernetes 1.37", "properties.osSKU", live="v137",
        pool="w", properties=WINDOWS_POOL),
    Row("windows2025-version", "need Kubernetes 1.32", "properties.osSKU", live="v131", pool="w",
        properties={"osType": "Windows", "osSKU": "Windows2025", "enableFIPS": True}),
    Row("windows2025-fips", "need enableFIPS", "properties.enableFIPS", live="none", pool="w",
        properties={"osType": "Windows", "osSKU": "Windows2025"}),
    Row("windows-annual-retired", "cannot be created any more", "properties.osSKU", live="none", pool="w",
        properties={"osType": "Windows", "osSKU": "WindowsAnnual"}),
    Row("os-sku-of-other-os", "osSKU Windows2022 is invalid for osType Linux", "properties.osSKU",
        live="none", pool="work", properties={"osSKU": "Windows2022"}),
    Row("max-pods", "between 10 and 250", "properties.maxPods", live="none", pool="work",
        properties={"maxPods": 9}),
    Row("max-pods/251", "between 10 and 250", "properties.maxPods", live="none", pool="work",
        properties={"maxPods": 251}),
    Row("count", "between 0 and 1000", "properties.count", live="none", pool="work",
        properties={"count": 1001}),
    Row("system-pool-count", "at least one node", "properties.count", live="none", pool="more",
        properties={"mode": "System", "count": 0}),
    Row("autoscaler-bounds", "minCount and maxCount are needed", "properties.minCount", live="none",
        pool="work", properties={"enableAutoScaling": True, "minCount": 1}),
    Row("autoscaler-order", "minCount must not be greater", "properties.minCount", live="none", pool="work",
        properties={"enableAutoScaling": True, "minCount": 3, "maxCount": 2}),
    Row("windows-needs-azure-cni", "Windows agent pools can only be added to AKS clusters using Azure-CNI.",
        PLUGIN, "AzureCNIOnlyForWindows", live="kubenet", pool="w", properties=WINDOWS_POOL),
    Row("windows-profile-missing", "Windows profile definition is missing for the cluster.", "windowsProfile",
        "WindowsProfileMissing", live="no-windows", pool="w", properties=WINDOWS_POOL),
    Row("windows-on-cilium", "not supported with NetworkDataplane cilium", DATAPLANE, live="cilium", pool="w",
        properties=WINDOWS_POOL),
    Row("npm-windows-sku", "supports Windows2022 node pools only", "properties.osSKU", live="npm", pool="w",
        properties={"osType": "Windows", "osSKU": "Windows2025", "enableFIPS": True}),
    Row("feature-not-registered", "WindowsNetworkPolicyPreview registered", POLICY, live="npm", pool="w",
        properties=WINDOWS_POOL),
]  # fmt: skip

CHANGES = [
    Row("plugin-fixed", "Changing property 'networkProfile.networkPlugin' is not allowed.", PLUGIN, PROPERTY,
        live="none", properties=network("kubenet")),
    Row("overlay-and-cilium-at-once", "in a single operation isn't supported", "networkProfile",
        live="no-windows", properties=overlay(networkDataplane="cilium", networkPolicy="cilium")),
    Row("kubenet-calico-to-overlay", "NetworkPolicy calico to Azure CNI Overlay", MODE, live="kubenet-calico",
        properties=overlay()),
    Row("overlay-with-policy",
        "Cannot update cluster to Azure CNI Overlay while using network policies with Azure CNI v1.", MODE,
        "ValidationError", live="calico", properties=overlay()),
    Row("overlay-from-pod-subnet", "pod subnets", MODE, live="pod-subnet", properties=overlay()),
    Row("cilium-update-windows", "while the cluster has Windows agent pools", DATAPLANE, live="none",
        properties=network("azure", networkDataplane="cilium", networkPolicy="cilium")),
    Row("cilium-update-auto-provisioning", "node auto-provisioning is on", DATAPLANE, live="auto",
        properties=network("azure", networkDataplane="cilium", networkPolicy="cilium")),
    Row("cilium-irreversible", "from cilium to azure", DATAPLANE, live="cilium",
        properties=network("azure", networkDataplane="azure", networkPolicy="azure")),
    Row("policy-swap-needs-none", "set it to none first", POLICY, live="calico",
        properties=network("azure", networkPolicy="azure")),
    Row("policy-change-version", "needs Kubernetes 1.30", POLICY, live="old",
        properties=network("azure", networkPolicy="calico")),
    Row("pod-cidr-fixed", "Changing property 'networkProfile.podCidr' is not allowed.",
        "networkProfile.podCidr", PROPERTY, live="kubenet",
        properties=network("kubenet", podCidr="10.240.0.0/12")),
    Row("pod-cidr-superset", "must contain the present one", "networkProfile.podCidr", live="overlay",
        properties=overlay(podCidr="10.245.0.0/16")),
    Row("pod-cidr-windows", "while the cluster has Windows agent pools", "networkProfile.podCidr",
        live="overlay", properties=overlay(podCidr="10.240.0.0/12")),
    Row("outbound-path", "from managedNATGateway to loadBalancer", OUTBOUND, live="nat",
        properties=network("azure", outboundType="loadBalancer")),
    Row("version-path", "from 1.36 to 1.34", "kubernetesVersion", live="none",
        properties={"kubernetesVersion": "1.34"}),
    Row("version-path/two-up", "from 1.29 to 1.31", "kubernetesVersion", live="old",
        properties={"kubernetesVersion": "1.31"}),
    Row("fixed/dnsPrefix", "Changing property 'dnsPrefix' is not allowed.", "dnsPrefix", PROPERTY,
        live="none", properties={"dnsPrefix": "other"}),
    Row("fixed/serviceCidr", "Changing property 'networkProfile.serviceCidr' is not allowed.", SERVICE,
        PROPERTY, live="none", properties=network("azure", serviceCidr="10.2.0.0/24")),
    Row("fixed/dnsServiceIP", "Changing property 'networkProfile.dnsServiceIP' is not allowed.", DNS,
        PROPERTY, live="none", properties=network("azure", dnsServiceIP="10.0.0.11")),
    Row("fixed/nodeResourceGroup", "Changing property 'nodeResourceGroup' is not allowed.",
        "nodeResourceGroup", PROPERTY, live="none", properties={"nodeResourceGroup": "other"}),
    Row("fixed/adminUsername", "Changing property 'windowsProfile.adminUsername' is not allowed.", USER,
        PROPERTY, live="none", properties=credentials("somebody")),
    Row("fixed/vmSize", "Changing property 'vmSize' is not allowed.", "vmSize", PROPERTY, live="none",
        pool="system", properties={"mode": "System", "vmSize": "Standard_D8s_v5"}),
    Row("new-pool",
        "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through "
        "managed cluster operations. For agent pool specific change, please use per agent pool operations: "
        "https://aka.ms/agent-pool-rest-api", "agentPoolProfiles", "BadRequest", live="none",
        properties={"agentPoolProfiles": [*system(), {"name": "more", **POOL}]}),
]  # fmt: skip

OTHER = [
    Row("version-not-supported", "1.20, which is not supported", "kubernetesVersion",
        properties={"kubernetesVersion": "1.20"}),
    Row("no-system-pool", "Must define at least one system pool.", "agentPoolProfiles",
        properties={"agentPoolProfiles": system(mode="User")}),
    Row("count-missing", "Required parameter properties.count is missing (null).", "properties.count",
        "InvalidParameter", live="none", pool="work",
        properties={"enableAutoScaling": True, "minCount": 1, "maxCount": 3, "count": None}),
    Row("unknown-value", "Allowed values: azure, kubenet, none", "properties.networkProfile.networkPlugin",
        properties=network("flannel")),
    Row("malformed", "must be a whole number", "properties.count", live="none", pool="work",
        properties={"count": "three"}),
]  # fmt: skip

ROWS = [*NETWORK, *ADDRESSES, *WINDOWS_CREDENTIALS, *POOL_ROWS, *CHANGES, *OTHER]
