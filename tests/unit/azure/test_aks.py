"""How AKS is asked, and what of its answers is the user's mistake."""

import base64

import httpx
import pytest

from aksnetpol.azure import ArmError, CloudError, aks
from aksnetpol.errors import UserError

from .conftest import MakeArm

CLUSTER = aks.cluster_id("sub", "shop", "aks")
MORE = f"https://management.azure.com{CLUSTER}/agentPools?page=2"


def answer(**body: object) -> httpx.Response:
    return httpx.Response(200, json=body)


def test_names_are_quoted() -> None:
    assert aks.cluster_id("sub", "a/b", "c d").endswith(
        "/subscriptions/sub/resourceGroups/a%2Fb/providers/Microsoft.ContainerService/managedClusters/c%20d"
    )


def test_pools_of_all_pages(make_arm: MakeArm) -> None:
    arm, client = make_arm(answer(value=[{"name": "a"}], nextLink=MORE), answer(value=[{"name": "b"}]))
    assert [one["name"] for one in aks.pools(client, CLUSTER)] == ["a", "b"]
    assert [request.url.params["api-version"] for request in arm.requests] == [aks.API_VERSION] * 2


def test_pages_that_come_back(make_arm: MakeArm) -> None:
    _, client = make_arm(*[answer(value=[], nextLink=MORE)] * 3)
    with pytest.raises(CloudError, match="comes back to a page that was read"):
        aks.pools(client, CLUSTER)


@pytest.mark.parametrize(
    ("admin", "action"),
    [
        pytest.param(False, "listClusterUserCredential", id="user"),
        pytest.param(True, "listClusterAdminCredential", id="administrator"),
    ],
)
def test_kubeconfig(make_arm: MakeArm, admin: bool, action: str) -> None:
    arm, client = make_arm(answer(kubeconfigs=[{"value": base64.b64encode(b"kind: Config").decode()}]))
    assert aks.kubeconfig(client, CLUSTER, admin=admin) == "kind: Config"
    assert arm.called == [f"POST {CLUSTER}/{action}?api-version={aks.API_VERSION}"]


@pytest.mark.parametrize(
    ("status", "raised"),
    [pytest.param(404, UserError, id="no-cluster"), pytest.param(403, ArmError, id="no-right")],
)
def test_only_a_missing_cluster_is_the_users_mistake(status: int, raised: type[Exception]) -> None:
    with pytest.raises(raised), aks.existing(CLUSTER):
        raise ArmError(status, "Code", "No.")
