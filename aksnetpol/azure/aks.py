"""Azure Kubernetes Service in Azure Resource Manager: where its clusters are, and what it is asked for."""

import base64
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aksnetpol.azure.errors import ArmError
from aksnetpol.azure.paging import items
from aksnetpol.errors import UserError

if TYPE_CHECKING:
    from aksnetpol.azure.client import ArmClient

API_VERSION = "2025-09-01"
CLUSTERS = "providers/Microsoft.ContainerService/managedClusters"


def cluster_id(subscription: str, group: str, name: str) -> str:
    """Return the ARM id of a cluster."""
    subscription, group, name = (quote(part, safe="") for part in (subscription, group, name))
    return f"/subscriptions/{subscription}/resourceGroups/{group}/{CLUSTERS}/{name}"


@contextmanager
def existing(cluster_id: str) -> Generator[None]:
    """Take it for the user's mistake where Azure does not know what is asked for.

    Raises:
        UserError: there is no such cluster.
    """
    try:
        yield
    except ArmError as error:
        if error.status != 404:
            raise
        raise UserError(f"There is no cluster {cluster_id}. {error.message}") from error


def pools(arm: "ArmClient", cluster_id: str) -> list[dict[str, Any]]:
    """Return the documents of all agent pools of a cluster."""
    return list(items(arm, f"{cluster_id}/agentPools", API_VERSION))


def kubeconfig(arm: "ArmClient", cluster_id: str, *, admin: bool = False) -> str:
    """Return a kubeconfig of a cluster: the user's, or the administrator's."""
    action = "listClusterAdminCredential" if admin else "listClusterUserCredential"
    answer = arm.post(f"{cluster_id}/{action}", API_VERSION).body
    return base64.b64decode(answer["kubeconfigs"][0]["value"]).decode()
