"""What ends on which date: engines, plugins, images, Kubernetes versions."""

from collections.abc import Callable, Iterator
from datetime import date

from aksnetpol.engines.model import Cluster, NetworkPlugin, NetworkPolicy, NodePool, OsSku, OsType
from aksnetpol.engines.rule import Retirement, pool_key
from aksnetpol.findings import Finding, Severity, Topic

WARN_DAYS = 730  # 24 months: time to plan and test a migration


def _any(used: Callable[[NodePool], bool]) -> Callable[[Cluster], bool]:
    return lambda cluster: any(used(pool) for pool in cluster.node_pools)


def _npm(os_type: OsType) -> Callable[[Cluster], bool]:
    return lambda cluster: (
        cluster.network_policy is NetworkPolicy.AZURE
        and any(pool.os_type is os_type for pool in cluster.node_pools)
    )


RETIREMENTS = (
    Retirement(
        "npm-windows",
        "Azure NPM on Windows nodes",
        date(2026, 9, 30),
        "It is unsupported, and new subscriptions cannot start with it.",
        "Use the engine calico, or network security groups.",
        "AKS docs, azure-network-policy-manager-windows-retirement",
        "networkPolicy",
        _npm(OsType.WINDOWS),
    ),
    Retirement(
        "npm-linux",
        "Azure NPM on Linux nodes",
        date(2028, 9, 30),
        "It is unsupported from then on.",
        "Move to the engine cilium.",
        "AKS docs, azure-network-policy-manager-linux-retirement",
        "networkPolicy",
        _npm(OsType.LINUX),
    ),
    Retirement(
        "kubenet",
        "kubenet networking",
        date(2028, 3, 31),
        "Workloads on it are unsupported from then on.",
        "Move to Azure CNI Overlay.",
        "AKS docs, kubenet-retirement",
        "networkPlugin",
        lambda cluster: cluster.network_plugin is NetworkPlugin.KUBENET,
    ),
    Retirement(
        "windows-2019",
        "Windows Server 2019",
        date(2026, 3, 1),
        "Its images are deleted on 2027-04-01.",
        "Set osSku to Windows2022.",
        "AKS docs, windows-server-2019-retirement",
        "osSku",
        _any(lambda pool: pool.os_sku is OsSku.WINDOWS_2019),
    ),
    Retirement(
        "windows-2022",
        "Windows Server 2022",
        date(2028, 6, 30),
        "Its images are deleted on 2029-06-30.",
        "Move to Windows2025.",
        "AKS release notes 2026-06-19",
        "osSku",
        _any(lambda pool: pool.os_sku is OsSku.WINDOWS_2022),
    ),
    Retirement(
        "ubuntu-2204",
        "Ubuntu 22.04",
        date(2027, 6, 30),
        "Its images are deleted on 2028-04-30.",
        "Set osSku to Ubuntu2404 or AzureLinux3.",
        "AKS docs, ubuntu-22-04-retirement",
        "osSku",
        _any(lambda pool: pool.os_sku is OsSku.UBUNTU_2204),
    ),
)
_POOL_IMAGES = {
    "windows-2019": OsSku.WINDOWS_2019,
    "windows-2022": OsSku.WINDOWS_2022,
    "ubuntu-2204": OsSku.UBUNTU_2204,
}

# End of AKS support, AKS docs, supported-kubernetes-versions. Months there; the last day here.
VERSION_ENDS = {
    (1, 33): date(2026, 7, 31),
    (1, 34): date(2026, 11, 30),
    (1, 35): date(2027, 3, 31),
    (1, 36): date(2027, 6, 30),
    (1, 37): date(2027, 10, 31),
}
# Older ones are offered under no support plan, long-term support included.
OLDEST_VERSION = (1, 28)
_VERSIONS = "AKS docs, supported-kubernetes-versions"


def retirement_findings(cluster: Cluster, today: date) -> Iterator[Finding]:
    """Say what the cluster uses that has ended, or ends within 24 months."""
    for row in RETIREMENTS:
        days = (row.ends - today).days
        if not row.applies(cluster) or days > WARN_DAYS:
            continue
        retired = days <= 0
        when = f"ended on {row.ends}" if retired else f"ends on {row.ends}, in {days} days"
        refused = retired and not cluster.accept_retired
        accept = " Or set cluster.acceptRetired to true." if refused else ""
        yield Finding(
            f"retired-{row.id}" if retired else f"retires-{row.id}",
            Topic.RETIRED if retired else Topic.RETIREMENT,
            Severity.ERROR if refused else Severity.WARNING,
            f"{row.what} {when}. {row.effect}",
            row.remedy + accept,
            row.source,
            subject=_key(row, cluster),
        )


def _key(row: Retirement, cluster: Cluster) -> str:
    image = _POOL_IMAGES.get(row.id)
    if image is None:
        return f"cluster.{row.key}"
    index = next(i for i, pool in enumerate(cluster.node_pools) if pool.os_sku is image)
    return pool_key(index, row.key)


def version_findings(cluster: Cluster, today: date) -> Iterator[Finding]:
    """Say whether AKS still supports the Kubernetes version, or knows it at all."""
    version = cluster.minor_version
    if cluster.kubernetes_version is None:
        return
    supported = ", ".join(f"1.{minor}" for (_, minor), ends in VERSION_ENDS.items() if ends >= today)
    if version is None:
        message = f"{cluster.kubernetes_version!r} is no Kubernetes version."
        yield _of_version("version-format", Topic.RULE, Severity.ERROR, message, 'Write "1.35" or "1.35.2".')
        return
    ends = VERSION_ENDS.get(version)
    known = min(VERSION_ENDS) <= version <= max(VERSION_ENDS)
    if (known and ends is not None and ends < today) or version < min(VERSION_ENDS):
        when = f" since {ends}" if ends else ""
        message = f"AKS does not support Kubernetes {cluster.kubernetes_version} any more{when}."
        severity = Severity.ERROR if version < OLDEST_VERSION else Severity.WARNING
        yield _of_version("version-ended", Topic.RETIRED, severity, message, f"Use one of {supported}.")


def _of_version(id_: str, topic: Topic, severity: Severity, message: str, remedy: str) -> Finding:
    return Finding(id_, topic, severity, message, remedy, _VERSIONS, subject="cluster.kubernetesVersion")
