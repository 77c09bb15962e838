"""Pulumi components for AKS clusters with network policies; each is usable alone and from any language."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aksnetpol_components.cluster import AksCluster
    from aksnetpol_components.cluster_properties import AksClusterArgs, WindowsProfileArgs
    from aksnetpol_components.demo import DemoNamespace, DemoNamespaceArgs
    from aksnetpol_components.errors import ArgumentError, ManifestError, PreviewFeatureError
    from aksnetpol_components.network_profile import NetworkProfileArgs
    from aksnetpol_components.node_pool import NodePool, NodePoolArgs, WindowsNodePool
    from aksnetpol_components.policy_set import PolicySet, PolicySetArgs
    from aksnetpol_components.pool_profile import PoolProfileArgs
    from aksnetpol_components.preview_feature import PreviewFeature, PreviewFeatureArgs

__all__ = [
    "AksCluster",
    "AksClusterArgs",
    "ArgumentError",
    "DemoNamespace",
    "DemoNamespaceArgs",
    "ManifestError",
    "NetworkProfileArgs",
    "NodePool",
    "NodePoolArgs",
    "PolicySet",
    "PolicySetArgs",
    "PoolProfileArgs",
    "PreviewFeature",
    "PreviewFeatureArgs",
    "PreviewFeatureError",
    "WindowsNodePool",
    "WindowsProfileArgs",
]

_MODULE_OF = {
    "AksCluster": "cluster",
    "AksClusterArgs": "cluster_properties",
    "ArgumentError": "errors",
    "DemoNamespace": "demo",
    "DemoNamespaceArgs": "demo",
    "ManifestError": "errors",
    "NetworkProfileArgs": "network_profile",
    "NodePool": "node_pool",
    "NodePoolArgs": "node_pool",
    "PolicySet": "policy_set",
    "PolicySetArgs": "policy_set",
    "PoolProfileArgs": "pool_profile",
    "PreviewFeature": "preview_feature",
    "PreviewFeatureArgs": "preview_feature",
    "PreviewFeatureError": "errors",
    "WindowsNodePool": "node_pool",
    "WindowsProfileArgs": "cluster_properties",
}


def __getattr__(name: str) -> Any:
    """Import a public name at first use.

    The process that runs the dynamic providers imports this package too, and must not wait a second for
    the Azure and Kubernetes SDKs that it never needs.
    """
    if name in _MODULE_OF:
        return getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
