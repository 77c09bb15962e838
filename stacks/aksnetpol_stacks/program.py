"""The program of a stack: which components its settings ask for, and in which order they come."""

from typing import cast

import pulumi
from pulumi_kubernetes import Provider

from aksnetpol.engines import OsType
from aksnetpol_components.cluster import AksCluster
from aksnetpol_components.demo import DemoNamespace, DemoNamespaceArgs
from aksnetpol_components.errors import ArgumentError
from aksnetpol_components.node_pool import NodePool, NodePoolArgs, WindowsNodePool
from aksnetpol_components.policy_set import PolicySet, read_policies
from aksnetpol_components.preview_feature import PreviewFeature
from aksnetpol_stacks import ClusterSettings, DemoSettings, LoadedSettings
from aksnetpol_stacks import StackSettings as Settings
from aksnetpol_stacks.arguments import cluster_args, pool_args


def deploy(loaded: LoadedSettings) -> None:
    """Declare everything that a stack's settings ask for, and export what is worth knowing.

    Raises:
        ArgumentError: the settings ask for what the components cannot do.
        ManifestError: a policy file cannot be used.
    """
    for warning in loaded.warnings:
        pulumi.log.warn(warning.advice)
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


def _node_pools(cluster: ClusterSettings, made: AksCluster) -> list[pulumi.Resource]:
    """Declare the pools one after the other: Azure allows one operation on a cluster at a time."""
    pools: list[pulumi.Resource] = []
    for pool in cluster.node_pools:
        component = WindowsNodePool if pool.os_type is OsType.WINDOWS else NodePool
        args = {"cluster_id": made.cluster_id, **pool_args(pool, cluster.kubernetes_version)}
        options = pulumi.ResourceOptions(depends_on=pools[-1:])
        pools.append(component(pool.name, cast(NodePoolArgs, args), options))
    return pools


def _demo(demo: DemoSettings, options: pulumi.ResourceOptions) -> DemoNamespace:
    args = demo.model_dump(exclude={"enabled"}, exclude_none=True)
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
