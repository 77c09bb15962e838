"""The difference between two property trees, leaf by leaf, with Pulumi's property paths."""

import re
from collections.abc import Iterator, Mapping
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
        old, new: JSON values; None counts as absent. Keys that begin with "__" are the provider's own.
        path: where they are.
    """
    if old is None and new is None:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in (key for key in dict.fromkeys((*old, *new)) if not str(key).startswith("__")):
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
