"""Counts in the stack's state the updates of a cluster that sent another Windows password than declared.

Setting the declared one again comes last and may fail, or never be reached. The count is noted right after
the cluster's update, without a call that could fail, so the next run knows what is still to do.
"""

from typing import Any

import pulumi
import pulumi.dynamic

from aksnetpol_components import dynamic


class ResendCountProvider(dynamic.Provider):
    """Counts; asks nobody."""

    def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
        """Begin to count, with the cluster or with the first update that is watched."""
        return pulumi.dynamic.CreateResult(props["cluster_id"], _outs(props, 0))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.DiffResult:
        """Another cluster replaces; another password sent in this run counts."""
        replaces = ["cluster_id"] if _olds.get("cluster_id") != _news.get("cluster_id") else []
        return pulumi.dynamic.DiffResult(changes=bool(replaces) or _news["resent"] is True, replaces=replaces)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.UpdateResult:
        """Count one more."""
        return pulumi.dynamic.UpdateResult(_outs(_news, int(_olds["resends"])))


def _outs(props: dict[str, Any], before: int) -> dict[str, Any]:
    return {"cluster_id": props["cluster_id"], "resends": before + (props["resent"] is True)}


class ResendCount(pulumi.dynamic.Resource, module="aksnetpol", name="ResendCount"):
    """How often another Windows password was sent.

    Args:
        cluster_id: ARM id of the cluster.
        resent: whether this run's update of the cluster sent one, from `PasswordResend`.
    """

    resends: pulumi.Output[int]

    def __init__(
        self,
        name: str,
        *,
        cluster_id: pulumi.Input[str],
        resent: pulumi.Input[bool],
        opts: pulumi.ResourceOptions,
    ) -> None:
        props: dict[str, Any] = {"cluster_id": cluster_id, "resent": resent, "resends": None}
        super().__init__(ResendCountProvider(), name, props, opts)
