"""Every combination has a verdict, and every rule a row that shows it."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from syrupy.assertion import SnapshotAssertion

from aksnetpol.engines import (
    Cluster,
    NetworkDataplane,
    NetworkPlugin,
    NetworkPluginMode,
    NetworkPolicy,
    NodePool,
    OsSku,
    OsType,
    PoolMode,
    check,
)

TODAY = date(2026, 11, 23)
SYSTEM = NodePool("nodepool1")
PLAIN = Cluster("aks", (SYSTEM,), kubernetes_version="1.36")
WINDOWS = replace(PLAIN, windows_admin_username="azureuser", network_policy=NetworkPolicy.CALICO)
OVERLAY = replace(PLAIN, network_plugin_mode=NetworkPluginMode.OVERLAY, pod_cidr="10.244.0.0/16")


def windows(sku: OsSku | None = OsSku.WINDOWS_2022, **changes: object) -> Cluster:
    """A Calico cluster with one Windows pool."""
    pool = NodePool("npwin", OsType.WINDOWS, sku, PoolMode.USER)
    return replace(WINDOWS, node_pools=(SYSTEM, replace(pool, **changes)))  # pyright: ignore[reportArgumentType]


def system(**changes: object) -> Cluster:
    """A plain cluster with a changed system pool."""
    return replace(PLAIN, node_pools=(replace(SYSTEM, **changes),))  # pyright: ignore[reportArgumentType]


# rule, a cluster that breaks it
BROKEN = [
    ("cluster-name", replace(PLAIN, name="-aks")),
    ("cluster-name", replace(PLAIN, name="a" * 64)),
    ("cluster-name-reserved", replace(PLAIN, name="aks-windows")),
    ("dns-prefix", replace(PLAIN, dns_prefix="a_b")),
    ("first-pool-system", replace(PLAIN, node_pools=(replace(SYSTEM, mode=PoolMode.USER),))),
    ("pool-name-twice", replace(PLAIN, node_pools=(SYSTEM, SYSTEM))),
    ("windows-admin", replace(windows(), windows_admin_username=None)),
    ("pool-name-pattern", system(name="Pool")),
    ("pool-name-pattern", system(name="1pool")),
    ("pool-name-linux", system(name="a" * 13)),
    ("pool-name-windows", windows(name="windows")),
    ("system-pool-linux", windows(mode=PoolMode.SYSTEM)),
    ("windows-unpatched", replace(windows(), node_os_upgrade_channel="Unmanaged")),
    ("sku-missing", windows(None)),
    ("sku-os", windows(OsSku.UBUNTU)),
    ("sku-os", system(os_sku=OsSku.WINDOWS_2022)),
    ("windows-2019-version", windows(OsSku.WINDOWS_2019)),
    ("windows-2019-default", replace(windows(OsSku.WINDOWS_2019), kubernetes_version=None)),
    ("windows-2022-version", replace(windows(), kubernetes_version="1.37")),
    ("windows-2025-version", replace(windows(OsSku.WINDOWS_2025), kubernetes_version="1.31")),
    ("windows-2025-fips", windows(OsSku.WINDOWS_2025)),
    ("windows-needs-azure-cni", replace(windows(), network_plugin=NetworkPlugin.KUBENET)),
    (
        "windows-not-on-cilium",
        replace(windows(), network_policy=NetworkPolicy.CILIUM, network_dataplane=NetworkDataplane.CILIUM),
    ),
    (
        "npm-windows-2022-only",
        replace(windows(OsSku.WINDOWS_2025, enable_fips=True), network_policy=NetworkPolicy.AZURE),
    ),
    ("calico-windows-2025", windows(OsSku.WINDOWS_2025, enable_fips=True)),
    ("pool-count", system(count=1001)),
    ("system-pool-count", system(count=0)),
    ("autoscale-bounds", system(enable_auto_scaling=True, min_count=1)),
    ("autoscale-order", system(enable_auto_scaling=True, min_count=3, max_count=2)),
    ("autoscale-range", system(enable_auto_scaling=True, min_count=1, max_count=1001)),
    ("autoscale-count", system(enable_auto_scaling=True, min_count=2, max_count=3)),
    ("autoscale-system", system(enable_auto_scaling=True, min_count=0, max_count=3)),
    ("max-pods", system(max_pods=251)),
    ("max-pods-system", system(max_pods=20)),
    (
        "windows-profile-needs-azure-cni",
        replace(PLAIN, network_plugin=NetworkPlugin.KUBENET, windows_admin_username="azureuser"),
    ),
    ("windows-user-length", replace(PLAIN, windows_admin_username="a" * 21)),
    ("windows-user-characters", replace(PLAIN, windows_admin_username="a@b")),
    ("windows-user-characters", replace(PLAIN, windows_admin_username="ab.")),
    ("windows-user-reserved", replace(PLAIN, windows_admin_username="Administrator")),
    ("windows-password-length", replace(PLAIN, windows_admin_password="Abc123!")),
    ("windows-password-length", replace(PLAIN, windows_admin_password="Aa1!" * 31)),
    ("windows-password-classes", replace(PLAIN, windows_admin_password="abcdefghijklmn1")),
    ("windows-password-forbidden", replace(PLAIN, windows_admin_password="Password1")),
    ("outbound-needs-own-subnet", replace(PLAIN, outbound_type="userDefinedRouting")),
    (
        "managed-nat-with-own-subnet",
        replace(system(vnet_subnet_id="subnets/nodes"), outbound_type="managedNATGateway"),
    ),
    ("authorized-ip-format", replace(PLAIN, authorized_ip_ranges=("20.30.40.0/24", "home"))),
    ("authorized-ip-format", replace(PLAIN, authorized_ip_ranges=("10.0.0.0/8",))),
    ("authorized-ip-format", replace(PLAIN, authorized_ip_ranges=("20.30.40.1/24",))),
    ("authorized-ip-alone", replace(PLAIN, authorized_ip_ranges=("20.30.40.0/24", "0.0.0.0/32"))),
    ("authorized-ip-private", replace(PLAIN, authorized_ip_ranges=("20.30.40.0/24",), private_cluster=True)),
    ("node-labels", system(node_labels=(("a b", "c"),))),
    ("node-labels", system(node_labels=(("Example.com/a", "c"),))),
    ("node-labels", system(node_labels=(("a", "b" * 64),))),
    ("node-labels", system(node_labels=(("a/", "b"),))),
    ("node-taints", system(node_taints=("sku=gpu:Never",))),
    ("node-taints", system(node_taints=("sku",))),
    ("zones", system(availability_zones=("1", "4"))),
    ("pod-cidr-format", replace(OVERLAY, pod_cidr="10.244.0.1/16")),
    ("service-cidr-format", replace(PLAIN, service_cidr="10.0.0.0/33")),
    ("dns-ip-format", replace(PLAIN, dns_service_ip="dns")),
    ("pod-cidr-unused", replace(PLAIN, pod_cidr="10.244.0.0/16")),
    ("pod-cidr-reserved", replace(OVERLAY, pod_cidr="172.16.0.0/12")),
    ("service-cidr-reserved", replace(PLAIN, service_cidr="172.30.0.0/16", dns_service_ip="172.30.0.10")),
    ("service-cidr-size", replace(PLAIN, service_cidr="10.0.0.0/12")),
    ("cidr-overlap", replace(OVERLAY, pod_cidr="10.0.0.0/15")),
    ("dns-ip-outside", replace(PLAIN, dns_service_ip="10.1.0.10")),
    ("dns-ip-taken", replace(PLAIN, dns_service_ip="10.0.0.1")),
    ("dns-ip-taken", replace(PLAIN, dns_service_ip="10.0.0.0")),
    ("pod-cidr-full", replace(OVERLAY, pod_cidr="10.244.0.0/24", node_pools=(replace(SYSTEM, count=2),))),
    ("pod-cidr-full", replace(OVERLAY, pod_cidr="10.244.0.0/25")),
    (
        "kubenet-nodes",
        replace(system(count=401), network_plugin=NetworkPlugin.KUBENET, pod_cidr="10.128.0.0/9"),
    ),
    (
        "cluster-nodes",
        replace(PLAIN, node_pools=tuple(replace(SYSTEM, name=f"p{n}", count=1000) for n in range(6))),
    ),
    ("npm-nodes", replace(system(count=251), network_policy=NetworkPolicy.AZURE)),
    ("npm-pods", replace(system(count=250, max_pods=100), network_policy=NetworkPolicy.AZURE)),
    (
        "no-engine-without-plugin",
        replace(PLAIN, network_plugin=NetworkPlugin.NONE, network_policy=NetworkPolicy.CALICO),
    ),
    ("version-format", replace(PLAIN, kubernetes_version="latest")),
    ("version-ended", replace(PLAIN, kubernetes_version="1.33")),
    ("version-ended", replace(PLAIN, kubernetes_version="1.20")),
    ("retires-kubenet", replace(PLAIN, network_plugin=NetworkPlugin.KUBENET, pod_cidr="10.244.0.0/16")),
    ("retired-npm-windows", replace(windows(), network_policy=NetworkPolicy.AZURE)),
    ("retires-npm-linux", replace(PLAIN, network_policy=NetworkPolicy.AZURE)),
    ("retired-windows-2019", replace(windows(OsSku.WINDOWS_2019), kubernetes_version="1.32")),
    ("retires-windows-2022", windows()),
    ("retires-ubuntu-2204", system(os_sku=OsSku.UBUNTU_2204)),
]


@pytest.mark.parametrize(("rule", "cluster"), BROKEN, ids=[f"{i}-{r}" for i, (r, _) in enumerate(BROKEN)])
def test_rule_speaks(rule: str, cluster: Cluster) -> None:
    found = [finding for finding in check(cluster, TODAY) if finding.id == rule]
    assert found, check(cluster, TODAY)
    assert all(finding.message and finding.remedy and finding.source and finding.subject for finding in found)


def test_plain_cluster_is_accepted() -> None:
    assert check(PLAIN, TODAY) == ()


@pytest.mark.parametrize(
    "cluster",
    [
        pytest.param(replace(PLAIN, authorized_ip_ranges=("20.30.40.0/24", "20.1.2.3")), id="ranges"),
        pytest.param(replace(PLAIN, authorized_ip_ranges=("0.0.0.0/32",)), id="nodes-only"),
        pytest.param(replace(PLAIN, private_cluster=True), id="private"),
        pytest.param(system(node_labels=(("example.com/a", ""), ("a.b_c-1", "D"))), id="labels"),
        pytest.param(system(node_taints=("CriticalAddonsOnly=true:NoSchedule",)), id="taint"),
        pytest.param(system(availability_zones=("1", "3")), id="zones"),
    ],
)
def test_sound_settings_are_accepted(cluster: Cluster) -> None:
    assert check(cluster, TODAY) == ()


def combinations() -> list[Cluster]:
    """Plugin x mode x engine x dataplane on Linux, and every image with every engine."""
    networks = product(NetworkPlugin, (None, NetworkPluginMode.OVERLAY), NetworkPolicy, NetworkDataplane)
    linux = [
        replace(
            PLAIN,
            network_plugin=plugin,
            network_plugin_mode=mode,
            network_policy=policy,
            network_dataplane=dataplane,
            pod_cidr="10.244.0.0/16" if mode or plugin is NetworkPlugin.KUBENET else None,
        )
        for plugin, mode, policy, dataplane in networks
    ]
    pools = product(NetworkPolicy, OsType, OsSku, (PoolMode.USER,), (False, True))
    mixed = [
        replace(
            WINDOWS,
            network_policy=policy,
            network_dataplane=NetworkDataplane.CILIUM if policy == "cilium" else NetworkDataplane.AZURE,
            node_pools=(SYSTEM, NodePool("pool2", os_type, sku, mode, enable_fips=fips)),
        )
        for policy, os_type, sku, mode, fips in pools
    ]
    return linux + mixed


def row(cluster: Cluster) -> str:
    """One line of the table: the combination, its verdict, what is said."""
    second = cluster.node_pools[1] if len(cluster.node_pools) > 1 else None
    fips = " FIPS" if second and second.enable_fips else ""
    pool = f"{second.os_type}/{second.os_sku}{fips}" if second else "-"
    mode = cluster.network_plugin_mode or "-"
    found = check(cluster, TODAY)
    verdict = "refused" if any(finding.severity == "error" for finding in found) else "ok"
    said = "; ".join(finding.advice for finding in found) or "-"
    return (
        f"| {cluster.network_plugin} | {mode} | {cluster.network_policy} | {cluster.network_dataplane} "
        f"| {pool} | {verdict} | {said} |"
    )


def test_combinations(snapshot: SnapshotAssertion) -> None:
    rows = [row(cluster) for cluster in combinations()]
    assert len(rows) >= 120
    assert "\n".join(rows) == snapshot


def test_retirement_days_follow_the_clock() -> None:
    npm = replace(PLAIN, network_policy=NetworkPolicy.AZURE, kubernetes_version=None)
    (finding,) = check(npm, date(2028, 9, 29))
    assert "in 1 days" in finding.message
    assert finding.severity == "warning"
    (finding,) = check(npm, date(2028, 9, 30))
    assert finding.severity == "error"
    assert check(npm, date(2026, 9, 30)) == ()  # more than 24 months


def test_accept_retired_turns_the_error_into_a_warning() -> None:
    retired = replace(windows(), network_policy=NetworkPolicy.AZURE)
    by_id = {finding.id: finding.severity for finding in check(replace(retired, accept_retired=True), TODAY)}
    assert by_id["retired-npm-windows"] == "warning"


def test_passwords_are_never_repeated() -> None:
    cluster = replace(PLAIN, windows_admin_password="hunter2")
    assert "hunter2" not in repr(cluster) + "".join(map(str, check(cluster, TODAY)))


@pytest.mark.parametrize(
    ("version", "severity"), [("1.33", "warning"), ("1.27", "error")], ids=["long-term", "gone"]
)
def test_a_version_without_any_support_plan_cannot_be_had(version: str, severity: str) -> None:
    (found,) = (
        one for one in check(replace(PLAIN, kubernetes_version=version), TODAY) if one.id == "version-ended"
    )
    assert found.severity == severity
