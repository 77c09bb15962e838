"""Sees when an update of ManagedCluster sends a Windows password that is no longer the declared one.

ManagedCluster ignores changes of adminPassword, because azure-native would replace the cluster, and so sends
with every update the one that its state holds: the one of the creation. Azure never answers a password, so no
refresh brings a later one home. Where none is declared, somebody else may have set another one, so whatever
is sent counts as another.
"""

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime import is_dry_run
from pulumi.runtime.proto.resource_pb2_grpc import ResourceMonitorStub
from pulumi.runtime.settings import get_monitor

from aksnetpol.migration.errors import MigrationError

_AGREE = "To agree, set acknowledgeReimage: true under aksnetpol:cluster in the stack's file."


@dataclass
class PasswordResend:
    """Watches the updates of one ManagedCluster.

    Args:
        name: unique among the program's clusters.
        password: the declared password, None where none is declared.
        acknowledged: whether the nodes of Windows pools may be reimaged.
        seen: whether this run sends another password.
    """

    name: str
    password: pulumi.Input[str] | None
    acknowledged: bool
    seen: bool = False

    def hooks(self) -> pulumi.ResourceHookBinding | None:
        """Return the hooks of the ManagedCluster; None under Pulumi's mocks."""
        if not isinstance(get_monitor(), ResourceMonitorStub):
            return None
        options = pulumi.ResourceHookOptions(on_dry_run=True)
        name = f"windows-password-{self.name}"
        warn = is_dry_run()

        async def before_update(args: pulumi.ResourceHookArgs) -> None:
            await self.judge(args.new_inputs or {}, warn=warn)

        return pulumi.ResourceHookBinding(before_update=[pulumi.ResourceHook(name, before_update, options)])

    async def judge(self, inputs: Any, *, warn: bool) -> None:
        """Look at what an update is about to send; warn of what is not refused.

        Args:
            inputs: of the ManagedCluster, under Azure's names.
            warn: whether it is a preview, where nothing is sent yet.

        Raises:
            MigrationError: it sends another password, and nobody agreed to the cost.
        """
        given = await pulumi.Output.from_input(inputs).future()
        declared = await pulumi.Output.from_input(self.password).future()
        sent = ((given or {}).get("windowsProfile") or {}).get("adminPassword")
        # Declared and empty is one that a preview does not know yet.
        another = self.password is None or (declared and sent != declared)
        self.seen = bool(sent and another)
        if not self.seen:
            return
        message = self._cost((given or {}).get("resourceName", self.name))
        if not self.acknowledged and not warn:
            raise MigrationError(f"{message} {_AGREE} The cluster was not changed.")
        if not self.acknowledged:
            pulumi.log.warn(f"{message} {_AGREE}")
        elif not warn:
            pulumi.log.warn(message if self.password is None else f"{message} {_stopped(given)}")

    def _cost(self, cluster: str) -> str:
        sends = (
            f"{cluster}: azure-native sends the Windows password of the cluster's creation with this update"
        )
        if self.password is None:
            return (
                f"{sends}, in place of whatever is set now, since none is declared: that reimages all nodes "
                "of all Windows pools at once. To have one set after it, add the secret "
                "aksnetpol:windowsAdminPassword."
            )
        return (
            f"{sends}, and the declared one is set again right after it: both reimage all nodes of all "
            "Windows pools at once."
        )


def _stopped(given: Any) -> str:
    cluster = f"--resource-group {given.get('resourceGroupName')} --name {given.get('resourceName')}"
    return (
        "If this run is stopped before that update has ended, set it with "
        f"`az aks update {cluster} --windows-admin-password PASSWORD`."
    )
