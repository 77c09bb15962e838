"""What the engine says of each resource, from the JSON of its preview."""

import json
from typing import Any

import pytest

from aksnetpol.review.masking import SECRET
from aksnetpol.review.model import UNKNOWN, Operation, PropertyChange
from aksnetpol.review.read.planned import planned, value_at
from aksnetpol.review.resources import Inputs, Leaf

_CLUSTER = "azure-native:containerservice:ManagedCluster"
_NETWORKING = "pulumi-python:dynamic/aksnetpol:ClusterNetworking"
_TAG = {"tags.team": {"kind": "update", "inputDiff": True}}


def _urn(kind: str, name: str = "x") -> str:
    return f"urn:pulumi:dev::shop::{kind}::{name}"


def _step(
    op: str,
    kind: str,
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    detail: dict[str, Any] | None = None,
    **extra: Any,
) -> dict[str, Any]:
    urn = _urn(kind)
    sides = {
        side: {"urn": urn, "type": kind, "custom": True, "inputs": inputs, **extra}
        for side, inputs in (("oldState", old), ("newState", new))
        if inputs is not None
    }
    return {"op": op, "urn": urn, "detailedDiff": detail, **sides}


def _rules(_urn: str, old: Inputs, new: Inputs) -> list[Leaf]:
    """Stand for the providers' rules, which have tests of their own."""
    return [(key, old.get(key), new[key], False) for key in new if old.get(key) != new[key]]


def _planned(*steps: dict[str, Any]) -> list[tuple[Operation, str, tuple[PropertyChange, ...]]]:
    found = planned(json.dumps({"steps": steps}), _rules)
    return [(one.operation, one.resource.type, one.changes) for one in found]


@pytest.mark.parametrize(
    ("step", "operation", "changes"),
    [
        pytest.param(_step("create", _CLUSTER, None, {"a": 1}), Operation.CREATE, (), id="create"),
        pytest.param(_step("delete", _CLUSTER, {"a": 1}, None), Operation.DELETE, (), id="delete"),
        pytest.param(
            _step("update", _CLUSTER, {"tags": {"team": "hand"}}, {"tags": {"team": "net"}}, _TAG),
            Operation.UPDATE,
            (PropertyChange("tags.team", "hand", "net"),),
            id="the leaves that the engine names",
        ),
        pytest.param(
            _step(
                "replace",
                _CLUSTER,
                {"location": "a"},
                {"location": "b"},
                {"location": {"kind": "update-replace"}},
            ),
            Operation.REPLACE,
            (PropertyChange("location", "a", "b", replaces=True),),
            id="what replaces it",
        ),
        pytest.param(
            _step("update", _NETWORKING, {"wanted": 1, "live": 1}, {"wanted": 2, "live": 2}),
            Operation.UPDATE,
            (PropertyChange("wanted", 1, 2),),
            id="what is wanted, not what was seen",
        ),
        pytest.param(
            _step("update", "p:i:T", {"a": 1, "b": 1}, {"a": UNKNOWN, "b": [UNKNOWN]}),
            Operation.UPDATE,
            (PropertyChange("b", 1, ["[known after the update]"]),),
            id="what only the update tells",
        ),
        pytest.param(
            _step(
                "update",
                "kubernetes:core/v1:Secret",
                {"data": {"k": "old"}},
                {"data": {"k": "new"}},
                {"data.k": {"kind": "update"}},
            ),
            Operation.UPDATE,
            (PropertyChange("data.k", SECRET, SECRET),),
            id="a secret that nobody marked",
        ),
        pytest.param(
            _step("update", "p:i:T", {"password": "[secret]"}, {"password": "[secret]"}),
            Operation.UPDATE,
            (),
            id="a secret is all that changes",
        ),
    ],
)
def test_operation(step: dict[str, Any], operation: Operation, changes: tuple[PropertyChange, ...]) -> None:
    kind = step["urn"].split("::")[2]
    assert _planned(step) == [(operation, kind, changes)]


def test_what_changes_nothing_is_left_out() -> None:
    component = _step("update", "aksnetpol:index:AksCluster", {}, {}) | {
        "newState": {"urn": _urn("c"), "type": "c", "custom": False}
    }
    del component["oldState"]
    refreshed = _step("refresh", _CLUSTER, {"tags": {"team": "net"}}, {"tags": {"team": "hand"}}, _TAG)
    assert _planned(refreshed, _step("same", _CLUSTER, {}, {}), component) == []


def test_the_old_value_is_the_refreshed_one() -> None:
    team = [{"tags": {"team": name}} for name in ("net", "hand", "net")]
    ((_, _, changes),) = _planned(
        _step("refresh", _CLUSTER, team[0], team[1]), _step("update", _CLUSTER, team[1], team[2], _TAG)
    )
    assert changes == (PropertyChange("tags.team", "hand", "net"),)


def test_names_the_replacement_that_a_resource_goes_with() -> None:
    forcing = {"location": {"kind": "update-replace"}}
    first = _step("replace", _CLUSTER, {"location": "a"}, {"location": "b"}, forcing)
    second = _step("replace", "p:i:T", {"id": "1"}, {"id": UNKNOWN}, dependencies=[_urn(_CLUSTER)])
    found = planned(json.dumps({"steps": [second, first]}), _rules)
    assert [(one.resource.type, one.follows) for one in found] == [
        (_CLUSTER, ""),
        ("p:i:T", "ManagedCluster x"),
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", {"b": [{"c d": 1}, 2], "e.f": 3}),
        ("a.b[1]", 2),
        ('a.b[0]["c d"]', 1),
        ('a["e.f"]', 3),
        ("a.b[7]", None),
        ("a.no.such", None),
    ],
)
def test_value_at(path: str, value: object) -> None:
    assert value_at({"a": {"b": [{"c d": 1}, 2], "e.f": 3}}, path) == value
