"""Changes the password of a live cluster's Windows nodes in place.

azure-native plans to replace the whole cluster when it changes (provider/pkg/gen/replacement.go), though AKS
takes a new one and gives the Windows nodes a fresh image (AKS docs, windows-faq). Azure never answers the
password, so the stack's own state says whether it is another.
"""

from typing import TYPE_CHECKING, Any

import pulumi
import pulumi.dynamic

from components import dynamic
from components.errors import MigrationError

if TYPE_CHECKING:
    from aksnetpol.azure import ArmClient


def rotate(client: "ArmClient", cluster_id: str, password: str) -> None:
    """Give the Windows nodes another password; all else of the cluster is sent as it is now.

    Args:
        client: Azure Resource Manager.
        cluster_id: ARM id of the managed cluster.
        password: 14 to 123 characters.

    Raises:
        ArmError: Azure refused.
    """
    from components.migration import API_VERSION, cluster_body, write

    document = client.get(cluster_id, API_VERSION).body
    body = cluster_body(document)
    profile = {**body["properties"]["windowsProfile"], "adminPassword": password}
    properties = {**body["properties"], "windowsProfile": profile}
    write(client, cluster_id, document, {**body, "properties": properties})


class WindowsPasswordProvider(dynamic.Provider):
    """Compares the declared password with the one set before, and sets it."""

    def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
        """Note the password; the cluster was created with it."""
        return pulumi.dynamic.CreateResult(props["cluster_id"], _outs(props))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.DiffResult:
        """Another cluster replaces; another password, or an older one sent just now, changes in place.

        None leaves the one that is set.
        """
        replaces = ["cluster_id"] if _olds.get("cluster_id") != _news.get("cluster_id") else []
        wanted = _news.get("password")
        differs = _olds.get("password") != wanted or _news.get("resent") is True
        changed = bool(replaces) or (bool(wanted) and differs)
        return pulumi.dynamic.DiffResult(changes=changed, replaces=replaces)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.UpdateResult:
        """Set the new password, if the user agrees to the cost."""
        if not _news.get("acknowledge_reimage"):
            name = str(_news["cluster_id"]).rpartition("/")[2]
            raise MigrationError(
                f"{name}: a new Windows password reimages all nodes of all Windows pools at once. "
                "To agree, set acknowledgeReimage: true under aksnetpol:cluster in the stack's file. "
                "Nothing was changed."
            )
        rotate(dynamic.arm_client(), _news["cluster_id"], _news["password"])
        return pulumi.dynamic.UpdateResult(_outs(_news))


def _outs(props: dict[str, Any]) -> dict[str, Any]:
    return {"cluster_id": props["cluster_id"], "password": props.get("password")}


class WindowsPassword(pulumi.dynamic.Resource, module="aksnetpol", name="WindowsPassword"):
    """The password of a cluster's Windows administrator, secret.

    Args:
        cluster_id: ARM id of the cluster.
        password: 14 to 123 characters; None where somebody else set it.
        resent: whether this run's update of the cluster sends another one, from `PasswordResend`.
        acknowledge_reimage: whether a change may reimage all nodes of all Windows pools.
    """

    def __init__(
        self,
        name: str,
        *,
        cluster_id: pulumi.Input[str],
        password: pulumi.Input[str] | None,
        resent: pulumi.Input[bool],
        acknowledge_reimage: bool,
        opts: pulumi.ResourceOptions,
    ) -> None:
        secret = pulumi.ResourceOptions(additional_secret_outputs=["password"])
        props: dict[str, Any] = {
            "cluster_id": cluster_id,
            "password": pulumi.Output.secret(password),
            "resent": resent,
            "acknowledge_reimage": acknowledge_reimage,
        }
        super().__init__(WindowsPasswordProvider(), name, props, pulumi.ResourceOptions.merge(opts, secret))
