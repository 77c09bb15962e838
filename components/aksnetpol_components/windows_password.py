"""Changes the password of a live cluster's Windows nodes in place.

azure-native plans to replace the whole cluster when it changes (provider/pkg/gen/replacement.go), though AKS
takes a new one and gives the Windows nodes a fresh image (AKS docs, windows-faq). Azure never answers the
password, so the stack's own state says whether it is another, and whether an update of the cluster has sent
an older one since (`ResendCount`): that is made good in the same run or, where it fails, in the next. Only a
run that is stopped while Azure still takes that update leaves no trace; `PasswordResend` warns beforehand.
"""

from typing import TYPE_CHECKING, Any

import pulumi
import pulumi.dynamic

from aksnetpol.azure.aks import API_VERSION
from aksnetpol.migration.document import cluster_body, write
from aksnetpol.migration.errors import MigrationError
from aksnetpol_components import dynamic

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
    document = client.get(cluster_id, API_VERSION).body
    body = cluster_body(document)
    profile = {**body["properties"]["windowsProfile"], "adminPassword": password}
    properties = {**body["properties"], "windowsProfile": profile}
    write(client, cluster_id, document, {**body, "properties": properties})


_AGAIN = "Run `pulumi up` again: it sets the declared one."


class WindowsPasswordProvider(dynamic.Provider):
    """Compares the declared password with the one set before, and sets it."""

    def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
        """Note the password; the cluster was created with it, unless an update has sent another one since."""
        if _count(props) and props.get("password"):
            _set(props, resent=True)
        return pulumi.dynamic.CreateResult(props["cluster_id"], _outs(props))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.DiffResult:
        """Another cluster replaces; another password, or an older one sent since, changes in place.

        None leaves the one that is set.
        """
        replaces = ["cluster_id"] if _olds.get("cluster_id") != _news.get("cluster_id") else []
        wanted = _news.get("password")
        differs = _olds.get("password") != wanted or _count(_olds) != _count(_news)
        changed = bool(replaces) or (bool(wanted) and differs)
        return pulumi.dynamic.DiffResult(changes=changed, replaces=replaces)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.UpdateResult:
        """Set the declared password, if the user agrees to the cost.

        Raises:
            MigrationError: nobody agreed, or Azure did not take it while an older one is live.
            ArmError, CloudError: Azure did not take it.
        """
        _set(_news, resent=_count(_olds) != _count(_news))
        return pulumi.dynamic.UpdateResult(_outs(_news))


def _set(props: dict[str, Any], *, resent: bool) -> None:
    from aksnetpol.azure.errors import AzureError

    name = str(props["cluster_id"]).rpartition("/")[2]
    live = f"An update has sent the Windows password of the cluster's creation, which is live. {_AGAIN} "
    said = f"{name}: {live if resent else ''}"
    if not props.get("acknowledge_reimage"):
        raise MigrationError(
            f"{said}A new Windows password reimages all nodes of all Windows pools at once. "
            "To agree, set acknowledgeReimage: true under aksnetpol:cluster in the stack's file. "
            "Nothing was changed."
        )
    try:
        rotate(dynamic.arm_client(), props["cluster_id"], props["password"])
    except AzureError as error:
        if not resent:
            raise
        raise MigrationError(f"{said}{error}") from error


def _count(props: dict[str, Any]) -> Any:
    # None in the state of older versions; not a number while a preview only plans to count.
    return props.get("resends") or 0


def _outs(props: dict[str, Any]) -> dict[str, Any]:
    return {
        "cluster_id": props["cluster_id"],
        "password": props.get("password"),
        "resends": int(_count(props)),
    }


class WindowsPassword(pulumi.dynamic.Resource, module="aksnetpol", name="WindowsPassword"):
    """The password of a cluster's Windows administrator, secret.

    Args:
        cluster_id: ARM id of the cluster.
        password: 14 to 123 characters; None where somebody else set it.
        resends: how often updates of the cluster sent another one, from `ResendCount`.
        acknowledge_reimage: whether a change may reimage all nodes of all Windows pools.
    """

    def __init__(
        self,
        name: str,
        *,
        cluster_id: pulumi.Input[str],
        password: pulumi.Input[str] | None,
        resends: pulumi.Input[int],
        acknowledge_reimage: bool,
        opts: pulumi.ResourceOptions,
    ) -> None:
        secret = pulumi.ResourceOptions(additional_secret_outputs=["password"])
        props: dict[str, Any] = {
            "cluster_id": cluster_id,
            "password": pulumi.Output.secret(password),
            "resends": resends,
            "acknowledge_reimage": acknowledge_reimage,
        }
        super().__init__(WindowsPasswordProvider(), name, props, pulumi.ResourceOptions.merge(opts, secret))
