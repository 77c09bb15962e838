"""What the components inside a cluster share: the cluster they are in, and how they declare objects."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi import Input, Output
from pulumi_kubernetes import Provider

from aksnetpol_components.component import Component


class KubernetesComponent(Component):
    """A component made of Kubernetes objects.

    Args:
        name: Pulumi name.
        kubeconfig: the cluster to be in; without it, the one of the Kubernetes provider in `opts`.
        opts: the user's options.
    """

    def __init__(self, name: str, kubeconfig: Input[str] | None, opts: pulumi.ResourceOptions | None) -> None:
        super().__init__(name, opts)
        self._kubernetes: Provider | None = None
        if kubeconfig is not None:
            self._kubernetes = Provider(
                name,
                kubeconfig=Output.secret(kubeconfig),
                enable_server_side_apply=True,
                opts=super().child(),
            )

    def child(self, **options: Any) -> pulumi.ResourceOptions:
        """Return options for a child that lives in the cluster."""
        return super().child(provider=self._kubernetes, **options)


class KubernetesObject(pulumi.CustomResource):
    """An object of the Kubernetes provider, declared by its manifest.

    The SDK's classes do the same, but importing them takes half a second of every preview.

    Args:
        name: Pulumi name.
        api_version: for example "v1" or "networking.k8s.io/v1".
        kind: for example "Pod".
        manifest: `metadata` and `spec`, as in YAML.
        opts: options with the parent and the provider.
    """

    metadata: Output[Mapping[str, Any]]
    """Metadata as the API server has it."""
    status: Output[Mapping[str, Any] | None]
    """Status once the object is ready."""

    def __init__(
        self,
        name: str,
        api_version: str,
        kind: str,
        manifest: Mapping[str, Any],
        opts: pulumi.ResourceOptions,
    ) -> None:
        group = api_version if "/" in api_version else f"core/{api_version}"
        props = {"apiVersion": api_version, "kind": kind, "status": None, **manifest}
        super().__init__(f"kubernetes:{group}:{kind}", name, props, opts)
