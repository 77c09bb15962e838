"""The difference between two property trees, leaf by leaf, with Pulumi's property paths."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

_PLAIN_KEY = re.compile(r"[A-Za-z_$][\w$]*")


class Kind(Enum):
    """What happened to a property."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True)
class Change:
    """One changed property.

    Args:
        path: keys and list positions from the resource's root.
        old, new: its values; None where it is absent.
    """

    path: tuple[str | int, ...]
    kind: Kind
    old: Any
    new: Any

    @property
    def text(self) -> str:
        """The path as the engine writes it: networkProfile.networkPolicy, tags["a.b"], pools[0]."""
        text = ""
        for part in self.path:
            if isinstance(part, int):
                text += f"[{part}]"
            elif _PLAIN_KEY.fullmatch(part):
                text += f".{part}"
            else:
                text += f'["{part}"]'
        return text.removeprefix(".")

    @property
    def keys(self) -> tuple[str, ...]:
        """The path without list positions."""
        return tuple(part for part in self.path if isinstance(part, str))


def changes(old: Any, new: Any, path: tuple[str | int, ...] = ()) -> Iterator[Change]:
    """Compare two values.

    Args:
        old, new: JSON values; None counts as absent.
        path: where they are.
    """
    if old is None and new is None:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            yield from changes(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            before = old[index] if index < len(old) else None
            after = new[index] if index < len(new) else None
            yield from changes(before, after, (*path, index))
    elif old is None:
        yield Change(path, Kind.ADD, None, new)
    elif new is None:
        yield Change(path, Kind.DELETE, old, None)
    elif old != new:
        yield Change(path, Kind.UPDATE, old, new)


def carried(
    inputs: Mapping[str, Any],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    keep: Callable[[Change], bool],
) -> dict[str, Any]:
    """Return the inputs with what changed elsewhere brought in.

    Args:
        inputs: those of the last update; not changed.
        before, after: the resource's outputs then and now.
        keep: which changes to bring in.
    """
    result: dict[str, Any] = copy.deepcopy(dict(inputs))
    for change in changes(before, after):
        if keep(change):
            _apply(result, change)
    return result


def child(node: Any, part: str | int) -> Any:
    """Return what stands at one step of a path; None where there is nothing."""
    if isinstance(node, dict):
        return node.get(part)
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return node[part]
    return None


def _apply(target: Any, change: Change) -> None:
    node = target
    for part, following in zip(change.path, change.path[1:], strict=False):
        if isinstance(node, dict) and part not in node:
            node[part] = [] if isinstance(following, int) else {}
        node = child(node, part)
        if not isinstance(node, dict | list):
            return  # the program's list or value is another one; a plan will show the difference
    last = change.path[-1]
    if isinstance(node, dict):
        if change.kind is Kind.DELETE:
            node.pop(last, None)
        else:
            node[last] = change.new
    elif isinstance(last, int) and change.kind is not Kind.DELETE:
        node[last : last + 1] = [change.new]
