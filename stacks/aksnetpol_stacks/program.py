"""The program of a stack: which components its settings ask for, and in which order they come."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pulumi
from pulumi_kubernetes import Provider

from aksnetpol.engines import OsType
from aksnetpol_components.cluster import AksCluster
from aksnetpol_components.cluster_properties import AksClusterArgs
from aksnetpol_components.demo import DemoNamespace, DemoNamespaceArgs
from aksnetpol_components.errors import ArgumentError
from aksnetpol_components.node_pool import NodePool, NodePoolArgs, WindowsNodePool
from aksnetpol_components.policy_set import PolicySet, read_policies
from aksnetpol_components.preview_feature import PreviewFeature
from aksnetpol_stacks import ClusterSettings, DemoSettings, LoadedSettings, NodePoolSettings
from aksnetpol_stacks import StackSettings as Settings


def deploy(loaded: LoadedSettings) -> None:
    """Declare everything that a stack's settings ask for, and export what is worth knowing.

    Raises:
        ArgumentError: the settings ask for what the components cannot do.
        ManifestError: a policy file cannot be used.
    """
    for warning in loaded.warnings:
        pulumi.log.warn(str(warning))
    settings = loaded.settings
    # A mistake in the policies must not leave half a stack behind.
    target = _policy_namespace(settings)
    read_policies(settings.policies.paths if target else [], target)
    cluster = _cluster(settings)
    pools = _node_pools(settings.cluster, cluster)
    provider = Provider(
        "kubernetes",
        kubeconfig=cluster.kubeconfig,
        enable_server_side_apply=True,
        # Pods need nodes to start on, and must be gone before the nodes go.
        opts=pulumi.ResourceOptions(depends_on=[cluster, *pools]),
    )
    # Kubernetes objects go with their cluster: a destroy needs no answer from a dead API server.
    inside = pulumi.ResourceOptions(providers=[provider], deleted_with=cluster.managed_cluster)
    demo = _demo(settings.demo, inside) if settings.demo.enabled else None
    policies = _policies(settings, target, demo, inside)
    _export(cluster, demo, policies)


def _cluster(settings: Settings) -> AksCluster:
    features = [
        PreviewFeature(feature, {"feature": feature}) for feature in settings.cluster.preview_features
    ]
    options = pulumi.ResourceOptions(depends_on=features)
    return AksCluster("cluster", cluster_args(settings), options)


def cluster_args(settings: Settings) -> AksClusterArgs:
    """Return the cluster component's arguments for a stack's settings; what is absent stays absent."""
    cluster = settings.cluster
    password = settings.windows_admin_password
    windows = cluster.windows and _present(
        admin_username=cluster.windows.admin_username,
        generate_password=cluster.windows.generate_password,
        admin_password=pulumi.Output.secret(password.get_secret_value()) if password else None,
    )
    args = _present(
        cluster_name=cluster.name,
        location=cluster.location,
        resource_group_name=cluster.resource_group,
        existing_resource_group_name=cluster.existing_resource_group,
        kubernetes_version=cluster.kubernetes_version,
        dns_prefix=cluster.dns_prefix,
        system_pool=pool_args(cluster.system_pool, cluster.kubernetes_version),
        subnet_ids=_subnets(cluster.node_pools),
        network_profile=_network_profile(cluster),
        identity_type=cluster.identity.type,
        user_assigned_identity_id=cluster.identity.resource_id,
        grant_subnets=cluster.identity.grant_subnets,
        windows_profile=windows,
        ssh_public_key=cluster.ssh_public_key,
        authorized_ip_ranges=cluster.authorized_ip_ranges,
        private_cluster=cluster.private_cluster or None,
        sku_tier=cluster.sku_tier,
        tags=cluster.tags,
        managed_cluster_args=cluster.managed_cluster_args,
    )
    agreed = {"acknowledge_reimage": cluster.acknowledge_reimage, "accept_retired": cluster.accept_retired}
    return cast(AksClusterArgs, {**args, **agreed, "protect": cluster.protect})


def _network_profile(cluster: ClusterSettings) -> Mapping[str, Any]:
    mode = cluster.network_plugin_mode
    return _present(
        network_plugin=cluster.network_plugin.value,
        network_plugin_mode=mode.value if mode else None,
        network_policy=cluster.network_policy.value,
        network_dataplane=cluster.dataplane.value,
        pod_cidr=cluster.pods,
        service_cidr=cluster.service_cidr,
        dns_service_ip=cluster.dns,
        outbound_type=cluster.outbound_type,
    )


def _node_pools(cluster: ClusterSettings, made: AksCluster) -> list[pulumi.Resource]:
    """Declare the pools one after the other: Azure allows one operation on a cluster at a time."""
    pools: list[pulumi.Resource] = []
    for pool in cluster.node_pools:
        component = WindowsNodePool if pool.os_type is OsType.WINDOWS else NodePool
        args = {"cluster_id": made.cluster_id, **pool_args(pool, cluster.kubernetes_version)}
        options = pulumi.ResourceOptions(depends_on=pools[-1:])
        pools.append(component(pool.name, cast(NodePoolArgs, args), options))
    return pools


def pool_args(pool: NodePoolSettings, version: str | None) -> Mapping[str, Any]:
    """Return a pool component's arguments for a stack's settings; what is absent stays absent."""
    return _present(
        name=pool.name,
        vm_size=pool.vm_size,
        count=pool.count,
        min_count=pool.min_count,
        max_count=pool.max_count,
        os_sku=pool.os_sku.value if pool.os_sku else None,
        mode=pool.mode.value,
        max_pods=pool.max_pods,
        node_labels=pool.node_labels,
        node_taints=pool.node_taints,
        availability_zones=pool.availability_zones,
        vnet_subnet_id=pool.vnet_subnet_id,
        pod_subnet_id=pool.pod_subnet_id,
        orchestrator_version=version,
        enable_fips=pool.enable_fips if "enable_fips" in pool.model_fields_set else None,
        agent_pool_args=pool.agent_pool_args,
    )


def _subnets(pools: Sequence[NodePoolSettings]) -> list[str]:
    subnets = [subnet for pool in pools for subnet in (pool.vnet_subnet_id, pool.pod_subnet_id) if subnet]
    return list(dict.fromkeys(subnets))


def _demo(demo: DemoSettings, options: pulumi.ResourceOptions) -> DemoNamespace:
    args = _present(
        namespace=demo.namespace, server_os=demo.server_os, client_os=demo.client_os, image=demo.image
    )
    return DemoNamespace("demo", cast(DemoNamespaceArgs, args), options)


def _policy_namespace(settings: Settings) -> str | None:
    """Return the namespace that the policies go into, None when there is nothing to apply.

    Raises:
        ArgumentError: there are policies but no namespace for them.
    """
    policies = settings.policies
    demo = settings.demo.namespace if settings.demo.enabled else None
    if policies.paths and (policies.namespace or demo):
        return policies.namespace or demo
    if policies.paths and "paths" in policies.model_fields_set:
        raise ArgumentError("policies.paths: without the demo, policies.namespace must name their namespace")
    return None


def _policies(
    settings: Settings,
    target: str | None,
    demo: DemoNamespace | None,
    options: pulumi.ResourceOptions,
) -> PolicySet | None:
    if target is None:
        return None
    namespace: pulumi.Input[str] = target
    if demo is not None and target == settings.demo.namespace:
        namespace = demo.namespace  # the output, so that the policies wait for the namespace
    return PolicySet("policies", {"namespace": namespace, "paths": settings.policies.paths}, options)


def _export(cluster: AksCluster, demo: DemoNamespace | None, policies: PolicySet | None) -> None:
    pulumi.export("clusterId", cluster.cluster_id)
    pulumi.export("clusterName", cluster.cluster_name)
    pulumi.export("resourceGroupName", cluster.resource_group_name)
    pulumi.export("networkPolicy", cluster.network_policy)
    pulumi.export("oidcIssuerUrl", cluster.oidc_issuer_url)
    pulumi.export("kubeconfig", cluster.kubeconfig)
    if cluster.has_windows:
        pulumi.export("windowsAdminPassword", cluster.windows_admin_password)
    if demo is not None:
        pulumi.export("namespace", demo.namespace)
        pulumi.export("serverIp", demo.server_ip)
    if policies is not None:
        pulumi.export("policies", policies.policy_names)


def _present(**values: Any) -> dict[str, Any]:
    """Leave out what is not set: None and empty collections."""
    return {key: value for key, value in values.items() if value is not None and value not in ([], {})}
