"""Reads JSON by the C parser; the place of a field is found by scanning again, only when asked for."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from json.decoder import scanstring  # pyright: ignore[reportAttributeAccessIssue]  # typeshed omits it
from typing import Any

from aksnetpol.policy.places import Location, Path

_SPACE = re.compile(r"[ \t\n\r]*")
_BREAK = re.compile("\n")
_DECODER = json.JSONDecoder()


@dataclass(slots=True)
class JsonDocument:
    """One JSON value of a file, and the text for finding places again."""

    file: str
    text: str = field(repr=False)
    start: int
    value: Any = field(repr=False)
    _children: dict[int, dict[str | int, tuple[int, int]]] = field(
        default_factory=dict[int, dict[str | int, tuple[int, int]]], repr=False
    )
    _breaks: list[int] = field(default_factory=list[int], repr=False)

    def locate(self, path: Path) -> Location:
        """Return the place of a field (of its key, in an object), or of the deepest part that exists."""
        shown = position = self.start
        for step in path:
            children = self._scan(position)
            if step not in children:
                break
            shown, position = children[step]
        if not self._breaks:
            self._breaks.extend(match.start() for match in _BREAK.finditer(self.text))
        line = bisect_left(self._breaks, shown)
        before = self._breaks[line - 1] if line else -1
        return Location(self.file, line + 1, shown - before)

    def _scan(self, start: int) -> dict[str | int, tuple[int, int]]:
        """Return, per key or index of the container at `start`, where it is shown and where its value is."""
        if start not in self._children:
            self._children[start] = dict(self._entries(start))
        return self._children[start]

    def _entries(self, start: int) -> list[tuple[str | int, tuple[int, int]]]:
        text = self.text
        opening = text[start]
        found: list[tuple[str | int, tuple[int, int]]] = []
        if opening not in "{[":
            return found
        position = _after_space(text, start + 1)
        while text[position] not in "}]":
            shown = position
            step: str | int = len(found)
            if opening == "{":
                step, position = scanstring(text, position + 1)
                position = _after_space(text, _after_space(text, position) + 1)
            found.append((step, (shown, position)))
            _, position = _DECODER.raw_decode(text, position)
            position = _after_space(text, position)
            if text[position] == ",":
                position = _after_space(text, position + 1)
        return found


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def documents(file: str, text: str) -> list[JsonDocument]:
    """Return each value of a text that holds one JSON value, or several one after another.

    Raises:
        json.JSONDecodeError: not JSON.
        RecursionError: nested too deep.
    """
    found: list[JsonDocument] = []
    position = _after_space(text, 0)
    while position < len(text):
        value, end = _DECODER.raw_decode(text, position)
        found.append(JsonDocument(file, text, position, value))
        position = _after_space(text, end)
    return found
