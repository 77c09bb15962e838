"""The kubeconfig of a managed cluster, always a secret."""

import base64
from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_azure_native import containerservice


def kubeconfig(
    cluster: containerservice.ManagedCluster,
    resource_group_name: pulumi.Input[str],
    resource_name: str,
    *,
    admin: bool,
) -> pulumi.Output[str]:
    """Return the kubeconfig, read from Azure once the cluster exists.

    By names and not by the cluster's outputs: a planned update makes outputs unknown, and an unknown
    kubeconfig would plan changes for every Kubernetes resource.

    Args:
        cluster: the cluster to wait for.
        resource_group_name: its resource group.
        resource_name: its name in Azure.
        admin: the cluster administrator's credentials; needed where users sign in with Entra ID, whose
            kubeconfig starts a login program.
    """
    options = pulumi.InvokeOutputOptions(parent=cluster, depends_on=[cluster])
    if admin:
        answer: pulumi.Output[Any] = containerservice.list_managed_cluster_admin_credentials_output(
            resource_group_name=resource_group_name, resource_name=resource_name, opts=options
        )
    else:
        answer = containerservice.list_managed_cluster_user_credentials_output(
            resource_group_name=resource_group_name, resource_name=resource_name, opts=options
        )
    return pulumi.Output.secret(answer.apply(lambda credentials: _first(credentials.kubeconfigs)))


def _first(kubeconfigs: Sequence[Any]) -> str:
    return base64.b64decode(kubeconfigs[0].value).decode()
