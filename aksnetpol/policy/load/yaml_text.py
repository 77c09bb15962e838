"""Reads YAML by libyaml's events: without recursion, with limits, and with places found only on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from aksnetpol.documents import is_list, is_mapping
from aksnetpol.findings import Location
from aksnetpol.policy.load.scalars import resolve
from aksnetpol.policy.model.places import Path

MAX_DEPTH = 100
MAX_ALIASED_NODES = 100_000
_INDEXED = 1 << 16  # characters of a document whose places are all kept
# libyaml's parser where PyYAML was built with it. Only events are used: PyYAML's own parser gives the same,
# twelve times slower and in words of its own; it refuses a tab after a plain scalar, which libyaml takes.
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The same as type(), and no slower; but of a value without a type it is one.
_kind_of: Callable[[object], type[object]] = type
_MERGE = "<<"
_STRING_TAG = "tag:yaml.org,2002:str"


class YamlError(Exception):
    """What is wrong with a document, and where (line and column from 1)."""

    def __init__(self, id_: str, message: str, line: int, column: int, index: int) -> None:
        super().__init__(message)
        self.id = id_
        self.message = message
        self.line = line
        self.column = column
        self.index = index


@dataclass(slots=True)
class YamlDocument:
    """One document of a file: its value, and its text for finding places again."""

    file: str
    text: str = field(repr=False)
    line: int
    value: Any = field(repr=False)
    _items: list[tuple[int, int, int]] | None = field(default=None, repr=False)

    def locate(self, path: Path) -> Location:
        """Return the place of a field, or of the deepest part of its path that exists."""
        text, line, column, rest = self.text, self.line, 0, path
        if len(path) >= 2 and path[0] == "items" and isinstance(path[1], int):
            items = self._item_places()
            if path[1] < len(items):
                start, line, column = items[path[1]]
                end = items[path[1] + 1][0] if path[1] + 1 < len(items) else len(text)
                text, rest = " " * column + _outdented(text[start:end], column), path[2:]
        found = _find(text, rest)
        if found is None:
            return Location(self.file, line, column + 1)
        return Location(self.file, line + found[0], found[1] + 1)

    def _item_places(self) -> list[tuple[int, int, int]]:
        """Return offset, line and column of each item of a List, found once."""
        if self._items is None:
            self._items = [
                (mark.index, self.line + mark.line, mark.column)
                for path, mark in _walk(self.text)
                if len(path) == 2 and path[0] == "items" and isinstance(path[1], int)
            ]
        return self._items


def _outdented(text: str, column: int) -> str:
    """Cut the next item's dash, which stands left of this item's column, off the end."""
    lines = text.split("\n")
    kept = [lines[0]]
    for line in lines[1:]:
        if line.strip() and len(line) - len(line.lstrip(" ")) < column:
            break
        kept.append(line)
    return "\n".join(kept)


def documents(file: str, text: str) -> Iterator[YamlDocument | YamlError]:
    """Yield each document of a text, or what is wrong with it; reading goes on after the next `---`."""
    start, line = 0, 1
    while True:
        try:
            for value, offset, document_line, end in _Builder(text[start:] if start else text).documents():
                begin = start + offset
                yield YamlDocument(file, text[begin : start + end], line + document_line, value)
            return
        except YamlError as problem:
            problem.line += line - 1
            yield problem
            following = text.find("\n---", max(start, start + problem.index - 1))
            if following < 0:
                return
            line += text.count("\n", start, following + 1)
            start = following + 1


class _Builder:
    """Builds plain values from events; one open container per level, never a recursive call."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain: dict[str, Any] = {}

    def documents(self) -> Iterator[tuple[Any, int, int, int]]:
        """Yield value, offset, line and end offset of each document.

        Raises:
            YamlError: not YAML, or beyond the limits.
        """
        try:
            parser = _Loader(self.text)
            get = parser.get_event
            event = get()
            while not isinstance(event, yaml.StreamEndEvent):
                event = get()
                if isinstance(event, yaml.DocumentStartEvent):
                    mark = event.start_mark
                    value, end = self._document(get)
                    yield value, mark.index, mark.line, end.index
        except yaml.YAMLError as error:
            raise _problem(error) from None
        except (ValueError, TypeError) as error:
            raise YamlError("yaml-syntax", f"not YAML: {error}", 1, 1, 0) from None

    def _document(self, get: Any) -> tuple[Any, Any]:
        """Build one document."""
        root: list[Any] = []
        stack: list[tuple[Any, Any]] = []
        container: Any = root
        key: Any = _NO_KEY
        anchors: dict[str, tuple[Any, int]] = {}
        opened: list[tuple[str | None, int]] = []
        merges: dict[int, list[Any]] = {}
        count = aliased = 0
        plain = self.plain
        while True:
            event = get()
            kind = _kind_of(event)
            count += 1
            if kind is yaml.ScalarEvent:
                value = event.value
                if event.implicit[0]:
                    if value in plain:
                        value = plain[value]
                    else:
                        value = plain[value] = resolve(value)
                elif event.tag is not None and event.tag not in (_STRING_TAG, "!"):
                    value = _tagged(event)
                if event.anchor:
                    anchors[event.anchor] = (value, 1)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                if len(stack) >= MAX_DEPTH:
                    raise _at(event, "yaml-too-deep", f"nested deeper than {MAX_DEPTH} levels")
                stack.append((container, key))
                opened.append((event.anchor, count))
                container, key = ({} if kind is yaml.MappingStartEvent else []), _NO_KEY
                continue
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                value = container
                if id(value) in merges:
                    _merge(value, merges.pop(id(value)), event)
                container, key = stack.pop()
                anchor, started = opened.pop()
                if anchor:
                    anchors[anchor] = (value, count - started + 1)
            elif kind is yaml.AliasEvent:
                if event.anchor not in anchors:
                    raise _at(event, "yaml-alias", f"alias *{event.anchor} has no anchor before it")
                value, weight = anchors[event.anchor]
                count += weight
                aliased += weight
                if aliased > MAX_ALIASED_NODES:
                    raise _at(event, "yaml-bomb", f"aliases expand to more than {MAX_ALIASED_NODES} values")
            else:
                return (root[0] if root else None), event.end_mark
            if _kind_of(container) is list:
                container.append(value)
            elif key is _NO_KEY:
                key = value if type(value) is str else _key(value, event)
            else:
                if key == _MERGE:
                    merges.setdefault(id(container), []).append(value)
                elif key in container:
                    raise _at(event, "yaml-duplicate-key", f"key {key!r} is given twice in one mapping")
                else:
                    container[key] = value
                key = _NO_KEY


_NO_KEY = object()


def _key(value: Any, event: Any) -> str:
    """Return a mapping's key as JSON has it: text (sigs.k8s.io/yaml, YAMLToJSON)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, int | float):
        return str(value)
    raise _at(event, "yaml-key", "a mapping's key must be text")


def _merge(container: Any, merges: list[Any], event: Any) -> None:
    """Add what `<<` brings; keys of the mapping itself win, whatever their order."""
    for part in (part for value in merges for part in (value if is_list(value) else [value])):
        if not is_mapping(part):
            raise _at(event, "yaml-merge", "<< takes a mapping or a list of mappings")
        for key, merged in part.items():
            container.setdefault(key, merged)


def _tagged(event: Any) -> Any:
    tag = event.tag.rpartition(":")[2]
    if tag in ("int", "float", "bool", "null"):
        return resolve(event.value)
    return event.value


def _at(event: Any, id_: str, message: str) -> YamlError:
    mark = event.start_mark
    return YamlError(id_, message, mark.line + 1, mark.column + 1, mark.index)


def _problem(error: yaml.YAMLError) -> YamlError:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    context = getattr(error, "context", None)
    message = f"not YAML: {what}" + (f", {context}" if context else "")
    if mark is None:
        return YamlError("yaml-syntax", message, 1, 1, int(getattr(error, "position", 0) or 0))
    return YamlError("yaml-syntax", message, mark.line + 1, mark.column + 1, mark.index)


def _walk(text: str) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield the path of every value with the mark where its key or item starts."""
    parser = _Loader(text)
    path: list[Any] = []  # per open container: its next index, or its current key (None: a key is due)
    lists: list[bool] = []
    key_mark: Any = None
    anchors: dict[str, Any] = {}  # of scalars, since an alias may be a key
    while True:
        event: Any = parser.get_event()
        kind = _kind_of(event)
        if kind is yaml.ScalarEvent and event.anchor:
            anchors[event.anchor] = _scalar(event)
        if event is None or kind is yaml.DocumentEndEvent or kind is yaml.StreamEndEvent:
            return
        if kind in (yaml.StreamStartEvent, yaml.DocumentStartEvent):
            continue
        if kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
            path.pop()
            lists.pop()
        elif lists and not lists[-1] and path[-1] is None:
            value = anchors.get(event.anchor) if kind is yaml.AliasEvent else _scalar(event)
            path[-1], key_mark = _key_text(value), event.start_mark
            continue
        else:
            yield tuple(path), event.start_mark if not lists or lists[-1] else key_mark
            if kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent):
                is_list = kind is yaml.SequenceStartEvent
                lists.append(is_list)
                path.append(0 if is_list else None)
                continue
        if lists:  # a value of the open container is complete
            path[-1] = _next(path[-1]) if lists[-1] else None


def _scalar(event: Any) -> Any:
    return resolve(event.value) if event.implicit[0] else event.value


def _next(index: Any) -> int:
    return index + 1


def _key_text(value: Any) -> str:
    return value if isinstance(value, str) else _key(value, None)


def _find(text: str, path: Path) -> tuple[int, int] | None:
    """Return line and column, from 0, of the deepest part of the path that the text has."""
    if len(text) > _INDEXED:
        return _deepest(path, _walk(text))
    places = _index(text)
    return next((places[path[:n]] for n in range(len(path), -1, -1) if path[:n] in places), None)


def _deepest(path: Path, values: Iterator[tuple[tuple[Any, ...], Any]]) -> tuple[int, int] | None:
    best: Any = None
    depth = -1
    try:
        for here, mark in values:
            if len(here) > depth and here == path[: len(here)]:
                best, depth = mark, len(here)
                if depth == len(path):
                    break
    except (yaml.YAMLError, YamlError):
        pass  # the part read so far is the best there is
    return None if best is None else (best.line, best.column)


@lru_cache(maxsize=64)
def _index(text: str) -> Mapping[tuple[Any, ...], tuple[int, int]]:
    """Return line and column of every value: a lint asks for many of one document."""
    places: dict[tuple[Any, ...], tuple[int, int]] = {}
    with suppress(yaml.YAMLError, YamlError):  # the part read so far is the best there is
        for here, mark in _walk(text):
            places.setdefault(here, (mark.line, mark.column))
    return places
