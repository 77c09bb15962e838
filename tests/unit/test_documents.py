"""What counts as a mapping or a list, and what stands for one that is missing."""

from typing import Any

import pytest

from aksnetpol.documents import entries, is_list, is_mapping, mapping


@pytest.mark.parametrize(
    ("value", "of_mapping", "of_list"),
    [
        pytest.param({"a": 1}, True, False, id="mapping"),
        pytest.param({}, True, False, id="empty-mapping"),
        pytest.param([1], False, True, id="list"),
        pytest.param((1,), False, False, id="tuple"),
        pytest.param("text", False, False, id="text"),
        pytest.param(None, False, False, id="null"),
    ],
)
def test_kinds(value: Any, of_mapping: bool, of_list: bool) -> None:
    assert (is_mapping(value), is_list(value)) == (of_mapping, of_list)


@pytest.mark.parametrize(
    ("field", "as_mapping"),
    [
        pytest.param({"a": 1}, {"a": 1}, id="there"),
        pytest.param({}, {}, id="empty"),
        pytest.param(None, {}, id="missing"),
    ],
)
def test_a_missing_mapping_is_empty(field: Any, as_mapping: dict[str, Any]) -> None:
    assert mapping(field) == as_mapping


@pytest.mark.parametrize(
    ("field", "items"),
    [
        pytest.param([1, 2], [1, 2], id="there"),
        pytest.param([], [], id="empty"),
        pytest.param(None, [], id="missing"),
    ],
)
def test_a_missing_list_is_empty(field: Any, items: list[Any]) -> None:
    assert list(entries(field)) == items
