"""The difference of two property trees."""

from typing import Any

import pytest

from aksnetpol.local.providers.changes import Kind, changes

ROWS: list[tuple[str, Any, Any, list[tuple[str, Kind]]]] = [
    ("same", {"a": 1}, {"a": 1}, []),
    ("leaf", {"a": {"b": 1}}, {"a": {"b": 2}}, [("a.b", Kind.UPDATE)]),
    ("appears", {"a": {}}, {"a": {"b": 1}}, [("a.b", Kind.ADD)]),
    ("disappears", {"a": {"b": 1}}, {"a": {}}, [("a.b", Kind.DELETE)]),
    ("object-appears-whole", {}, {"a": {"b": 1, "c": 2}}, [("a", Kind.ADD)]),
    ("null-is-absent", {"a": None}, {}, []),
    ("null-becomes-value", {"a": None}, {"a": 0}, [("a", Kind.ADD)]),
    ("false-is-a-value", {"a": False}, {}, [("a", Kind.DELETE)]),
    ("empty-list-is-a-value", {"a": []}, {}, [("a", Kind.DELETE)]),
    ("item", {"a": [1, 2]}, {"a": [1, 3]}, [("a[1]", Kind.UPDATE)]),
    ("item-of-items", {"a": [{"b": 1}]}, {"a": [{"b": 2}]}, [("a[0].b", Kind.UPDATE)]),
    ("list-grows", {"a": [1]}, {"a": [1, 2]}, [("a[1]", Kind.ADD)]),
    ("list-shrinks", {"a": [1, 2]}, {"a": [1]}, [("a[1]", Kind.DELETE)]),
    ("order-counts", {"a": [1, 2]}, {"a": [2, 1]}, [("a[0]", Kind.UPDATE), ("a[1]", Kind.UPDATE)]),
    ("another-type", {"a": [1]}, {"a": {"b": 1}}, [("a", Kind.UPDATE)]),
    ("number-of-another-type", {"a": 1}, {"a": "1"}, [("a", Kind.UPDATE)]),
    ("provider's-own-key", {"__createBeforeDelete": True}, {}, []),
    ("odd-key", {"tags": {"a.b/c": 1}}, {"tags": {"a.b/c": 2}}, [('tags["a.b/c"]', Kind.UPDATE)]),
]


@pytest.mark.parametrize(("old", "new", "expected"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_changes(old: Any, new: Any, expected: list[tuple[str, Kind]]) -> None:
    assert [(change.text, change.kind) for change in changes(old, new)] == expected


def test_keys_leave_positions_out() -> None:
    (change,) = changes({"a": [{"b": 1}]}, {"a": [{"b": 2}]})
    assert (change.keys, change.old, change.new) == (("a", "b"), 1, 2)
