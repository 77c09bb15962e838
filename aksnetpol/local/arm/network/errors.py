"""Refusals of Microsoft.Network; they come in the `error` envelope."""

from aksnetpol.local.arm.errors import ArmFaultError


def busy(operation_id: str) -> ArmFaultError:
    """Return the 409 while another operation runs (aks-facts, section 2)."""
    message = (
        "Another operation on this or dependent resource is in progress. "
        f"To retrieve status of the operation use uri: {operation_id}."
    )
    return ArmFaultError(409, "AnotherOperationInProgress", message)


def bad_prefix(prefix: str, where: str) -> ArmFaultError:
    """Return the 400 for what is no CIDR."""
    message = f"Address prefix string '{prefix}' is not a valid CIDR, at {where}."
    return ArmFaultError(400, "InvalidCIDRNotation", message)


def outside(subnet: str, network: str) -> ArmFaultError:
    """Return the 400 for a subnet that its network does not contain."""
    message = (
        f"Subnet '{subnet}' is not valid because its IP address range is outside the IP address range of "
    )
    return ArmFaultError(400, "NetcfgSubnetRangeOutsideVnet", f"{message}virtual network '{network}'.")


def overlap(subnet: str, other: str) -> ArmFaultError:
    """Return the 400 for two subnets that share addresses."""
    message = (
        f"Subnet '{subnet}' is not valid because its IP address range overlaps with that of an existing "
        f"subnet '{other}'."
    )
    return ArmFaultError(400, "NetcfgSubnetRangesOverlap", message)


def in_use(subnet: str, user: str) -> ArmFaultError:
    """Return the 400 for the removal of a subnet that a cluster uses."""
    message = (
        f"Subnet {subnet} is in use by {user} and cannot be deleted. In order to delete the subnet, "
        "delete all the resources within the subnet. See aka.ms/deletesubnet."
    )
    return ArmFaultError(400, "InUseSubnetCannotBeDeleted", message)


def parent_not_found(network_id: str) -> ArmFaultError:
    """Return the 404 for a subnet of a network that does not exist."""
    message = (
        f"Can not perform requested operation on nested resource. Parent resource '{network_id}' not found."
    )
    return ArmFaultError(404, "ParentResourceNotFound", message)
