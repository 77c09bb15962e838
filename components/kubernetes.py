"""What the components inside a cluster share: the cluster they are in."""

from typing import Any

import pulumi
from pulumi import Input, Output
from pulumi_kubernetes import Provider

from components.component import Component


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
