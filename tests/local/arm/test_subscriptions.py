"""Lists of clusters over pages and subscriptions, as Microsoft's own clients read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.mgmt.containerservice import ContainerServiceClient

from aksnetpol.local.arm import RunningClock, Settings
from bench.audit_fleet import new_subscriptions, seed

from .conftest import Azure, emulated

OTHERS = new_subscriptions(2)
CLUSTERS, PAGE = 90, 7


@dataclass(frozen=True)
class Fleet:
    """Emulated Azure with clusters in several subscriptions."""

    azure: Azure

    def client(self, subscription: str) -> ContainerServiceClient:
        """Return a client for a subscription."""
        url, bundle = self.azure.emulator.url, str(self.azure.emulator.ca_bundle)
        identity = self.azure.emulator.identity
        credential = ClientSecretCredential(
            identity.tenant_id,
            identity.client_id,
            identity.client_secret,
            authority=url,
            disable_instance_discovery=True,
            connection_verify=bundle,
        )
        options: dict[str, Any] = {"credential_scopes": [f"{url}/.default"], "connection_verify": bundle}
        return ContainerServiceClient(credential, subscription, base_url=url, **options)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Three subscriptions with thirty clusters each, seven on a page."""
    home = tmp_path_factory.mktemp("subscriptions") / "home"
    seed(home, CLUSTERS, OTHERS)
    settings = Settings(page_size=PAGE, readable_subscriptions=OTHERS)
    with emulated(home, RunningClock(50_000.0), settings) as azure:
        yield Fleet(azure)


def test_list_follows_every_page(fleet: Fleet) -> None:
    own = fleet.azure.emulator.identity.subscription_id
    for subscription in (own, *OTHERS):
        fleet.azure.requests.seen.clear()
        with fleet.client(subscription) as client:
            found = list(client.managed_clusters.list())
        assert len({one.id for one in found}) == CLUSTERS / 3
        assert all(str(one.id).startswith(f"/subscriptions/{subscription}/") for one in found)
        assert all(one.agent_pool_profiles for one in found), "a list shows all pools"
        lists = [path for _, path in fleet.azure.requests.seen if path.endswith("managedClusters")]
        assert len(lists) == 5  # thirty by seven


def test_every_subscription_is_listed(fleet: Fleet) -> None:
    found = fleet.azure.arm.get("/subscriptions", "2022-12-01").body["value"]
    own = fleet.azure.emulator.identity.subscription_id
    assert [one["subscriptionId"] for one in found] == [own, *OTHERS]
    assert len({one["displayName"] for one in found}) == 3
    for one in found:
        assert fleet.azure.arm.get(one["id"], "2022-12-01").body == one


def test_another_subscription_is_for_reading_clusters(fleet: Fleet) -> None:
    with fleet.client(OTHERS[0]) as client:
        one = next(iter(client.managed_clusters.list()))
        group, name = str(one.id).split("/")[4], str(one.name)
        assert client.managed_clusters.get(group, name).id == one.id
        assert list(client.agent_pools.list(group, name))
        with pytest.raises(HttpResponseError) as refused:
            client.managed_clusters.begin_delete(group, name)
        assert refused.value.status_code == 403
        assert "'Microsoft.ContainerService/managedClusters/delete'" in str(refused.value)
        with pytest.raises(HttpResponseError, match="listClusterUserCredential/action"):
            client.managed_clusters.list_cluster_user_credentials(group, name)
    nowhere = fleet.client("00000000-0000-0000-0000-000000000000")
    with nowhere as client, pytest.raises(ResourceNotFoundError, match="SubscriptionNotFound"):
        list(client.managed_clusters.list())
