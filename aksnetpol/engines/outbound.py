"""Rules on how a cluster reaches the internet."""

from aksnetpol.engines.model import Cluster
from aksnetpol.engines.rule import ClusterRule

_SOURCE = "AKS docs, egress-outboundtype"
_OWN_NETWORK = frozenset({"userDefinedRouting", "userAssignedNATGateway"})


def _subnets(c: Cluster) -> list[str | None]:
    return [pool.vnet_subnet_id for pool in c.node_pools]


OUTBOUND = (
    ClusterRule(
        "outbound-needs-own-subnet",
        "outboundType",
        lambda c: c.outbound_type in _OWN_NETWORK and not all(_subnets(c)),
        "outboundType {c.outbound_type} needs a subnet of yours, with its route table or NAT gateway, "
        "under every node pool.",
        "Set vnetSubnetId of the system pool and of every other pool, or use loadBalancer.",
        _SOURCE,
    ),
    ClusterRule(
        "managed-nat-with-own-subnet",
        "outboundType",
        lambda c: c.outbound_type == "managedNATGateway" and any(_subnets(c)),
        "outboundType managedNATGateway makes a network of its own and takes no subnet of yours.",
        "Use userAssignedNATGateway, or remove vnetSubnetId from the pools.",
        _SOURCE,
    ),
)
