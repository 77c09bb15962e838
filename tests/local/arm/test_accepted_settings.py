"""Settings never crash, and what they accept the emulated Azure accepts too."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from aksnetpol.azure import ArmClient
from aksnetpol.local.arm import Emulator
from aksnetpol.local.arm.clock import RunningClock
from aksnetpol.local.arm.settings import Settings
from aksnetpol.local.providers.azure_native.mapping import to_arm
from aksnetpol.local.providers.azure_native.resource_types import RESOURCE_TYPES
from aksnetpol_stacks import LoadedSettings
from aksnetpol_stacks.parse import parse
from aksnetpol_stacks.program import deploy as declare
from aksnetpol_stacks.settings import StackSettings

TODAY = date(2026, 11, 23)
FEATURE = "WindowsNetworkPolicyPreview"
CLUSTER = RESOURCE_TYPES["azure-native:containerservice:ManagedCluster"]
POOL = RESOURCE_TYPES["azure-native:containerservice:AgentPool"]
NETWORK = "/subscriptions/SUBSCRIPTION/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/own"
Strategy = st.SearchStrategy[dict[str, Any]]
EXAMPLES = int(os.environ.get("AKSNETPOL_EXAMPLES", "200"))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """None (the key is absent) two times in three: most settings of most stacks are defaults."""
    return st.one_of(st.none(), st.none(), values)


def present(mapping: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if value is not None}


def pool(wild: dict[str, st.SearchStrategy[Any]], **sound: st.SearchStrategy[Any]) -> Strategy:
    """A pool of sound values, one in seven with one of the wild."""
    one = st.sampled_from(sorted(wild)).flatmap(lambda key: st.fixed_dictionaries({key: wild[key]}))
    spoiled = st.one_of(*[st.just(dict[str, Any]())] * 6, one)
    return st.builds(lambda good, bad: present({**good, **bad}), st.fixed_dictionaries(sound), spoiled)


SCALES = st.sampled_from(
    [
        {},
        {},
        {"count": 1},
        {"count": 3},
        {"count": 300},
        {"minCount": 1, "maxCount": 5},
        {"minCount": 3, "maxCount": 3},
    ]
)
WILD_POOL: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["Bad-Name", "toolong7", "a23456789012", "a234567890123", "nodepool1"]),
    "count": st.sampled_from([0, 1, 1000, 1001]),
    "minCount": st.sampled_from([0, 4, 1001]),
    "osSku": st.sampled_from(["Ubuntu", "AzureLinux", "Windows2019", "Windows2022", "Windows2025", "Beos"]),
    "mode": st.sampled_from(["System", "User"]),
    "maxPods": st.sampled_from([9, 10, 29, 250, 251]),
    "nodeTaints": st.just(["nonsense"]),
    "enableFips": st.booleans(),
    "vnetSubnetId": st.just(f"{NETWORK}/subnets/nodes"),
    "podSubnetId": st.just(f"{NETWORK}/subnets/pods"),
}
COMMON: dict[str, st.SearchStrategy[Any]] = {
    "maxPods": maybe(st.sampled_from([30, 110, 250])),
    "nodeLabels": maybe(st.just({"team": "net"})),
    "availabilityZones": maybe(st.just(["1", "2"])),
}
LINUX = pool(
    WILD_POOL,
    name=st.sampled_from(["work", "a23456789012"]),
    osSku=maybe(st.sampled_from(["Ubuntu", "AzureLinux"])),
    nodeTaints=maybe(st.just(["sku=gpu:NoSchedule"])),
    **COMMON,
)
WINDOWS = pool(
    WILD_POOL,
    name=st.sampled_from(["npwin", "win"]),
    osType=st.just("Windows"),
    osSku=st.sampled_from(["Windows2022", "Windows2022", "Windows2022", "Windows2025", "Windows2019"]),
    enableFips=maybe(st.booleans()),
    **COMMON,
)
OVERLAY, CILIUM = {"networkPluginMode": "overlay"}, {"networkPolicy": "cilium"}
NETWORKINGS: list[dict[str, Any]] = [
    *({"networkPolicy": engine} for engine in ("none", "azure", "calico", "cilium")),
    *({"networkPolicy": engine, **OVERLAY} for engine in ("none", "azure", "calico", "cilium")),
    {**CILIUM, **OVERLAY, "networkDataplane": "cilium", "podCidr": "192.168.0.0/16"},
    {"networkPolicy": "none", "networkPlugin": "kubenet"},
    {"networkPolicy": "calico", "networkPlugin": "kubenet", "podCidr": "192.168.0.0/16"},
    {"networkPolicy": "none", "networkPlugin": "none"},
]
SOUND: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["aks", "a", "my_cluster-1", "x" * 63]),
    "location": maybe(st.sampled_from(["westeurope", "East US 2"])),
    "resourceGroup": maybe(st.just("rg_own")),
    "kubernetesVersion": maybe(st.sampled_from(["1.33", "1.34", "1.35", "1.36", "1.36.3"])),
    "serviceCidr": maybe(st.sampled_from(["10.2.0.0/24", "10.3.0.0/16"])),
    "outboundType": maybe(st.just("managedNATGateway")),
    "systemPool": maybe(pool(WILD_POOL, **COMMON)),
    "nodePools": st.lists(
        st.builds(lambda one, scale: {**scale, **one}, st.one_of(LINUX, WINDOWS), SCALES),
        max_size=2,
        unique_by=lambda one: one["name"],
    ),
    "windows": maybe(st.sampled_from([{}, {"adminUsername": "azureuser"}])),
    "identity": maybe(st.just({"type": "UserAssigned"})),
    "sshPublicKey": maybe(st.just("ssh-rsa AAAAB3NzaC1yc2E= someone")),
    "authorizedIpRanges": maybe(st.just(["20.30.40.0/24"])),
    "privateCluster": maybe(st.booleans()),
    "skuTier": maybe(st.sampled_from(["Free", "Standard", "Premium"])),
    "nodeOsUpgradeChannel": st.sampled_from([None, "None", "Unmanaged", "SecurityPatch", "NodeImage"]),
    "previewFeatures": st.sampled_from([[], [FEATURE]]),
    "tags": maybe(st.just({"team": "net"})),
    "acceptRetired": st.booleans(),
}
WILD: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["bad_name_", "x" * 64, ""]),
    "networkPolicy": st.sampled_from(["none", "azure", "calico", "cilium"]),
    "networkPlugin": st.sampled_from(["azure", "kubenet", "none"]),
    "networkPluginMode": st.just("overlay"),
    "networkDataplane": st.sampled_from(["azure", "cilium"]),
    # None that is still to come: Azure alone knows when it has it.
    "kubernetesVersion": st.sampled_from(["1.20", "1.28", "1.32", "1.37"]),
    "podCidr": st.sampled_from(["10.0.0.0/8", "172.16.0.0/12", "10.244.0.0/25", "10.244.0.0/22", "nonsense"]),
    "serviceCidr": st.sampled_from(["10.0.0.0/11", "10.0.0.0/12", "172.31.0.0/24", "10.2.0.1/24"]),
    "dnsServiceIp": st.sampled_from(["10.0.0.10", "10.0.0.1", "10.0.0.0", "10.2.0.10", "8.8.8.8"]),
    "outboundType": st.sampled_from(["userAssignedNATGateway", "userDefinedRouting", "none"]),
    "dnsPrefix": st.sampled_from(["shop", "-bad", "x" * 54, "x" * 55]),
    "windows": st.sampled_from([{"adminUsername": "administrator"}, {"adminUsername": "dot."}]),
    "authorizedIpRanges": st.just(["nonsense"]),
}


@st.composite
def clusters(draw: st.DrawFn) -> dict[str, Any]:
    """A sound networking with sound settings, of which at most two are then spoiled."""
    cluster = {**draw(st.fixed_dictionaries(SOUND)), **draw(st.sampled_from(NETWORKINGS))}
    if any("osType" in one for one in cluster["nodePools"]):
        cluster["windows"] = cluster["windows"] or {}
    spoiled = draw(st.sampled_from([0, 0, 0, 1, 2]))
    for key in draw(st.permutations(sorted(WILD)))[:spoiled]:
        cluster[key] = draw(WILD[key])
    return present(cluster)


class EmulatedAzure:
    """An emulator that refuses or accepts a whole stack at once."""

    def __init__(self, home: Path, features: list[str]) -> None:
        self.emulator = Emulator(home, clock=RunningClock(1e7), settings=Settings(retry_after=0.005))
        self.emulator.start()
        self.arm = ArmClient({**os.environ, **self.emulator.environment()}, sleep=lambda _: None)
        self.root = f"/subscriptions/{self.arm.subscription_id}"
        self.groups = 0
        for feature in features:
            path = f"{self.root}/providers/Microsoft.Features/providers/Microsoft.ContainerService/features"
            self.arm.post(f"{path}/{feature}/register", "2021-07-01")
            # As the component PreviewFeature does: only then the feature counts.
            assert self.arm.get(f"{path}/{feature}", "2021-07-01").body["properties"]["state"] == "Registered"
            self.arm.post(f"{self.root}/providers/Microsoft.ContainerService/register", "2024-11-01")

        self.arm.put(f"{self.root}/resourceGroups/net", "2024-03-01", {"location": "eastus"})
        # Large, and apart from every range that the strategies give: settings cannot know a subnet's range.
        subnets = [
            {"name": "nodes", "properties": {"addressPrefix": "100.64.0.0/11"}},
            {"name": "pods", "properties": {"addressPrefix": "100.96.0.0/11"}},
        ]
        space = {"addressPrefixes": ["100.64.0.0/10"]}
        network = {"location": "eastus", "properties": {"addressSpace": space, "subnets": subnets}}
        self.arm.put(self._here(NETWORK), "2024-05-01", network)

    def _here(self, text: str) -> str:
        return text.replace("/subscriptions/SUBSCRIPTION", self.root)

    def create(self, cluster: dict[str, Any], pools: list[dict[str, Any]]) -> None:
        """Create a cluster and its pools in a resource group of their own; raises ArmError when refused."""
        cluster, pools = json.loads(self._here(json.dumps([cluster, pools])))
        self.groups += 1
        group = f"{self.root}/resourceGroups/group{self.groups}"
        self.arm.put(group, "2024-03-01", {"location": cluster["location"]})
        identity = cluster.get("identity", {})
        if identity.get("type") == "UserAssigned":
            own = f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/own"
            self.arm.put(own, "2023-01-31", {"location": cluster["location"]})
            cluster = {**cluster, "identity": {**identity, "userAssignedIdentities": {own: {}}}}
        path = f"{group}/providers/Microsoft.ContainerService/managedClusters/{cluster.pop('name')}"
        self.arm.put(path, CLUSTER.api_version, cluster)
        for one in pools:
            self.arm.put(f"{path}/agentPools/{one.pop('name')}", POOL.api_version, one)

    def close(self) -> None:
        self.arm.close()
        self.emulator.stop()


@pytest.fixture(scope="module")
def azures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, EmulatedAzure]]:
    """Azure, by whether the preview feature is registered there."""
    place = tmp_path_factory.mktemp("azure")
    found = {
        False: EmulatedAzure(place / "plain", []),
        True: EmulatedAzure(place / "preview", [FEATURE]),
    }
    yield found
    for one in found.values():
        one.close()


@dataclass
class Seen:
    """What the examples were, so that the test can tell whether it said anything."""

    refused: int = 0
    accepted: set[str] = field(default_factory=set[str])
    kinds: set[tuple[str, str, str, bool]] = field(default_factory=set[tuple[str, str, str, bool]])

    def accept(self, cluster: dict[str, Any], stack: StackSettings) -> None:
        """Note settings without errors."""
        self.accepted.add(json.dumps(cluster, sort_keys=True))
        asked = stack.cluster
        windows = any(one.os_type == "Windows" for one in asked.node_pools)
        mode = str(asked.network_plugin_mode or "")
        self.kinds.add((str(asked.network_policy), str(asked.network_plugin), mode, windows))


SEEN = Seen()


def each_networking(test: Callable[..., None]) -> Callable[..., None]:
    """Every networking at least once: which ones are drawn changes with each new setting."""
    for one in NETWORKINGS:
        test = example(cluster={"name": "aks", "acceptRetired": True, **one})(test)
    return test


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
@each_networking
@given(cluster=clusters())
def check(azures: dict[bool, EmulatedAzure], deploy: Callable[..., Any], cluster: dict[str, Any]) -> None:
    found = parse({"cluster": cluster, "demo": {"enabled": False}}, TODAY)
    for finding in found.findings:
        assert finding.subject
        assert finding.message
        assert finding.remedy
    if found.settings is None or found.errors:
        SEEN.refused += 1
        return
    stack = found.settings
    SEEN.accept(cluster, stack)
    declared = deploy(lambda: declare(LoadedSettings(stack, ())))
    made = declared.one("ManagedCluster").inputs
    pools = [one.inputs for one in declared.all("AgentPool")]
    # Settings cannot know what a subscription has registered already.
    windows = any(one.os_type == "Windows" for one in stack.cluster.node_pools)
    needed = windows and stack.cluster.network_policy == "azure"
    azures[needed or FEATURE in stack.cluster.preview_features].create(
        {"name": made["resourceName"], **to_arm(CLUSTER, made)},
        [{"name": one["agentPoolName"], **to_arm(POOL, one)} for one in pools],
    )


def test_settings_never_crash_and_azure_takes_what_they_accept(
    azures: dict[bool, EmulatedAzure], deploy: Callable[..., Any]
) -> None:
    check(azures, deploy)
    # Else the test would say nothing: many that differ, over most of the networkings that there are.
    assert len(SEEN.accepted) >= EXAMPLES / 5
    assert SEEN.refused >= EXAMPLES / 5
    assert len(SEEN.kinds) >= 12, sorted(SEEN.kinds)


@settings(max_examples=300)
@given(
    data=st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.one_of(
                    st.sampled_from(["cluster", "demo", "policies", "name", "nodePools", "networkPolicy"]),
                    st.text(max_size=4),
                ),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=12,
    )
)
def test_no_data_crashes(data: Any) -> None:
    found = parse(data if isinstance(data, dict) else {"cluster": data}, TODAY)
    assert found.settings is not None or found.errors
    json.dumps([finding.message for finding in found.findings])


def test_the_check_can_fail(azures: dict[bool, EmulatedAzure]) -> None:
    """The emulator refuses what no rule of ours would let through."""
    wrong = {"networkPlugin": "kubenet", "networkPolicy": "azure"}
    pools = [{"name": "p", "mode": "System", "count": 1, "vmSize": "Standard_D4s_v5"}]
    with pytest.raises(Exception, match="NetworkPolicyAzureNotSupportedForKubenet"):
        azures[False].create(
            {
                "name": "aks",
                "location": "eastus",
                "identity": {"type": "SystemAssigned"},
                "properties": {"dnsPrefix": "a", "networkProfile": wrong, "agentPoolProfiles": pools},
            },
            [],
        )
