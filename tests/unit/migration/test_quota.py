"""Quotas are read as Microsoft.Compute answers them; where they are hidden, plans do without."""

import time
from typing import Any

import httpx
import pytest
from azure.core.credentials import AccessToken

from aksnetpol.azure import ArmClient
from aksnetpol.engines import Cluster, NodePool
from aksnetpol.engines.moves import LiveCluster, LiveNodePool
from aksnetpol.migration.quota import with_quota

_SYSTEM = NodePool("nodepool1", count=3)
_LIVE = LiveCluster(
    Cluster("aks", (_SYSTEM,)), (LiveNodePool(_SYSTEM, vm_size="Standard_D4s_v5"),), "shop", "0b"
)
_MORE = "https://management.azure.com/more"
_SKUS: list[dict[str, Any]] = [
    {"name": "Standard_LRS"},
    {
        "name": "standard_d4s_v5",
        "family": "standardDSv5Family",
        "capabilities": [{"name": "MemoryGB", "value": "16"}, {"name": "vCPUs", "value": "4"}],
    },
]
_USAGES = [
    {"name": {"value": "cores"}, "currentValue": 90, "limit": 100},
    {"name": {"value": "standardDSv5Family"}, "currentValue": 12, "limit": 15},
]


class _Credential:
    def get_token(self, *_: str, **__: Any) -> AccessToken:
        return AccessToken("token", int(time.time()) + 3600)


def _client(*, allowed: bool) -> ArmClient:
    def answer(request: httpx.Request) -> httpx.Response:
        if not allowed:
            return httpx.Response(403, json={"error": {"code": "AuthorizationFailed", "message": "no"}})
        if request.url.path.endswith("/skus"):
            assert request.url.params["$filter"] == "location eq 'westeurope'"
            return httpx.Response(200, json={"value": _SKUS[:1], "nextLink": _MORE})
        if request.url.path == "/more":
            return httpx.Response(200, json={"value": _SKUS[1:]})
        assert request.url.path.endswith("/locations/westeurope/usages")
        return httpx.Response(200, json={"value": _USAGES})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    return ArmClient({}, http=http, token=_Credential())


def test_quota() -> None:
    found = with_quota(_client(allowed=True), _LIVE, "westeurope")
    assert [(one.vcpus, one.vm_family) for one in found.pools] == [(4, "standarddsv5family")]
    assert found.free_vcpus == {"cores": 10, "standarddsv5family": 3}


def test_no_right_to_read_it() -> None:
    assert with_quota(_client(allowed=False), _LIVE, "westeurope") == _LIVE


@pytest.mark.parametrize("size", ["", "Standard_Unknown"])
def test_a_size_that_is_not_listed_is_not_reckoned(size: str) -> None:
    pool = LiveNodePool(_SYSTEM, vm_size=size)
    live = LiveCluster(Cluster("aks", (_SYSTEM,)), (pool,), "shop", "0b")
    assert with_quota(_client(allowed=True), live, "westeurope").pools == (pool,)
