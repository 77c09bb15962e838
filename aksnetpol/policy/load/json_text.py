"""Reads JSON by the C parser; the place of a field is found by scanning again, only when asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from json import decoder
from typing import Any

from aksnetpol.findings import Location
from aksnetpol.policy.model.places import Path

# Reads a string from behind its quote; gives it with the place behind its end. Its stub leaves it out.
_scanned: Callable[[str, int], tuple[str, int]] = vars(decoder)["scanstring"]
_SPACE = re.compile(r"[ \t\n\r]*")
_COMMA = re.compile(r"[ \t\n\r]*,[ \t\n\r]*")
_PLAIN = json.JSONDecoder()
_BLOCK = 1 << 16  # characters: per block, its first line and the last line break before it are kept
_LIST_HEAD = 1000  # characters: a List says early that it has items; one that does not only takes longer

Places = dict[str | int, tuple[int, int]]  # per key or index: where it is shown, and where its value is


class DuplicateKeyError(json.JSONDecodeError):
    """A key that an object has twice: the decoder would take the last one, unseen."""


class _TwiceError(Exception):
    """Some object has a key twice; the decoder does not tell where."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwiceError
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_object)


@dataclass(slots=True)
class JsonDocument:
    """One JSON value of a file, and the text for finding places again."""

    file: str
    text: str = field(repr=False)
    start: int
    value: Any = field(repr=False)
    _children: dict[int, Places] = field(default_factory=dict[int, Places], repr=False)
    _blocks: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]], repr=False)

    def locate(self, path: Path) -> Location:
        """Return the place of a field (of its key, in an object), or of the deepest part that exists."""
        shown = position = self.start
        for step in path:
            children = self._scan(position)
            if step not in children:
                break
            shown, position = children[step]
        return Location(self.file, *self._line_and_column(shown))

    def _line_and_column(self, position: int) -> tuple[int, int]:
        if not self._blocks:
            line, before = 1, -1
            for start in range(0, len(self.text), _BLOCK):
                self._blocks.append((line, before))
                line += self.text.count("\n", start, start + _BLOCK)
                before = max(before, self.text.rfind("\n", start, start + _BLOCK))
        start = position // _BLOCK * _BLOCK
        line, before = self._blocks[position // _BLOCK]
        before = max(before, self.text.rfind("\n", start, position))
        return line + self.text.count("\n", start, position), position - before

    def _scan(self, start: int) -> Places:
        """Return the places in the container at `start`."""
        if start not in self._children:
            self._children[start] = _places(_parts(self.text, start)[0]) if self.text[start] in "{[" else {}
        return self._children[start]


Part = tuple[str | int, int, int, Any]
ValueAt = Callable[[str | int, int], tuple[Any, int]]


def _parts(text: str, start: int, value_at: ValueAt | None = None) -> tuple[list[Part], int]:
    """Return the entries of the object or array at `start`, and where it ends.

    Args:
        value_at: reads the value of a key or index at a position: the value, and where it ends.

    Returns:
        of each entry: key or index, where it is shown, where its value is, the value.

    Raises:
        json.JSONDecodeError: not JSON.
    """
    opening = text[start]
    closing = "}" if opening == "{" else "]"
    found: list[Part] = []
    position = _after_space(text, start + 1)
    while found or text[position : position + 1] != closing:
        shown = position
        step: str | int = len(found)
        if opening == "{":
            _expect(text, position, '"')
            step, position = _scanned(text, position + 1)
            position = _after_space(text, position)
            _expect(text, position, ":")
            position = _after_space(text, position + 1)
        value, end = value_at(step, position) if value_at else _DECODER.raw_decode(text, position)
        found.append((step, shown, position, value))
        comma = _COMMA.match(text, end)
        if comma is None:
            position = _after_space(text, end)
            _expect(text, position, closing)
            break
        position = comma.end()
    return found, position + 1


def _places(parts: list[Part]) -> Places:
    return {step: (shown, position) for step, shown, position, _ in parts}


def _expect(text: str, position: int, character: str) -> None:
    if text[position : position + 1] != character:
        raise json.JSONDecodeError(f"Expecting {character!r}", text, position)


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def documents(file: str, text: str) -> list[JsonDocument]:
    """Return each value of a text that holds one JSON value, or several one after another.

    Raises:
        json.JSONDecodeError: not JSON.
        DuplicateKeyError: an object has a key twice.
        RecursionError: nested too deep.
    """
    found: list[JsonDocument] = []
    position = _after_space(text, 0)
    while position < len(text):
        document, end = _list(file, text, position) or _whole(file, text, position)
        found.append(document)
        position = _after_space(text, end)
    return found


def _whole(file: str, text: str, start: int) -> tuple[JsonDocument, int]:
    try:
        value, end = _DECODER.raw_decode(text, start)
    except _TwiceError:
        raise _duplicate(text, start) from None
    return JsonDocument(file, text, start, value), end


def _duplicate(text: str, start: int) -> DuplicateKeyError:
    """Return the error at the first key of a value that is there twice."""
    values = [start]
    while values:
        start = values.pop()
        if text[start] not in "{[":
            continue
        parts, _ = _parts(text, start, lambda _, position: _PLAIN.raw_decode(text, position))
        seen: set[str | int] = set()
        for step, shown, _, _ in parts:
            if step in seen:
                return DuplicateKeyError(f"key {step!r} is given twice in one mapping", text, shown)
            seen.add(step)
        values.extend(position for _, _, position, _ in reversed(parts))
    raise AssertionError("the decoder has seen one")


def _list(file: str, text: str, start: int) -> tuple[JsonDocument, int] | None:
    """Return a List read item by item, so that their places are known; None for anything else."""
    if text[start] != "{" or text.find('"items"', start, start + _LIST_HEAD) < 0:
        return None
    children: dict[int, Places] = {}

    def value_at(step: str | int, position: int) -> tuple[Any, int]:
        if step != "items" or text[position : position + 1] != "[":
            return _DECODER.raw_decode(text, position)
        items, end = _parts(text, position)
        children[position] = _places(items)
        return [value for _, _, _, value in items], end

    try:
        parts, end = _parts(text, start, value_at)
        value = _object([(str(step), value) for step, _, _, value in parts])
    except (json.JSONDecodeError, _TwiceError):
        return None  # read as a whole, it fails with the decoder's own words
    children[start] = _places(parts)
    return JsonDocument(file, text, start, value, children), end
