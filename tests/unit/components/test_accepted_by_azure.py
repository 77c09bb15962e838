"""Settings never crash, and what they accept the emulated Azure accepts too."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings, target
from hypothesis import strategies as st

from aksnetpol.azure import ArmClient
from aksnetpol.local.arm import Emulator
from aksnetpol.local.arm.clock import RunningClock
from aksnetpol.local.arm.settings import Settings
from aksnetpol.local.providers.azure_native.mapping import to_arm
from aksnetpol.local.providers.azure_native.resource_types import RESOURCE_TYPES
from components.program import deploy as declare
from stacks import LoadedSettings
from stacks.parse import parse

TODAY = date(2026, 11, 23)
FEATURE = "WindowsNetworkPolicyPreview"
CLUSTER = RESOURCE_TYPES["azure-native:containerservice:ManagedCluster"]
POOL = RESOURCE_TYPES["azure-native:containerservice:AgentPool"]
EXAMPLES = int(os.environ.get("AKSNETPOL_EXAMPLES", "150"))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """None (the key is absent) three times in four: most settings of most stacks are defaults."""
    return st.one_of(st.none(), st.none(), st.none(), values)


def present(mapping: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if value is not None}


def pool(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "count": maybe(st.sampled_from([0, 1, 3, 300, 1001])),
            "minCount": maybe(st.sampled_from([0, 1, 3])),
            "maxCount": maybe(st.sampled_from([1, 3, 5, 1001])),
            "osSku": maybe(
                st.sampled_from(["Ubuntu", "AzureLinux", "Windows2019", "Windows2022", "Windows2025", "Beos"])
            ),
            "mode": maybe(st.sampled_from(["System", "User"])),
            "maxPods": maybe(st.sampled_from([9, 10, 30, 110, 250, 251])),
            "nodeLabels": maybe(st.just({"team": "net"})),
            "nodeTaints": maybe(st.sampled_from([["sku=gpu:NoSchedule"], ["nonsense"]])),
            "availabilityZones": maybe(st.just(["1", "2"])),
            "enableFips": maybe(st.booleans()),
            **more,
        }
    ).map(present)


LINUX = pool(name=st.sampled_from(["work", "a23456789012", "Bad-Name"]))
WINDOWS = pool(
    name=st.sampled_from(["npwin", "win", "toolong7"]),
    osType=st.just("Windows"),
    osSku=st.sampled_from(["Windows2022", "Windows2022", "Windows2019", "Windows2025", None]),
)
CLUSTERS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["aks", "a", "bad_name_", "x" * 64]),
        "networkPolicy": st.sampled_from(["none", "azure", "calico", "cilium"]),
        "networkPlugin": st.sampled_from([None, "azure", "azure", "kubenet", "none"]),
        "networkPluginMode": st.sampled_from([None, None, "overlay"]),
        "networkDataplane": maybe(st.sampled_from(["azure", "cilium"])),
        "kubernetesVersion": maybe(st.sampled_from(["1.33", "1.34", "1.35", "1.36", "1.36.3", "1.20"])),
        "podCidr": maybe(
            st.sampled_from(["192.168.0.0/16", "10.0.0.0/8", "172.30.0.0/16", "10.244.0.0/25", "nonsense"])
        ),
        "serviceCidr": maybe(st.sampled_from(["10.2.0.0/24", "10.0.0.0/11", "172.31.0.0/24", "10.2.0.1/24"])),
        "dnsServiceIp": maybe(st.sampled_from(["10.0.0.10", "10.2.0.10", "10.2.0.1", "10.2.0.0", "8.8.8.8"])),
        "outboundType": maybe(
            st.sampled_from(["managedNATGateway", "userAssignedNATGateway", "userDefinedRouting", "none"])
        ),
        "dnsPrefix": maybe(st.sampled_from(["shop", "-bad"])),
        "systemPool": maybe(pool()),
        "nodePools": st.lists(st.one_of(LINUX, WINDOWS), max_size=2),
        "windows": st.sampled_from(
            [None, {"adminUsername": "azureuser"}, {}, {"adminUsername": "administrator"}]
        ),
        "identity": maybe(st.just({"type": "UserAssigned"})),
        "authorizedIpRanges": maybe(st.sampled_from([["203.0.113.0/24"], ["nonsense"]])),
        "privateCluster": maybe(st.booleans()),
        "skuTier": maybe(st.sampled_from(["Free", "Standard", "Premium"])),
        "previewFeatures": st.sampled_from([[], [FEATURE]]),
        "tags": maybe(st.just({"team": "net"})),
    }
).map(present)


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

    def create(self, cluster: dict[str, Any], pools: list[dict[str, Any]]) -> None:
        """Create a cluster and its pools in a resource group of their own; raises ArmError when refused."""
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


SEEN = {"accepted": 0, "refused": 0}


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.target],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
@given(cluster=CLUSTERS)
def check(azures: dict[bool, EmulatedAzure], deploy: Callable[..., Any], cluster: dict[str, Any]) -> None:
    found = parse({"cluster": cluster, "demo": {"enabled": False}}, TODAY)
    for finding in found.findings:
        assert finding.key
        assert finding.message
        assert finding.remedy
    target(-float(len(found.errors)))
    if found.settings is None or found.errors:
        SEEN["refused"] += 1
        return
    SEEN["accepted"] += 1
    stack = found.settings
    declared = deploy(lambda: declare(LoadedSettings(stack, ())))
    made = declared.one("ManagedCluster").inputs
    pools = [one.inputs for one in declared.all("AgentPool")]
    azures[FEATURE in stack.cluster.preview_features].create(
        {"name": made["resourceName"], **to_arm(CLUSTER, made)},
        [{"name": one["agentPoolName"], **to_arm(POOL, one)} for one in pools],
    )


def test_settings_never_crash_and_azure_takes_what_they_accept(
    azures: dict[bool, EmulatedAzure], deploy: Callable[..., Any]
) -> None:
    check(azures, deploy)
    # Else the test would say nothing.
    assert SEEN["accepted"] >= EXAMPLES / 10, SEEN
    assert SEEN["refused"] >= EXAMPLES / 10, SEEN


@settings(max_examples=300, deadline=None)
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
