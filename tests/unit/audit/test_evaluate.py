"""Each kind of finding on a live cluster, and what is none."""

from datetime import date
from typing import Any

import pytest

from aksnetpol.audit import AuditedCluster, evaluate
from aksnetpol.audit.model import node_pools
from aksnetpol.engines.moves import LiveDocumentError
from aksnetpol.findings import Topic

from .conftest import SHOP, MakeCluster, pool

TODAY = date(2026, 11, 23)
NPM = {"networkPlugin": "azure", "networkPolicy": "azure"}
CALICO = {"networkPlugin": "azure", "networkPolicy": "calico"}
KUBENET = {"networkPlugin": "kubenet", "networkPolicy": "calico", "podCidr": "10.244.0.0/16"}
WIN = {"osType": "Windows", "mode": "User"}

# scenario: what the document has, errors, warnings, days left
CASES: dict[str, tuple[dict[str, Any], set[str], set[str], int | None]] = {
    "nothing": ({}, set(), set(), 219),
    "npm-linux": ({"network": NPM}, set(), {"retires-npm-linux"}, 219),
    "engine-in-capitals": ({"network": {**NPM, "networkPolicy": "Azure"}}, set(), {"retires-npm-linux"}, 219),
    "npm-windows": (
        {"network": NPM, "pools": [pool(), pool("win", osSKU="Windows2022", **WIN)]},
        {"retired-npm-windows"},
        {"retires-npm-linux", "retires-windows-2022"},
        -54,
    ),
    "npm-many-nodes": (
        {"network": NPM, "pools": [pool(count=251)]},
        {"npm-nodes"},
        {"retires-npm-linux"},
        219,
    ),
    "npm-may-grow-too-far": (
        {"network": NPM, "pools": [pool(enableAutoScaling=True, minCount=1, maxCount=300)]},
        {"npm-nodes"},
        {"retires-npm-linux"},
        219,
    ),
    "npm-near-nodes": (
        {"network": NPM, "pools": [pool(count=200)]},
        set(),
        {"retires-npm-linux", "limit-near"},
        219,
    ),
    "npm-not-near": ({"network": NPM, "pools": [pool(count=199)]}, set(), {"retires-npm-linux"}, 219),
    "npm-many-pods": (
        {"network": NPM, "pools": [pool(count=100, maxPods=250)]},
        set(),
        {"retires-npm-linux", "npm-pods"},
        219,
    ),
    "kubenet": ({"network": KUBENET}, set(), {"retires-kubenet"}, 219),
    "kubenet-many-nodes": (
        {"network": KUBENET, "pools": [pool(count=401)]},
        {"kubenet-nodes", "pod-cidr-full"},
        {"retires-kubenet"},
        219,
    ),
    "npm-on-windows-2019": (
        {
            "network": NPM,
            "pools": [pool(), pool("win", osSKU="Windows2019", **WIN)],
            "currentKubernetesVersion": "1.33.5",
        },
        {"retired-npm-windows", "retired-windows-2019", "windows-2019-version", "npm-windows-2022-only"},
        {"retires-npm-linux", "version-ended"},
        -267,
    ),
    "windows-without-a-known-image": (
        {"network": CALICO, "pools": [pool(), pool("win", osSKU="WindowsNext", **WIN)]},
        set(),
        set(),
        219,
    ),
    "ubuntu-2204-by-name": ({"pools": [pool(osSKU="Ubuntu2204")]}, set(), {"retires-ubuntu-2204"}, 219),
    "ubuntu-2204-by-image": (
        {"pools": [pool(osSKU="Ubuntu", nodeImageVersion="AKSUbuntu-2204gen2containerd-202611.02.0")]},
        set(),
        {"retires-ubuntu-2204"},
        219,
    ),
    "ubuntu-2404-by-image": (
        {"pools": [pool(osSKU="Ubuntu", nodeImageVersion="AKSUbuntu-2404gen2containerd-202611.02.0")]},
        set(),
        set(),
        219,
    ),
    "azure-linux-2": (
        {"pools": [pool(osSKU="AzureLinux", nodeImageVersion="AKSAzureLinux-V2gen2-202511.02.0")]},
        {"retired-azure-linux-2"},
        set(),
        -358,
    ),
    "azure-linux-3": (
        {"pools": [pool(osSKU="AzureLinux", nodeImageVersion="AKSAzureLinux-V3gen2-202611.02.0")]},
        set(),
        set(),
        219,
    ),
    "version-ends-soon": ({"currentKubernetesVersion": "1.34.3"}, set(), {"version-ends"}, 7),
    "version-ends-later": ({"currentKubernetesVersion": "1.35.2"}, set(), set(), 128),
    "version-ended": ({"currentKubernetesVersion": "1.33.5"}, set(), {"version-ended"}, -115),
    "version-without-any-plan": ({"currentKubernetesVersion": "1.27.9"}, {"version-ended"}, set(), None),
    "version-on-long-term-support": (
        {"currentKubernetesVersion": "1.33.5", "supportPlan": "AKSLongTermSupport"},
        set(),
        set(),
        None,
    ),
    "version-past-long-term-support": (
        {"currentKubernetesVersion": "1.27.9", "supportPlan": "AKSLongTermSupport"},
        {"version-ended"},
        set(),
        None,
    ),
}


def _evaluated(document: dict[str, Any]) -> AuditedCluster:
    return evaluate(document, SHOP, TODAY)


@pytest.mark.parametrize("scenario", CASES)
def test_findings(scenario: str, cluster: MakeCluster) -> None:
    wanted, errors, warnings, days = CASES[scenario]
    found = _evaluated(cluster(**wanted))
    assert {one.id for one in found.findings if one.severity == "error"} == errors
    assert {one.id for one in found.findings if one.severity == "warning"} == warnings
    assert found.days_left == days
    assert all(one.message and one.remedy and one.source for one in found.findings)


def test_what_has_ended_is_told_apart(cluster: MakeCluster) -> None:
    pools = [pool(), pool("win", osSKU="Windows2019", **WIN)]
    found = _evaluated(cluster(network=CALICO, pools=pools, currentKubernetesVersion="1.32.9"))
    assert {one.id for one in found.findings if one.topic is Topic.RETIRED} == {
        "retired-windows-2019",
        "version-ended",
    }


def test_pools_at_fault_are_named(cluster: MakeCluster) -> None:
    pools = [
        pool(),
        pool("one", osSKU="Windows2022", **WIN),
        pool("two", osSKU="Windows2022", **WIN),
        pool("old", nodeImageVersion="AKSCBLMariner-V2gen2-202511.02.0", mode="User"),
    ]
    found = _evaluated(cluster(network=NPM, pools=pools, currentKubernetesVersion="1.37.1"))
    named = {(one.id, tuple(node_pools(one))) for one in found.findings if one.subject}
    assert named == {
        ("retires-windows-2022", ("one", "two")),
        ("retired-azure-linux-2", ("old",)),
        ("windows-2022-version", ("one",)),
        ("windows-2022-version", ("two",)),
    }


def test_pools_of_their_own_answer(cluster: MakeCluster) -> None:
    document = cluster()
    document["properties"].pop("agentPoolProfiles")
    properties = pool(osSKU="Ubuntu", nodeImageVersion="AKSUbuntu-2204gen2containerd-202611.02.0")
    found = evaluate(document, SHOP, TODAY, [{"name": "system", "properties": properties}])
    assert found.nodes == 3
    assert [(one.id, node_pools(one)) for one in found.findings] == [("retires-ubuntu-2204", ["system"])]


def test_place_and_size(cluster: MakeCluster) -> None:
    found = _evaluated(cluster("pay", pools=[pool(), pool("work", mode="User", count=5)]))
    place = (found.name, str(found.subscription), found.resource_group, found.location)
    assert place == ("pay", "shop", "rg", "westeurope")
    assert (found.kubernetes_version, found.nodes, found.provisioning_state) == ("1.36.3", 8, "Succeeded")


UNKNOWN: dict[str, dict[str, Any]] = {
    "engine": {"network": {"networkPlugin": "azure", "networkPolicy": "tomorrow"}},
    "pool-without-name": {"pools": [{"count": 3}]},
}


@pytest.mark.parametrize("scenario", UNKNOWN)
def test_what_the_rules_do_not_know_is_said(scenario: str, cluster: MakeCluster) -> None:
    with pytest.raises(LiveDocumentError):
        _evaluated(cluster(**UNKNOWN[scenario]))
