"""The identity of a managed cluster and its right to use an existing subnet."""

# The SDK's modules load at their first use, and annotations must not be that.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import authorization, managedidentity

NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"


@dataclass(frozen=True)
class Identity:
    """What a managed cluster sends as `identity`, and what it must wait for.

    Args:
        argument: azure-native's `identity` argument.
        principal_id: object id of a user-assigned identity that this component made; None when Azure
            makes the identity with the cluster, or when it is somebody else's.
        resource: the identity resource made here, if any.
    """

    argument: dict[str, Any]
    principal_id: pulumi.Output[str] | None = None
    resource: managedidentity.UserAssignedIdentity | None = None


@dataclass(frozen=True)
class Place:
    """Where a resource goes.

    Args:
        resource_name: its name in Azure.
        resource_group_name: its resource group.
        location: Azure region.
        tags: its tags.
    """

    resource_name: str
    resource_group_name: pulumi.Input[str]
    location: pulumi.Input[str]
    tags: Mapping[str, pulumi.Input[str]] | None


def user_assigned(
    name: str,
    place: Place,
    opts: pulumi.ResourceOptions,
) -> Identity:
    """Make a user-assigned identity.

    Args:
        name: Pulumi name.
        place: where, and the name in Azure.
        opts: options with the parent.
    """
    made = managedidentity.UserAssignedIdentity(
        name,
        resource_name_=place.resource_name,
        resource_group_name=place.resource_group_name,
        location=place.location,
        tags=place.tags,
        opts=opts,
    )
    argument = {"type": "UserAssigned", "user_assigned_identities": [made.id]}
    return Identity(argument, made.principal_id, made)


def allow_subnet(
    name: str,
    principal_id: pulumi.Input[str],
    subnet_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> authorization.RoleAssignment:
    """Let an identity join nodes and load balancers to a subnet (AKS docs, concepts-network-cni-overview).

    Args:
        name: Pulumi name.
        principal_id: object id of the identity.
        subnet_id: ARM id of the subnet.
        opts: options with the parent.
    """
    return authorization.RoleAssignment(
        name,
        scope=subnet_id,
        principal_id=principal_id,
        # A fresh identity is not yet replicated; without its type Azure answers PrincipalNotFound.
        principal_type="ServicePrincipal",
        role_definition_id=pulumi.Output.from_input(subnet_id).apply(_network_contributor),
        opts=opts,
    )


def _network_contributor(scope: str) -> str:
    subscription = scope.split("/")[2]
    provider = "providers/Microsoft.Authorization/roleDefinitions"
    return f"/subscriptions/{subscription}/{provider}/{NETWORK_CONTRIBUTOR}"
