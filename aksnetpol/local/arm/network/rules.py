"""Address rules of virtual networks, and the plain types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from aksnetpol.local.arm.network import errors
from aksnetpol.local.arm.store import Json


@dataclass(frozen=True)
class PlainType:
    """A type whose resources are stored and returned with a state, and not interpreted.

    Args:
        name: with its provider, under which its operations are polled.
        seconds: that a creation or an update takes in Azure; a removal takes as long again.
        guid: the property that tells one from the one that had its name before.
    """

    name: str
    seconds: float = 5.0
    guid: str = "resourceGuid"


PLAIN_TYPES: Mapping[str, PlainType] = {
    row.name: row
    for row in (
        PlainType("Microsoft.Network/networkSecurityGroups"),
        PlainType("Microsoft.Network/routeTables"),
        PlainType("Microsoft.Network/natGateways"),
        PlainType("Microsoft.Network/publicIPAddresses"),
        PlainType("Microsoft.OperationalInsights/workspaces", seconds=30.0, guid="customerId"),
    )
}

Network = IPv4Network | IPv6Network


def prefixes(properties: Json) -> list[str]:
    """Return a subnet's prefixes, whichever of the two spellings holds them."""
    several = properties.get("addressPrefixes") or []
    single = properties.get("addressPrefix")
    return [single] if single else list(several)


def parse(prefix: str, where: str) -> Network:
    """Return the network of a prefix.

    Raises:
        ArmFaultError: 400 InvalidCIDRNotation.
    """
    try:
        return ip_network(prefix)
    except ValueError as error:
        raise errors.bad_prefix(prefix, where) from error


def check(network: str, space: Sequence[str], subnets: Mapping[str, Sequence[str]]) -> None:
    """Accept the subnets of a virtual network: inside its space, apart from each other.

    Args:
        network: the virtual network's name.
        space: its address prefixes.
        subnets: prefixes by subnet name.

    Raises:
        ArmFaultError: InvalidCIDRNotation, NetcfgSubnetRangeOutsideVnet, NetcfgSubnetRangesOverlap.
    """
    available = [parse(prefix, network) for prefix in space]
    taken: list[tuple[str, Network]] = []
    for name, own in subnets.items():
        for prefix in own:
            parsed = parse(prefix, f"{network}/{name}")
            if not any(_inside(parsed, outer) for outer in available):
                raise errors.outside(name, network)
            for other, range_ in taken:
                if parsed.overlaps(range_):
                    raise errors.overlap(name, other)
            taken.append((name, parsed))


def _inside(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network):
        return inner.subnet_of(outer)
    return False
