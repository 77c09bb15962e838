"""aksnetpol/adoption/program.py: how each resource is registered while its cluster is adopted."""

from typing import Any, cast

import pulumi
import pytest

from aksnetpol.adoption.program import by_id

from .conftest import CLUSTER_ID

CLUSTER = "azure-native:containerservice:ManagedCluster"
OURS = "pulumi-python:dynamic/aksnetpol"


def registered(kind: str, *, planning: bool) -> pulumi.ResourceTransformationResult | None:
    options = pulumi.ResourceOptions(protect=True, ignore_changes=["agentPoolProfiles"])
    args = pulumi.ResourceTransformationArgs(
        cast(pulumi.Resource, None), kind, "cluster", {"count": 3}, options
    )
    return by_id({(CLUSTER, "cluster"): CLUSTER_ID}, planning=planning)(args)


@pytest.mark.parametrize(
    ("planning", "protect", "ignored"),
    [
        pytest.param(True, False, ["agentPoolProfiles"], id="a-plan-says-what-differs"),
        pytest.param(False, True, ["agentPoolProfiles", "*"], id="an-import-updates-nothing"),
    ],
)
def test_an_import(planning: bool, protect: bool, ignored: list[str]) -> None:
    found = registered(CLUSTER, planning=planning)
    assert found is not None
    assert found.opts.import_ == CLUSTER_ID
    assert (found.opts.protect, found.opts.ignore_changes) == (protect, ignored)
    names = {"resource_group_name": "shop", "resource_name": "aks"}
    assert found.props == {"count": 3, **names}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param(f"{OURS}:SystemPool", {"count": 3, "adopting": True}, id="system-pool"),
        pytest.param(f"{OURS}:ClusterNetworking", {"count": 3, "adopting": True}, id="networking"),
        pytest.param(f"{OURS}:WindowsPassword", None, id="creates-without-a-write"),
        pytest.param("azure-native:resources:ResourceGroup", None, id="other"),
    ],
)
def test_ours_are_told(kind: str, expected: dict[str, Any] | None) -> None:
    found = registered(kind, planning=False)
    assert (None if found is None else found.props) == expected
