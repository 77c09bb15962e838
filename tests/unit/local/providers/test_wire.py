"""Values between the engine and the stand-ins."""

from typing import Any

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from aksnetpol.local.providers.wire import UNKNOWN, from_struct, has_unknown, secret, to_struct, without_none

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(value=st.dictionaries(st.text(max_size=4), JSON, max_size=4))
def test_values_come_back_as_they_went(value: dict[str, Any]) -> None:
    back = from_struct(to_struct(value))
    assert back == value


def test_whole_numbers_stay_whole() -> None:
    struct = struct_pb2.Struct()
    struct.update({"count": 3, "share": 0.5})
    assert repr(from_struct(struct)) in ("{'count': 3, 'share': 0.5}", "{'share': 0.5, 'count': 3}")


def test_secrets_are_opened_however_deep() -> None:
    sent = to_struct({"profile": {"adminPassword": secret({"value": ["hunter2", secret(1)]})}})
    assert from_struct(sent) == {"profile": {"adminPassword": {"value": ["hunter2", 1]}}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(UNKNOWN, True), ({"a": [{"b": UNKNOWN}]}, True), ({"a": ["b", 1, None]}, False), ("", False)],
    ids=["itself", "deep", "known", "empty"],
)
def test_has_unknown(value: Any, expected: bool) -> None:
    assert has_unknown(value) is expected


def test_without_none_keeps_the_length_of_lists() -> None:
    assert without_none({"a": None, "b": [None, {"c": None}], "d": False}) == {"b": [None, {}], "d": False}
