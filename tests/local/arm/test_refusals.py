"""Each thing that AKS refuses is refused with Azure's code, message, target and envelope; nothing stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from aksnetpol.local.arm.containerservice.rules import addresses, changes, network, pools, windows

from .conftest import Azure
from .refusals import BASE, CLUSTERS, POOL, POOLS, ROWS, Json, Row, system

GROUP = "refusals"
# Versions before 1.27 cannot be had any more.
UNREACHABLE = {"overlay-version"}
# All that are disallowed have fewer than the 14 characters that AKS demands first.
SHADOWED = {"windows-password-forbidden"}


class Cluster:
    """Sends requests about one cluster or its pools, from plain JSON."""

    def __init__(self, azure: Azure, name: str, places: dict[str, str]) -> None:
        self.azure, self.name, self._places = azure, name, places

    def put(self, properties: Json) -> None:
        """Create or change the cluster."""
        body = {"location": "eastus", "identity": {"type": "SystemAssigned"}, "properties": properties}
        operations: Any = self.azure.containers.managed_clusters
        operations.begin_create_or_update(GROUP, self.name, self._placed(body)).result()

    def put_pool(self, name: str, properties: Json) -> None:
        """Create or change a pool."""
        operations: Any = self.azure.containers.agent_pools
        body = self._placed({"properties": {**POOL, **properties}})
        operations.begin_create_or_update(GROUP, self.name, name, body).result()

    def _placed(self, body: Json) -> Json:
        text = json.dumps(body)
        for name, subnet_id in self._places.items():
            text = text.replace(f"${name}", subnet_id)
        return json.loads(text)


@pytest.fixture(scope="module")
def places(azure: Azure) -> dict[str, str]:
    """Ids of subnets, by name."""
    group = azure.group(GROUP)
    path = f"{group}/providers/Microsoft.Network/virtualNetworks/own"
    prefixes = {"nodes": "10.1.0.0/24", "tiny": "10.1.1.0/28", "pods": "10.1.2.0/24"}
    subnets = [{"name": name, "properties": {"addressPrefix": item}} for name, item in prefixes.items()]
    space = {"addressPrefixes": ["10.1.0.0/16"]}
    azure.arm.put(
        path, "2024-05-01", {"location": "eastus", "properties": {"addressSpace": space, "subnets": subnets}}
    )
    return {name: f"{path}/subnets/{name}" for name in prefixes}


@pytest.fixture(scope="module")
def live(azure: Azure, places: dict[str, str]) -> Iterator[dict[str, Cluster]]:
    """The clusters that are there before, each made when a row asks for it."""

    class Made(dict[str, Cluster]):
        def __missing__(self, name: str) -> Cluster:
            cluster = self[name] = Cluster(azure, name, places)
            cluster.put({**BASE, **CLUSTERS[name]})
            if name in POOLS:
                cluster.put_pool(*POOLS[name])
            return cluster

    yield Made()


def refused(cluster: Cluster, row: Row) -> HttpResponseError:
    with pytest.raises(HttpResponseError) as caught:
        if row.pool:
            cluster.put_pool(row.pool, row.properties)
        elif row.live:
            cluster.put(row.properties)
        else:
            cluster.put({**BASE, **row.properties})
    return caught.value


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_a_refusal_and_its_words(
    azure: Azure, places: dict[str, str], live: dict[str, Cluster], row: Row
) -> None:
    cluster = live[row.live] if row.live else Cluster(azure, "fresh", places)
    before = azure.containers.managed_clusters.get(GROUP, row.live).as_dict() if row.live else None
    error = refused(cluster, row)
    assert error.status_code == 400
    response: Any = error.response
    body = json.loads(response.text())
    # The AKS resource provider answers without the `error` wrapper (aks-facts, section 2).
    assert set(body) == {"code", "details", "message", "subcode", "target"}
    assert (body["code"], body["subcode"]) == row.answer
    assert row.says == body["message"] if row.code and "/" not in row.id else row.says in body["message"]
    assert body["target"] == row.target
    if row.live:
        assert azure.containers.managed_clusters.get(GROUP, row.live).as_dict() == before
    else:
        names = [one.name for one in azure.containers.managed_clusters.list_by_resource_group(GROUP)]
        assert "fresh" not in names


def test_every_rule_has_a_row() -> None:
    tables = (network.RULES, addresses.RULES, windows.RULES, pools.SHAPE, pools.FIT, changes.RULES)
    rules = {rule.id for table in tables for rule in table}
    assert rules - {row.rule for row in ROWS} == UNREACHABLE | SHADOWED


# aks-facts, section 3, "Create matrix": plugin, mode, dataplane; then none, azure, calico, cilium.
A, B = "NetworkPolicyCiliumRequiresCiliumDataplane", "CiliumDataplaneRequiresNetworkPolicyCilium"
C = "NetworkPolicyAzureNotSupportedForKubenet"
D = "UnsupportedNetworkPluginModeWithNetworkPlugin"
E, F = "EmuCiliumWithoutAzureCni", "EmuPolicyWithoutPlugin"
POLICIES = ("none", "azure", "calico", "cilium")
MATRIX = [
    ("azure", "", "azure", "", "", "", A),
    ("azure", "overlay", "azure", "", "", "", A),
    ("azure", "", "cilium", B, B, B, ""),
    ("azure", "overlay", "cilium", B, B, B, ""),
    ("kubenet", "", "azure", "", C, "", A),
    ("kubenet", "overlay", "azure", D, D, D, D),
    ("kubenet", "overlay", "cilium", D, D, D, D),
    ("kubenet", "", "cilium", E, E, E, E),
    ("none", "", "azure", "", F, F, A),
    ("none", "", "cilium", E, E, E, E),
]
CELLS = [
    pytest.param(row[:3], policy, said, id="-".join(part for part in (*row[:3], policy) if part))
    for row in MATRIX
    for policy, said in zip(POLICIES, row[3:], strict=True)
]


@pytest.mark.parametrize(("networking", "policy", "said"), CELLS)
def test_the_matrix_of_creations(
    azure: Azure, places: dict[str, str], networking: tuple[str, str, str], policy: str, said: str
) -> None:
    plugin, mode, dataplane = networking
    cluster = Cluster(azure, f"m-{plugin}-{mode}-{dataplane}-{policy}", places)
    profile: Json = {"networkPlugin": plugin, "networkDataplane": dataplane, "networkPolicy": policy}
    profile |= {"networkPluginMode": mode} if mode else {}
    wanted = {**BASE, "networkProfile": profile, "agentPoolProfiles": system()}
    if not said:
        cluster.put(wanted)
        found = azure.containers.managed_clusters.get(GROUP, cluster.name)
        assert found.network_profile.network_policy == policy
        return
    with pytest.raises(HttpResponseError) as caught:
        cluster.put(wanted)
    response: Any = caught.value.response
    body = json.loads(response.text())
    assert said in (body["code"], body["subcode"])
