"""The emulator, seen by Microsoft's own clients, unmodified."""

from __future__ import annotations

from typing import Any, cast

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.core.polling import LROPoller
from azure.mgmt.containerservice.models import AgentPool, ManagedCluster

from aksnetpol.local.arm.faults import Fault

from .conftest import Azure

CLUSTER: dict[str, Any] = {
    "location": "eastus",
    "identity": {"type": "SystemAssigned"},
    "properties": {
        "dnsPrefix": "shop",
        "kubernetesVersion": "1.36",
        "networkProfile": {"networkPlugin": "azure", "networkPolicy": "calico"},
        "agentPoolProfiles": [
            {"name": "system", "mode": "System", "count": 2, "vmSize": "Standard_D4s_v5", "osType": "Linux"}
        ],
    },
}
WORK: dict[str, Any] = {
    "properties": {"count": 3, "vmSize": "Standard_D4s_v5", "mode": "User", "osType": "Linux"}
}


def create(azure: Azure, group: str, body: dict[str, Any] = CLUSTER) -> LROPoller[ManagedCluster]:
    """Begin to create the cluster aks, from plain JSON, which the client takes at run time."""
    return azure.containers.managed_clusters.begin_create_or_update(group, "aks", cast(ManagedCluster, body))


def add_pool(azure: Azure, group: str, name: str, properties: dict[str, Any]) -> LROPoller[AgentPool]:
    """Begin to add a pool to it."""
    body = cast(AgentPool, {"properties": properties})
    return azure.containers.agent_pools.begin_create_or_update(group, "aks", name, body)


def code(error: HttpResponseError) -> str:
    """Azure's code of a refusal."""
    return str(error.error.code) if error.error else ""


@pytest.fixture
def group(azure: Azure, request: pytest.FixtureRequest) -> str:
    """A resource group of the test's own."""
    name = request.node.name.replace("[", "-").replace("]", "")
    azure.resources.resource_groups.create_or_update(name, {"location": "eastus"})
    return name


def test_a_cluster_with_a_pool_comes_and_goes(azure: Azure, group: str) -> None:
    clusters, pools = azure.containers.managed_clusters, azure.containers.agent_pools
    made = create(azure, group).result()
    assert (made.provisioning_state, made.network_profile.network_policy) == ("Succeeded", "calico")
    assert made.current_kubernetes_version.startswith("1.36.")
    pool = add_pool(azure, group, "work", WORK["properties"]).result()
    assert (pool.provisioning_state, pool.count) == ("Succeeded", 3)
    assert [one.name for one in pools.list(group, "aks")] == ["system", "work"]
    assert [one.name for one in clusters.get(group, "aks").agent_pool_profiles] == ["system", "work"]
    pools.begin_delete(group, "aks", "work").result()
    assert [one.name for one in pools.list(group, "aks")] == ["system"]
    clusters.begin_delete(group, "aks").result()
    with pytest.raises(ResourceNotFoundError):
        clusters.get(group, "aks")
    assert list(clusters.list_by_resource_group(group)) == []


def test_what_is_there_is_listed(azure: Azure, group: str) -> None:
    create(azure, group).result()
    groups = {one.name for one in azure.resources.resource_groups.list()}
    assert group in groups
    found = [str(one.type).lower() for one in azure.resources.resources.list_by_resource_group(group)]
    assert found == ["microsoft.containerservice/managedclusters"]
    assert "aks" in [one.name for one in azure.containers.managed_clusters.list()]


def test_lists_have_pages(azure: Azure, group: str) -> None:
    for number in range(53):
        name = f"g{number:02}"
        azure.resources.resource_groups.create_or_update(name, {"location": "eastus"})
    names = {one.name for one in azure.resources.resource_groups.list()}
    assert {f"g{number:02}" for number in range(53)} <= names


def test_a_group_takes_its_clusters_along(azure: Azure, group: str) -> None:
    create(azure, group).result()
    azure.resources.resource_groups.begin_delete(group).result()
    with pytest.raises(ResourceNotFoundError) as missing:
        azure.containers.managed_clusters.get(group, "aks")
    assert code(missing.value) == "ResourceGroupNotFound"


def refused(call: Any) -> HttpResponseError:
    with pytest.raises(HttpResponseError) as caught:
        call()
    return caught.value


def test_a_request_can_be_throttled(azure: Azure, group: str) -> None:
    """The client waits as Retry-After says and goes on; nobody hears of it."""
    azure.emulator.faults.add(
        Fault(
            method="PUT",
            path=f"{group}/.*managedClusters/aks",
            status=429,
            code="TooManyRequests",
            retry_after=0,
        )
    )
    made = create(azure, group).result()
    assert made.provisioning_state == "Succeeded"


def test_an_operation_can_fail(azure: Azure, group: str) -> None:
    drain = "Drain node n failed: Cannot evict pod shop/web-0"
    azure.emulator.faults.add(
        Fault(
            kind="operation",
            method="PUT",
            path=f"{group}/.*managedClusters/aks",
            code="PodDrainFailure",
            message=drain,
        )
    )
    error = refused(create(azure, group).result)
    assert drain in str(error)
    assert azure.containers.managed_clusters.get(group, "aks").provisioning_state == "Failed"
