"""Node pools beside a cluster's system pool."""

from typing import NotRequired

import pulumi
from pulumi import Input, Output
from pulumi_azure_native import containerservice

from aksnetpol_components.component import Component
from aksnetpol_components.leaves import Leaf, sent
from aksnetpol_components.pass_through import arguments
from aksnetpol_components.pool_profile import PoolProfileArgs, is_autoscaled, pool_properties

_TIMEOUTS = pulumi.CustomTimeouts(create="1h", update="3h", delete="1h")


class NodePoolArgs(PoolProfileArgs):
    """A node pool and the cluster it belongs to."""

    cluster_id: Input[str]
    """ARM id of the cluster, from AksCluster."""
    disable_outbound_nat: NotRequired[Input[bool]]
    """Windows only: no source NAT on the nodes; needs a NAT gateway as outbound type."""


OUTBOUND_NAT = (Leaf("disable_outbound_nat", "windowsProfile.disableOutboundNat"),)


class _AgentPoolComponent(Component):
    """One AgentPool of either operating system.

    Azure answers a second pool operation on the same cluster with 409 OperationNotAllowed, which
    azure-native does not retry: give each pool `depends_on` the one before.
    """

    pool_id: Output[str]
    """ARM id."""
    pool_name: Output[str]
    """Name in Azure."""

    def _create(self, name: str, args: NodePoolArgs, os_type: str) -> None:
        cluster = Output.from_input(args["cluster_id"])
        own = {
            "resource_group_name": cluster.apply(lambda arm_id: arm_id.split("/")[4]),
            "resource_name": cluster.apply(lambda arm_id: arm_id.split("/")[8]),
            "agent_pool_name": args["name"],
            **pool_properties(args, os_type=os_type, mode="User"),
            **sent(OUTBOUND_NAT, args),
        }
        options = self.child(
            delete_before_replace=True,
            custom_timeouts=_TIMEOUTS,
            ignore_changes=["count"] if is_autoscaled(args) else [],
        )
        extra = args.get("agent_pool_args")
        pool = containerservice.AgentPool(
            name, **arguments(containerservice.AgentPoolArgs, own, extra), opts=options
        )
        self.pool_id = pool.id
        self.pool_name = Output.from_input(args["name"])
        self.finish()


class NodePool(_AgentPoolComponent):
    """A Linux node pool, user mode unless told otherwise."""

    def __init__(self, name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._create(name, args, "Linux")


class WindowsNodePool(_AgentPoolComponent):
    """A Windows node pool; its cluster must have been created with a Windows profile."""

    def __init__(self, name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._create(name, args, "Windows")
