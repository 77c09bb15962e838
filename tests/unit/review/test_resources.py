"""What happens to resources between two revisions, and which of their values may be shown."""

from dataclasses import replace
from typing import Any

import pytest

from aksnetpol.review import Resource
from aksnetpol.review.masking import SECRET, masked
from aksnetpol.review.model import Operation
from aksnetpol.review.resources import Inputs, Leaf, compare

_CLUSTER = Resource("urn:cluster", "azure-native:containerservice:ManagedCluster", "aks", {"location": "a"})
_POD = Resource("urn:pod", "kubernetes:core/v1:Pod", "server", {"spec": "x"}, deleted_with="urn:cluster")


def _rules(_urn: str, old: Inputs, new: Inputs) -> list[Leaf]:
    keys = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    return [(key, old.get(key), new.get(key), key == "location") for key in keys]


def _told(old: list[Resource], new: list[Resource]) -> list[tuple[Operation, str, str]]:
    return [(one.operation, one.resource.name, one.follows) for one in compare(old, new, _rules)]


@pytest.mark.parametrize(
    ("scenario", "old", "new", "expected"),
    [
        ("same", [_CLUSTER, _POD], [_POD, _CLUSTER], []),
        ("created", [], [_CLUSTER], [(Operation.CREATE, "aks", "")]),
        ("deleted", [_CLUSTER, _POD], [_CLUSTER], [(Operation.DELETE, "server", "")]),
        (
            "updated",
            [_CLUSTER],
            [replace(_CLUSTER, inputs={"location": "a", "tags": 1})],
            [(Operation.UPDATE, "aks", "")],
        ),
        (
            "ignored by the program",
            [_CLUSTER],
            [replace(_CLUSTER, inputs={"location": "a", "tags": 1}, ignored=("tags",))],
            [],
        ),
        (
            "replaced, with what is in it",
            [_CLUSTER, _POD],
            [replace(_CLUSTER, inputs={"location": "b"}), replace(_POD, inputs={"spec": "y"})],
            [(Operation.REPLACE, "aks", ""), (Operation.REPLACE, "server", "ManagedCluster aks")],
        ),
        (
            "new in a replaced one",
            [_CLUSTER],
            [replace(_CLUSTER, inputs={"location": "b"}), _POD],
            [(Operation.REPLACE, "aks", ""), (Operation.CREATE, "server", "")],
        ),
    ],
)
def test_operations(
    scenario: str, old: list[Resource], new: list[Resource], expected: list[tuple[Operation, str, str]]
) -> None:
    assert _told(old, new) == expected, scenario


@pytest.mark.parametrize(
    ("kind", "path", "value", "expected"),
    [
        ("kubernetes:core/v1:Secret", "data.user", "YWRtaW4=", SECRET),
        ("kubernetes:core/v1:Secret", "stringData.user", "admin", SECRET),
        ("kubernetes:core/v1:Secret", "metadata.name", "login", "login"),
        ("kubernetes:core/v1:ConfigMap", "data.user", "admin", "admin"),
        ("azure-native:x:Y", "windowsProfile.adminPassword", "hunter2", SECRET),
        ("azure-native:x:Y", "windowsProfile", {"adminPassword": "p", "adminUsername": "u"}, None),
        ("azure-native:x:Y", "tags.note", "Encrypted-0123456789abcdef-1", SECRET),
        ("azure-native:x:Y", "x.httpProxy", "http://u:hunter2@proxy:1", f"http://{SECRET}@proxy:1"),
        ("azure-native:x:Y", "x", {"a": ["amqp://u:p@q and https://t@r"]}, None),
        ("azure-native:x:Y", "count", 3, 3),
        ("azure-native:x:Y", "adminPassword", None, None),
    ],
)
def test_masked(kind: str, path: str, value: Any, expected: Any) -> None:
    if path == "windowsProfile":
        expected = {"adminPassword": SECRET, "adminUsername": "u"}
    if path == "x":
        expected = {"a": [f"amqp://{SECRET}@q and https://{SECRET}@r"]}
    assert masked(kind, path, value) == expected
