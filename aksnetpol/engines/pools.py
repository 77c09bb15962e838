"""Rules on node pools: names, operating systems, images, sizes."""

import re

from aksnetpol.engines.model import (
    Cluster,
    NetworkDataplane,
    NetworkPlugin,
    NetworkPolicy,
    NodePool,
    OsSku,
    OsType,
    PoolMode,
)
from aksnetpol.engines.rule import ClusterRule, PoolRule
from aksnetpol.findings import Severity

_NAME = re.compile(r"[a-z][a-z0-9]*")
_WINDOWS_NAME, _LINUX_NAME = 6, 12
_WINDOWS = "AKS docs, windows-best-practices and quick-windows-container-deploy-cli"
_POOLS = "AKS docs, create-node-pools and use-system-pools"
_AUTOSCALER = "Azure CLI 2.91, acs/agentpool_decorator.py"


def _windows(pool: NodePool) -> bool:
    return pool.os_type is OsType.WINDOWS


def _at_least(c: Cluster, minor: int) -> bool:
    return c.minor_version is not None and c.minor_version >= (1, minor)


def _below(c: Cluster, minor: int) -> bool:
    return c.minor_version is not None and c.minor_version < (1, minor)


def _bounds_missing(p: NodePool) -> bool:
    return p.enable_auto_scaling and (p.min_count is None or p.max_count is None)


def _outside_bounds(p: NodePool) -> bool:
    if not p.enable_auto_scaling or p.min_count is None or p.max_count is None:
        return False
    return p.min_count <= p.max_count and not p.min_count <= p.count <= p.max_count


POOLS = (
    PoolRule(
        "pool-name-pattern",
        "name",
        lambda _, p: _NAME.fullmatch(p.name) is None,
        "{p.name!r} is no name of a node pool.",
        "Use lower-case letters and digits, a letter first.",
        "AKS REST API, agentPoolName",
    ),
    PoolRule(
        "pool-name-linux",
        "name",
        lambda _, p: not _windows(p) and len(p.name) > _LINUX_NAME,
        "The name {p.name!r} is longer than 12 characters.",
        "Shorten it to at most 12 characters.",
        "AKS REST API, agentPoolName",
    ),
    PoolRule(
        "pool-name-windows",
        "name",
        lambda _, p: _windows(p) and len(p.name) > _WINDOWS_NAME,
        "The name {p.name!r} is longer than 6 characters, the limit of a Windows pool.",
        "Shorten it to at most 6 characters, such as npwin.",
        "AKS error WindowsAgentPoolNameTooLong",
    ),
    PoolRule(
        "system-pool-linux",
        "mode",
        lambda _, p: _windows(p) and p.mode is PoolMode.SYSTEM,
        "A Windows pool cannot be a system pool.",
        "Set mode to User.",
        "AKS error SystemPoolMustBeLinux",
    ),
    PoolRule(
        "sku-missing",
        "osSku",
        lambda _, p: p.os_sku is None and _windows(p),
        "A Windows pool needs its image named: AKS's default changes with the Kubernetes version.",
        "Set osSku to Windows2022 or Windows2025.",
        _WINDOWS,
    ),
    PoolRule(
        "sku-os",
        "osSku",
        lambda _, p: p.os_sku is not None and p.os_sku.os_type is not p.os_type,
        "The image {p.os_sku} does not run {p.os_type}.",
        "Linux: Ubuntu, Ubuntu2204, Ubuntu2404, AzureLinux, AzureLinux3. "
        "Windows: Windows2019, Windows2022, Windows2025.",
        "Azure CLI 2.91, acs/_validators.py",
    ),
    PoolRule(
        "windows-2019-version",
        "osSku",
        lambda c, p: p.os_sku is OsSku.WINDOWS_2019 and _at_least(c, 33),
        "Windows2019 does not run on Kubernetes {c.kubernetes_version}; 1.32 was the last.",
        "Set osSku to Windows2022 or Windows2025.",
        "AKS error Windows2019NotSupportedWithOrchestratorVersion",
    ),
    PoolRule(
        "windows-2019-default",
        "osSku",
        lambda c, p: p.os_sku is OsSku.WINDOWS_2019 and c.kubernetes_version is None,
        "Windows2019 does not run on Azure's default version of Kubernetes; 1.32 was the last.",
        "Set osSku to Windows2022 or Windows2025.",
        "AKS error Windows2019NotSupportedWithOrchestratorVersion",
    ),
    PoolRule(
        "windows-2022-version",
        "osSku",
        lambda c, p: p.os_sku is OsSku.WINDOWS_2022 and _at_least(c, 37),
        "Windows2022 does not run on Kubernetes {c.kubernetes_version}; 1.36 is the last.",
        "Set osSku to Windows2025 with enableFips, or kubernetesVersion to 1.36 or older.",
        "AKS docs, windows-server-2022-retirement",
    ),
    PoolRule(
        "windows-2025-version",
        "osSku",
        lambda c, p: p.os_sku is OsSku.WINDOWS_2025 and _below(c, 32),
        "Windows2025 needs Kubernetes 1.32 or newer, not {c.kubernetes_version}.",
        "Set kubernetesVersion to 1.32 or newer, or osSku to Windows2022.",
        "AKS docs, upgrade-windows-os",
    ),
    PoolRule(
        "windows-2025-fips",
        "enableFips",
        lambda _, p: p.os_sku is OsSku.WINDOWS_2025 and not p.enable_fips,
        "Windows2025 is only made with FIPS.",
        "Set enableFips to true.",
        "AKS release notes 2026-05-29",
    ),
    PoolRule(
        "windows-needs-azure-cni",
        "osType",
        lambda c, p: _windows(p) and c.network_plugin is not NetworkPlugin.AZURE,
        "Windows pools need Azure CNI; networkPlugin is {c.network_plugin}.",
        "Set cluster.networkPlugin to azure, or remove the pool.",
        "AKS error AzureCNIOnlyForWindows",
    ),
    PoolRule(
        "windows-not-on-cilium",
        "osType",
        lambda c, p: _windows(p) and c.network_dataplane is NetworkDataplane.CILIUM,
        "The cilium dataplane runs on Linux nodes only.",
        "Remove the Windows pool, or use networkPolicy calico with networkDataplane azure.",
        "AKS docs, azure-cni-powered-by-cilium",
    ),
    PoolRule(
        "npm-windows-2022-only",
        "osSku",
        lambda c, p: (
            c.network_policy is NetworkPolicy.AZURE
            and _windows(p)
            and p.os_sku in (OsSku.WINDOWS_2019, OsSku.WINDOWS_2025)
        ),
        "The engine azure (NPM) runs on Windows2022 only, not {p.os_sku}.",
        "Set osSku to Windows2022, or cluster.networkPolicy to calico.",
        "AKS docs, use-network-policies",
    ),
    PoolRule(
        "calico-windows-2025",
        "osSku",
        lambda c, p: c.network_policy is NetworkPolicy.CALICO and p.os_sku is OsSku.WINDOWS_2025,
        "AKS lists Calico for Windows2019 and Windows2022, not for Windows2025.",
        "Set osSku to Windows2022.",
        "AKS docs, use-network-policies, support table",
    ),
    PoolRule(
        "pool-count",
        "count",
        lambda _, p: not 0 <= p.count <= 1000,
        "A pool has 0 to 1000 nodes, not {p.count}.",
        "Set count within 0 to 1000.",
        _AUTOSCALER,
    ),
    PoolRule(
        "system-pool-count",
        "count",
        lambda _, p: p.mode is PoolMode.SYSTEM and p.count < 1,
        "A system pool needs at least one node.",
        "Set count to 1 or more; AKS recommends 2 or more.",
        _POOLS,
    ),
    PoolRule(
        "autoscale-bounds",
        "minCount",
        lambda _, p: _bounds_missing(p),
        "The autoscaler needs both minCount and maxCount.",
        "Set both, or neither for a fixed count.",
        _AUTOSCALER,
    ),
    PoolRule(
        "autoscale-order",
        "minCount",
        lambda _, p: (p.min_count or 0) > (p.max_count if p.max_count is not None else 1000),
        "minCount {p.min_count} is above maxCount {p.max_count}.",
        "Set minCount at most to maxCount.",
        _AUTOSCALER,
    ),
    PoolRule(
        "autoscale-range",
        "minCount",
        lambda _, p: any(n is not None and not 0 <= n <= 1000 for n in (p.min_count, p.max_count)),
        "minCount and maxCount are 0 to 1000.",
        "Set both within 0 to 1000.",
        _AUTOSCALER,
    ),
    PoolRule(
        "autoscale-count",
        "count",
        lambda _, p: _outside_bounds(p),
        "count {p.count} is not within minCount {p.min_count} and maxCount {p.max_count}.",
        "Start with a count within the bounds.",
        _AUTOSCALER,
    ),
    PoolRule(
        "autoscale-system",
        "minCount",
        lambda _, p: p.enable_auto_scaling and p.mode is PoolMode.SYSTEM and p.min_count == 0,
        "A system pool cannot scale to 0 nodes.",
        "Set minCount to 1 or more.",
        _AUTOSCALER,
    ),
    PoolRule(
        "max-pods",
        "maxPods",
        lambda _, p: p.max_pods is not None and not 10 <= p.max_pods <= 250,
        "A node holds 10 to 250 pods, not {p.max_pods}.",
        "Set maxPods within 10 to 250.",
        "AKS docs, concepts-network-ip-address-planning",
    ),
    PoolRule(
        "max-pods-system",
        "maxPods",
        lambda _, p: p.mode is PoolMode.SYSTEM and p.max_pods is not None and 10 <= p.max_pods < 30,
        "Nodes of a system pool hold at least 30 pods, not {p.max_pods}.",
        "Set maxPods to 30 or more.",
        "AKS docs, use-system-pools",
    ),
)


def _repeated_names(c: Cluster) -> bool:
    names = [pool.name for pool in c.node_pools]
    return len(set(names)) < len(names)


POOL_SETS = (
    ClusterRule(
        "windows-unpatched",
        "nodeOsUpgradeChannel",
        lambda c: c.has_windows and c.node_os_upgrade_channel == "Unmanaged",
        "Unmanaged patches Linux nodes only: to Windows nodes it is the same as None.",
        "Set NodeImage, or upgrade the images of Windows pools yourself.",
        "AKS REST API, ManagedClusterAutoUpgradeProfile.nodeOSUpgradeChannel",
        severity=Severity.WARNING,
    ),
    ClusterRule(
        "first-pool-system",
        "systemPool.mode",
        lambda c: not c.node_pools or c.node_pools[0].mode is not PoolMode.SYSTEM,
        "A cluster starts with a Linux system pool.",
        "Set mode to System.",
        _POOLS,
    ),
    ClusterRule(
        "pool-name-twice",
        "nodePools",
        _repeated_names,
        "Two node pools have the same name.",
        "Give each pool, the system pool included, a name of its own.",
        "Azure CLI 2.91, acs/agentpool_decorator.py",
    ),
    ClusterRule(
        "windows-admin",
        "windows",
        lambda c: c.has_windows and c.windows_admin_username is None,
        "Windows pools need the cluster to have a Windows administrator from its creation.",
        "Add windows.adminUsername; the password is generated when it is left out.",
        "AKS error WindowsProfileMissing",
    ),
)
