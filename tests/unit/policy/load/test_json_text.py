"""Places in JSON, and reading Lists item by item: the same values and errors as the plain decoder's."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aksnetpol.policy.load import json_text

KEYS = st.sampled_from(["items", "kind", "a", 'quo"te', "line\nbreak"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
LISTS = st.builds(
    lambda items, more: {"kind": "List", "items": items, "more": more}, st.lists(VALUES), VALUES
)
INDENT = st.sampled_from([None, 0, 2])
BLOCKS = [1, 7, 1 << 16]


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    children: Any = (
        value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    )
    for step, child in children:
        yield from paths(child, (*path, step))


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@pytest.mark.parametrize("block", BLOCKS)
def test_every_field_is_found_where_it_stands(block: int) -> None:
    @given(st.lists(VALUES | LISTS, min_size=1, max_size=2), INDENT)
    def check(values: list[Any], indent: int | None) -> None:
        text = "\n ".join(json.dumps(value, indent=indent) for value in values)
        lines = text.split("\n")
        found = json_text.documents("x.json", text)
        assert [one.value for one in found] == values
        for one in found:
            for path in paths(one.value):
                place = one.locate(path)
                shown = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
                named = path and isinstance(path[-1], str)
                assert json.JSONDecoder().raw_decode(shown)[0] == (path[-1] if named else at(one.value, path))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "_BLOCK", block)
        check()


@given(VALUES | LISTS, INDENT, st.data())
def test_what_is_broken_fails_as_the_plain_decoder_says(
    value: Any, indent: int | None, data: st.DataObject
) -> None:
    text = json.dumps(value, indent=indent)
    cut = data.draw(st.integers(0, len(text)))
    broken = text[:cut] + data.draw(st.sampled_from(["", ",", "}", "]", '"', ":", "x"])) + text[cut + 1 :]
    assert outcome(lambda: [one.value for one in json_text.documents("x.json", broken)]) == outcome(
        lambda: list(plain(broken))
    )


def outcome(run: Any) -> Any:
    try:
        return run()
    except json.JSONDecodeError as error:
        return error.msg, error.pos


def plain(text: str) -> Iterator[Any]:
    position = len(text) - len(text.lstrip(" \n"))
    while position < len(text):
        value, position = json.JSONDecoder().raw_decode(text, position)
        yield value
        position += len(text[position:]) - len(text[position:].lstrip(" \n"))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        pytest.param('{"a": 1,\n "b": 2, "a": 3}', 2, 10, id="at-the-top"),
        pytest.param('{"kind": "List",\n "items": [{"x": [\n{"b": {}, "b": {}}]}]}', 3, 11, id="in-an-item"),
        pytest.param('{"items": [],\n "items": []}', 2, 2, id="items"),
        pytest.param('[{"a": {"a": 1}}, {"\\u0061": 1, "a": 2}]', 1, 33, id="written-otherwise"),
        pytest.param('{} {"a": 1}\n{"c": [1, {"b": 1,\n"b": 2}], "c": 1}', 3, 11, id="outer-first"),
    ],
)
def test_a_key_given_twice_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(json_text.DuplicateKeyError, match="is given twice in one mapping") as caught:
        json_text.documents("x.json", text)
    assert (caught.value.lineno, caught.value.colno) == (line, column)
