"""Turns settings into what the engine rules look at."""

from aksnetpol.engines import Cluster, NodePool, OsSku, OsType
from aksnetpol_stacks.settings import NodePoolSettings, StackSettings


def cluster_view(settings: StackSettings) -> Cluster:
    """Return the cluster that the settings describe, defaults filled in."""
    cluster = settings.cluster
    password = settings.windows_admin_password
    return Cluster(
        name=cluster.name,
        node_pools=tuple(_pool(pool) for pool in (cluster.system_pool, *cluster.node_pools)),
        network_plugin=cluster.network_plugin,
        network_plugin_mode=cluster.network_plugin_mode,
        network_policy=cluster.network_policy,
        network_dataplane=cluster.dataplane,
        kubernetes_version=cluster.kubernetes_version,
        pod_cidr=cluster.pods,
        service_cidr=cluster.service_cidr,
        dns_service_ip=cluster.dns,
        dns_prefix=cluster.dns_prefix,
        outbound_type=cluster.outbound_type,
        windows_admin_username=cluster.windows.admin_username if cluster.windows else None,
        windows_admin_password=password.get_secret_value() if password else None,
        accept_retired=cluster.accept_retired,
        authorized_ip_ranges=tuple(cluster.authorized_ip_ranges),
        private_cluster=cluster.private_cluster,
        node_os_upgrade_channel=cluster.node_os_upgrade_channel,
    )


def _pool(pool: NodePoolSettings) -> NodePool:
    default_image = OsSku.UBUNTU if pool.os_type is OsType.LINUX else None
    return NodePool(
        name=pool.name,
        os_type=pool.os_type,
        os_sku=pool.os_sku or default_image,
        mode=pool.mode,
        count=pool.count,
        enable_auto_scaling=pool.min_count is not None or pool.max_count is not None,
        min_count=pool.min_count,
        max_count=pool.max_count,
        max_pods=pool.max_pods,
        enable_fips=pool.enable_fips,
        vnet_subnet_id=pool.vnet_subnet_id,
        node_labels=tuple(pool.node_labels.items()),
        node_taints=tuple(pool.node_taints),
        availability_zones=tuple(pool.availability_zones),
    )
