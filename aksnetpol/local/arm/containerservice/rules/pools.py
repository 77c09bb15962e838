"""Which agent pools AKS takes, alone (SHAPE) and in their cluster (FIT) (aks-facts, section 4)."""

import re
from dataclasses import dataclass

from aksnetpol.local.arm.containerservice.rules.rule import Rule, modelled
from aksnetpol.local.arm.containerservice.view import Cluster, Pool

_NAME = re.compile(r"[a-z][a-z0-9]{0,11}")


@dataclass(frozen=True)
class PoolInCluster:
    """A pool and the cluster that it joins.

    Args:
        cluster: the cluster, pools included.
        pool: the pool.
        npm_on_windows: whether the preview feature WindowsNetworkPolicyPreview is in effect.
    """

    cluster: Cluster
    pool: Pool
    npm_on_windows: bool


def _windows(pool: Pool, sku: str) -> bool:
    return pool.windows and pool.os_sku == sku


SHAPE: tuple[Rule[PoolInCluster], ...] = (
    Rule(
        "windows-pool-name",
        lambda s: s.pool.windows and len(s.pool.name) > 6,
        "WindowsAgentPoolNameTooLong",
        "Windows agent pool name can not be longer than 6 characters.",
        "jenkins-infra/azure#284, Azure/AKS#2929",
        "name",
    ),
    modelled(
        "pool-name",
        lambda s: _NAME.fullmatch(s.pool.name) is None,
        lambda s: f"Agent pool name '{s.pool.name}' must match ^[a-z][a-z0-9]{{0,11}}$.",
        "azure-rest-api-specs, managedClusters.json: AgentPoolNameParameter",
        "name",
    ),
    Rule(
        "system-pool-linux",
        lambda s: s.pool.mode == "System" and s.pool.windows,
        "SystemPoolMustBeLinux",
        lambda s: f"System node pool must be linux. Nodepool name: {s.pool.name}.",
        "kubernetes-sigs/cluster-api-provider-azure#1174",
        "agentPoolProfile.osType",
    ),
    Rule(
        "windows2019-version",
        lambda s: _windows(s.pool, "Windows2019") and s.cluster.version >= (1, 33),
        "Windows2019NotSupportedWithOrchestratorVersion",
        lambda s: (
            "Cannot create Windows2019 node pools with the current Kubernetes version "
            f'"{s.cluster.kubernetes_version}" because Windows2019 was deprecated after Kubernetes version '
            '"1.33.0". Please create Windows2022 node pools instead.'
        ),
        "Azure/azure-container-networking#3870",
        "properties.osSKU",
    ),
    modelled(
        "windows2022-version",
        lambda s: _windows(s.pool, "Windows2022") and s.cluster.version >= (1, 37),
        "Windows2022 node pools are not supported from Kubernetes 1.37 on.",
        "AKS docs, windows-server-2022-retirement",
        "properties.osSKU",
    ),
    modelled(
        "windows2025-version",
        lambda s: _windows(s.pool, "Windows2025") and s.cluster.version < (1, 32),
        "Windows2025 node pools need Kubernetes 1.32.",
        "AKS CHANGELOG 2026-05-29",
        "properties.osSKU",
    ),
    modelled(
        "windows2025-fips",
        lambda s: _windows(s.pool, "Windows2025") and not s.pool.fips,
        "Windows2025 node pools need enableFIPS.",
        "AKS docs, upgrade-windows-os",
        "properties.enableFIPS",
    ),
    modelled(
        "windows-annual-retired",
        lambda s: _windows(s.pool, "WindowsAnnual"),
        "Windows Annual Channel node pools cannot be created any more.",
        "AKS docs, retirement of 2026-05-15",
        "properties.osSKU",
    ),
    modelled(
        "os-sku-of-other-os",
        lambda s: s.pool.windows != s.pool.os_sku.startswith("Windows"),
        lambda s: f"osSKU {s.pool.os_sku} is invalid for osType {s.pool.os_type}.",
        "azure-cli, agentpool_decorator.py: OS SKU is invalid for Linux OS Type",
        "properties.osSKU",
    ),
    modelled(
        "max-pods",
        lambda s: not 10 <= s.pool.max_pods <= 250,
        "maxPods must be between 10 and 250.",
        "AKS docs, concepts-network-ip-address-planning",
        "properties.maxPods",
    ),
    modelled(
        "count",
        lambda s: not 0 <= s.pool.count <= 1000,
        "count must be between 0 and 1000.",
        "azure-cli, agentpool_decorator.py",
        "properties.count",
    ),
    modelled(
        "system-pool-count",
        lambda s: s.pool.mode == "System" and s.pool.count < 1,
        "A System agent pool needs at least one node.",
        "AKS docs, use-system-pools",
        "properties.count",
    ),
    modelled(
        "autoscaler-bounds",
        lambda s: s.pool.autoscaled and (s.pool.minimum is None or s.pool.maximum is None),
        "minCount and maxCount are needed when enableAutoScaling is true.",
        "azure-cli, agentpool_decorator.py",
        "properties.minCount",
    ),
    modelled(
        "autoscaler-order",
        lambda s: s.pool.autoscaled and (s.pool.minimum or 0) > (s.pool.maximum or 0),
        "minCount must not be greater than maxCount.",
        "azure-cli, agentpool_decorator.py",
        "properties.minCount",
    ),
)

FIT: tuple[Rule[PoolInCluster], ...] = (
    Rule(
        "windows-needs-azure-cni",
        lambda s: s.pool.windows and s.cluster.plugin != "azure",
        "AzureCNIOnlyForWindows",
        "Windows agent pools can only be added to AKS clusters using Azure-CNI.",
        "Azure/AKS#1076, Azure/AKS#2839",
        "networkProfile.networkPlugin",
    ),
    Rule(
        "windows-profile-missing",
        lambda s: s.pool.windows and not s.cluster.windows_profile,
        "WindowsProfileMissing",
        "Windows profile definition is missing for the cluster.",
        "Azure/AKS#2839",
        "windowsProfile",
    ),
    modelled(
        "windows-on-cilium",
        lambda s: s.pool.windows and s.cluster.dataplane == "cilium",
        "Windows agent pools are not supported with NetworkDataplane cilium.",
        "AKS docs, azure-cni-powered-by-cilium",
        "networkProfile.networkDataplane",
    ),
    modelled(
        "npm-windows-sku",
        lambda s: s.pool.windows and s.cluster.policy == "azure" and s.pool.os_sku != "Windows2022",
        "NetworkPolicy azure supports Windows2022 node pools only.",
        "AKS docs, use-network-policies",
        "properties.osSKU",
    ),
    modelled(
        "feature-not-registered",
        lambda s: s.pool.windows and s.cluster.policy == "azure" and not s.npm_on_windows,
        "NetworkPolicy azure on Windows node pools needs the feature "
        "Microsoft.ContainerService/WindowsNetworkPolicyPreview registered, and the provider registered "
        "after it.",
        "AKS docs, use-network-policies",
        "networkProfile.networkPolicy",
    ),
)
