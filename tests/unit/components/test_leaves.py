"""leaves.py and its tables: complete, true to azure-native, the same in both directions."""

import typing
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from pulumi import _types as sdk
from pulumi_azure_native.containerservice import (
    AgentPoolArgs,
    ManagedClusterAgentPoolProfileArgs,
    ManagedClusterArgs,
)

from aksnetpol_components import (
    AksClusterArgs,
    NetworkProfileArgs,
    NodePoolArgs,
    PoolProfileArgs,
    WindowsProfileArgs,
)
from aksnetpol_components.cluster_properties import CLUSTER, WINDOWS
from aksnetpol_components.leaves import Leaf, nested, python_name, sent
from aksnetpol_components.network_profile import NETWORK
from aksnetpol_components.node_pool import OUTBOUND_NAT
from aksnetpol_components.pool_profile import POOL

ENVELOPE = "names a resource, not a property of it"
WITHOUT_LEAF: dict[type, dict[str, str]] = {
    AksClusterArgs: {
        "cluster_name": ENVELOPE,
        "resource_group_name": ENVELOPE,
        "existing_resource_group_name": ENVELOPE,
        "system_pool": "its own table",
        "network_profile": "its own table",
        "windows_profile": "its own table",
        "identity_type": "with the next one, the resource's identity",
        "user_assigned_identity_id": "see above",
        "grant_subnets": "makes role assignments",
        "subnet_ids": "have role assignments",
        "linux_admin_username": "is sent beside a key only",
        "admin_credentials": "chooses the kubeconfig",
        "acknowledge_reimage": "guards",
        "accept_retired": "guards",
        "protect": "guards",
        "managed_cluster_args": "is merged over all",
    },
    WindowsProfileArgs: {
        "admin_password": "given or generated, and never read back",
        "generate_password": "see above",
    },
    NetworkProfileArgs: {},
    NodePoolArgs: {
        "name": ENVELOPE,
        "cluster_id": ENVELOPE,
        "agent_pool_args": "is merged over all",
    },
}
TABLES: dict[type, Sequence[Leaf]] = {
    AksClusterArgs: CLUSTER,
    WindowsProfileArgs: WINDOWS,
    NetworkProfileArgs: NETWORK,
    NodePoolArgs: (*POOL, *OUTBOUND_NAT),
}
RESOURCES: list[tuple[type, Sequence[Leaf]]] = [
    (ManagedClusterArgs, (*CLUSTER, *WINDOWS, *NETWORK)),
    (AgentPoolArgs, (*POOL, *OUTBOUND_NAT)),
    (ManagedClusterAgentPoolProfileArgs, POOL),
]


def inner(kind: Any) -> Iterator[type]:
    """Yield azure-native's classes in the type of a property."""
    if isinstance(kind, type) and sdk.is_input_type(kind):
        yield kind
    for one in typing.get_args(kind):
        yield from inner(one)


def exists(kind: type, path: Sequence[str]) -> bool:
    """Tell whether a class of azure-native has a property."""
    found = sdk.input_type_types(kind).get(path[0])
    return found is not None and (len(path) == 1 or any(exists(one, path[1:]) for one in inner(found)))


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
def test_each_argument_has_one_row_or_a_reason(kind: type) -> None:
    rows = [leaf.argument for leaf in TABLES[kind]]
    assert sorted([*rows, *WITHOUT_LEAF[kind]]) == sorted(kind.__annotations__)


@pytest.mark.parametrize(
    ("kind", "leaf"),
    [
        pytest.param(kind, leaf, id=f"{kind.__name__}-{leaf.argument}")
        for kind, table in RESOURCES
        for leaf in table
    ],
)
def test_azure_native_has_the_property(kind: type, leaf: Leaf) -> None:
    assert exists(kind, leaf.arm.split("."))


def test_an_argument_has_the_propertys_name_but_for_these() -> None:
    """Else a row that names the wrong property would read back as well as the right one."""
    rows = [leaf for table in TABLES.values() for leaf in table]
    other = {leaf.argument: leaf.arm for leaf in rows if leaf.path[-1] != leaf.argument}
    assert other == {
        "private_cluster": "apiServerAccessProfile.enablePrivateCluster",
        "sku_tier": "sku.tier",
        "ssh_public_key": "linuxProfile.ssh.publicKeys",
    }


@pytest.mark.parametrize("kind", [ManagedClusterArgs, AgentPoolArgs], ids=lambda kind: kind.__name__)
def test_the_rule_of_names_holds_for_every_property(kind: type) -> None:
    """So that a row needs one name only."""
    seen: set[type] = set()
    left = [kind]
    while left:
        one = left.pop()
        seen.add(one)
        names = sdk.input_type_py_to_pulumi_names(one).items()
        assert [python for python, arm in names if python_name(arm) != python] == []
        left += {found for types in sdk.input_type_types(one).values() for found in inner(types)} - seen
    assert len(seen) > 10


@pytest.mark.parametrize(
    ("arm", "python"),
    [
        pytest.param("vmSize", "vm_size", id="words"),
        pytest.param("vnetSubnetID", "vnet_subnet_id", id="acronym-last"),
        pytest.param("authorizedIPRanges", "authorized_ip_ranges", id="acronym-within"),
        pytest.param("effectiveOutboundIPs", "effective_outbound_ips", id="acronyms"),
        pytest.param("max-graceful-termination-sec", "max_graceful_termination_sec", id="hyphens"),
    ],
)
def test_python_name(arm: str, python: str) -> None:
    assert python_name(arm) == python


def test_what_a_system_pool_changes_in_place_stands_at_the_top() -> None:
    """Its own resource compares ARM's properties one by one."""
    assert [leaf for leaf in (*CLUSTER, *WINDOWS, *NETWORK, *OUTBOUND_NAT) if leaf.in_place] == []
    assert [leaf for leaf in POOL if leaf.in_place and "." in leaf.arm] == []


@pytest.mark.parametrize(
    "leaf", [leaf for table in TABLES.values() for leaf in table], ids=lambda leaf: leaf.argument
)
def test_conversions_come_in_pairs(leaf: Leaf) -> None:
    assert (leaf.encode is None) == (leaf.decode is None)


LEAF = Leaf("tier", "sku.tier", default="Free")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        pytest.param({"tier": "Premium"}, {"sku": {"tier": "Premium"}}, id="given"),
        pytest.param({}, {"sku": {"tier": "Free"}}, id="default"),
        pytest.param({"tier": None}, {}, id="none"),
        pytest.param({"tier": False, "other": 1}, {"sku": {"tier": False}}, id="false"),
    ],
)
def test_sent(args: dict[str, Any], expected: dict[str, Any]) -> None:
    assert sent([LEAF, Leaf("absent", "sku.name")], args) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param({"sku": {"tier": "Premium"}}, "Premium", id="there"),
        pytest.param({"sku": {"name": "Base"}}, None, id="absent"),
        pytest.param({"sku": None}, None, id="null-above"),
        pytest.param({}, None, id="nothing-above"),
    ],
)
def test_read(document: dict[str, Any], expected: Any) -> None:
    assert LEAF.read(document) == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param([{"keyData": "ssh-rsa A"}], "ssh-rsa A", id="one"),
        pytest.param([{"keyData": "a"}, {"keyData": "b"}], None, id="two-have-no-argument"),
    ],
)
def test_ssh_keys(keys: list[dict[str, str]], expected: str | None) -> None:
    (leaf,) = [one for one in CLUSTER if one.argument == "ssh_public_key"]
    assert leaf.read({"linuxProfile": {"ssh": {"publicKeys": keys}}}) == expected


def test_nested() -> None:
    assert nested([(["a"], 1), (["b", "c"], 2), (["b", "d"], 3)]) == {"a": 1, "b": {"c": 2, "d": 3}}


def test_a_pool_has_no_arguments_but_those_of_its_table() -> None:
    assert set(PoolProfileArgs.__annotations__) < set(NodePoolArgs.__annotations__)
