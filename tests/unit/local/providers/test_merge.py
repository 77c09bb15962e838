"""What a refresh carries into the stored inputs."""

from typing import Any

import pytest

from aksnetpol.local.providers.merge import merged, pruned

ROWS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    # id, inputs, before, after, inputs then
    ("nothing-changed", {"a": 1}, {"a": 1}, {"a": 1}, {"a": 1}),
    ("service-writes-it-otherwise", {"a": "East US"}, {"a": "eastus"}, {"a": "eastus"}, {"a": "East US"}),
    ("never-returned", {"podCidr": "10.0.0.0/8"}, {}, {}, {"podCidr": "10.0.0.0/8"}),
    ("changed", {"a": 1}, {"a": 1}, {"a": 2}, {"a": 2}),
    ("changed-though-never-declared", {}, {"a": 1}, {"a": 2}, {"a": 2}),
    ("unchanged-and-never-declared", {}, {"a": 1}, {"a": 1}, {}),
    ("new", {}, {}, {"a": 1}, {"a": 1}),
    ("gone", {"a": 1, "b": 2}, {"a": 1, "b": 2}, {"b": 2}, {"b": 2}),
    ("one-leaf-of-an-object", {"n": {"policy": "none"}}, {"n": {"policy": "none", "mode": "x"}},
     {"n": {"policy": "calico", "mode": "x"}}, {"n": {"policy": "calico"}}),
    ("item", {"l": [{"a": 1}]}, {"l": [{"a": 1, "b": 1}]}, {"l": [{"a": 2, "b": 1}]}, {"l": [{"a": 2}]}),
    ("item-added", {"l": [1]}, {"l": [1]}, {"l": [1, 2]}, {"l": [1, 2]}),
    ("item-removed", {"l": [1, 2]}, {"l": [1, 2]}, {"l": [1]}, {"l": [1]}),
    ("another-type", {"a": [1]}, {"a": [1]}, {"a": "all"}, {"a": "all"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "before", "after", "expected"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS]
)
def test_merged(
    inputs: dict[str, Any], before: dict[str, Any], after: dict[str, Any], expected: dict[str, Any]
) -> None:
    kept = repr(inputs)
    assert merged(inputs, before, after) == expected
    assert repr(inputs) == kept


def test_pruned_keeps_what_the_other_has() -> None:
    live = {"spec": {"a": 1, "default": 2}, "status": {}, "list": [{"x": 1, "y": 2}, {"z": 3}]}
    assert pruned(live, {"spec": {"a": 0}, "list": [{"x": 0}]}) == {
        "spec": {"a": 1},
        "list": [{"x": 1}, {"z": 3}],
    }
