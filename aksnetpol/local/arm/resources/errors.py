"""Refusals of the front door about groups, providers and placement."""

from aksnetpol.local.arm.errors import ArmFaultError


def group_not_found(name: str) -> ArmFaultError:
    """Return the 404 for a group, or for anything in a group, that does not exist."""
    return ArmFaultError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def group_being_deleted(name: str) -> ArmFaultError:
    """Return the 409 for writes into a group whose deletion runs."""
    message = f"The resource group '{name}' is in deprovisioning state and cannot perform this operation."
    return ArmFaultError(409, "ResourceGroupBeingDeleted", message)


def group_moved(name: str, there: str, here: str) -> ArmFaultError:
    """Return the 409 for a group that exists in another region."""
    message = (
        f"Invalid resource group location '{here}'. The Resource group already exists in location '{there}'."
    )
    return ArmFaultError(409, "InvalidResourceGroupLocation", message, target=name)


def resource_moved(name: str, there: str, group: str, here: str) -> ArmFaultError:
    """Return the 409 for a resource that exists in another region."""
    message = (
        f"The resource '{name}' already exists in location '{there}' in resource group '{group}'. A resource "
        f"with the same name cannot be created in location '{here}'. Please select a new resource name."
    )
    return ArmFaultError(409, "InvalidResourceLocation", message)


def location_required() -> ArmFaultError:
    """Return the 400 for a tracked resource without location."""
    return ArmFaultError(400, "LocationRequired", "The location property is required for this definition.")


def location_unknown(location: str) -> ArmFaultError:
    """Return the 400 for a region that Azure does not have."""
    message = f"The provided location '{location}' is not available for this resource type."
    return ArmFaultError(400, "LocationNotAvailableForResourceType", message)


def not_registered(namespace: str) -> ArmFaultError:
    """Return the 409 for a provider that the subscription has not registered."""
    message = (
        f"The subscription is not registered to use namespace '{namespace}'. "
        "See https://aka.ms/rps-not-found for how to register subscriptions."
    )
    return ArmFaultError(409, "MissingSubscriptionRegistration", message, target=namespace)


def unknown_namespace(namespace: str) -> ArmFaultError:
    """Return the 404 for a namespace that no one serves."""
    message = f"The resource namespace '{namespace}' is invalid."
    return ArmFaultError(404, "InvalidResourceNamespace", message)
