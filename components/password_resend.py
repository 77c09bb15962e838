"""Sees when an update of ManagedCluster sends a Windows password that is no longer the declared one.

ManagedCluster ignores changes of adminPassword, because azure-native would replace the cluster, and so sends
with every update the one that its state holds: the one of the creation. Azure never answers a password, so no
refresh brings a later one home.
"""

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime import is_dry_run
from pulumi.runtime.proto.resource_pb2_grpc import ResourceMonitorStub
from pulumi.runtime.settings import get_monitor

from components.errors import MigrationError


@dataclass
class PasswordResend:
    """Watches the updates of one ManagedCluster.

    Args:
        name: unique among the program's clusters.
        password: the declared password, None where none is.
        acknowledged: whether the nodes of Windows pools may be reimaged.
        seen: whether this run sends another password.
    """

    name: str
    password: pulumi.Input[str] | None
    acknowledged: bool
    seen: bool = False

    def hooks(self) -> pulumi.ResourceHookBinding | None:
        """Return the hooks of the ManagedCluster; None without a password, and under Pulumi's mocks."""
        if self.password is None or not isinstance(get_monitor(), ResourceMonitorStub):
            return None
        options = pulumi.ResourceHookOptions(on_dry_run=True)
        name = f"windows-password-{self.name}"
        warn = is_dry_run()

        async def before_update(args: pulumi.ResourceHookArgs) -> None:
            await self.judge(args.new_inputs or {}, warn=warn)

        return pulumi.ResourceHookBinding(before_update=[pulumi.ResourceHook(name, before_update, options)])

    async def judge(self, inputs: Any, *, warn: bool) -> None:
        """Look at what an update is about to send.

        Args:
            inputs: of the ManagedCluster, under Azure's names.
            warn: whether it is a preview, where nothing is sent yet.

        Raises:
            MigrationError: it sends another password, and nobody agreed to the cost.
        """
        given = await pulumi.Output.from_input(inputs).future()
        declared = await pulumi.Output.from_input(self.password).future()
        sent = ((given or {}).get("windowsProfile") or {}).get("adminPassword")
        self.seen = bool(sent and declared and sent != declared)
        if not self.seen or self.acknowledged:
            return
        message = _cost((given or {}).get("resourceName", self.name))
        if not warn:
            raise MigrationError(f"{message} The cluster was not changed.")
        pulumi.log.warn(message)


def _cost(cluster: str) -> str:
    return (
        f"{cluster}: azure-native sends the Windows password of the cluster's creation with this update, and "
        "the declared one is set again right after it: both reimage all nodes of all Windows pools at once. "
        "To agree, set acknowledgeReimage: true under aksnetpol:cluster in the stack's file."
    )
