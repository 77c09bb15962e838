"""A stack's file: its settings and the lines they stand on."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol
from warnings import catch_warnings, simplefilter

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError

from aksnetpol.documents import is_list, is_mapping
from aksnetpol.findings import Finding, Location
from aksnetpol_stacks.errors import SettingsError
from aksnetpol_stacks.parse import NAMESPACE, SCHEMA, unusable

_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


class _Lines(Protocol):
    """Where ruamel.yaml found a mapping or a list, from 0; it has no types."""

    line: int | None
    """Nothing for one that is not written."""

    def key(self, key: str | int) -> tuple[int, int] | None:
        """Return line and column of a mapping's key."""
        ...

    def item(self, index: int) -> tuple[int, int] | None:
        """Return line and column of a list's item."""
        ...


def _lines(node: Any) -> _Lines | None:
    """Nothing is known of what a tag made: `!!pairs`."""
    return getattr(node, "lc", None)


@dataclass(frozen=True)
class StackFile:
    """A read Pulumi.<stack>.yaml."""

    path: Path
    config: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """Our settings, without their namespace; encrypted values are left out."""
        prefix = f"{NAMESPACE}:"
        ours = {
            str(key).removeprefix(prefix): value
            for key, value in self.config.items()
            if str(key).startswith(prefix)
        }
        return {key: value for key, value in ours.items() if not _encrypted(value)}

    def locate(self, finding: Finding) -> Finding:
        """Add the file and line of a finding's setting, or of its nearest parent."""
        return replace(finding, place=Location(self.path.name, self._line(finding.subject)))

    def _line(self, key: str) -> int:
        node: Any = self.config
        lines = _lines(node)
        line = (lines.line if lines else None) or 0
        for depth, (index, name) in enumerate(_PART.findall(key)):
            part: str | int = int(index) if index else (f"{NAMESPACE}:{name}" if depth == 0 else name)
            inside = _line_in(node, part)
            if inside is None:
                break
            line, node = inside, node[part]
        return line + 1


def _line_in(node: Any, part: str | int) -> int | None:
    """Return the line, from 0, of a part of a mapping or list; None where there is no such part."""
    lines = _lines(node)
    if lines is None:
        return None
    place: tuple[int, int] | None = None
    with suppress(KeyError):  # of a part that a tag made, or that was merged in, nothing may be known
        if is_mapping(node) and part in node:
            place = lines.key(part)
        elif is_list(node) and isinstance(part, int) and part < len(node):
            place = lines.item(part)
    return place[0] if place else None


def _encrypted(value: object) -> bool:
    return is_mapping(value) and set(value) == {"secure"}


def read_stack_file(path: Path) -> StackFile:
    """Read a stack's file.

    Raises:
        SettingsError: there is no such file, or it is not YAML, or not a mapping.
    """
    try:
        document: Any = _loaded(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(Location(path.name), f"The file cannot be read: {error.strerror}.") from error
    except MarkedYAMLError as error:
        told: Any = error
        mark = told.problem_mark or told.context_mark
        place = Location(path.name, mark.line + 1 if mark else 0)
        raise _unreadable(place, f"The file is not YAML: {told.problem or told.context}.") from error
    # The parser fails so on a day that no month has, on depth, and on a mapping that merges itself.
    except (YAMLError, ValueError, RecursionError, AttributeError) as error:
        raise _unreadable(Location(path.name), "The file is not YAML in UTF-8.") from error
    config = document.get("config", CommentedMap()) if is_mapping(document) else document
    if not is_mapping(config):
        raise _unreadable(Location(path.name), "The file must hold a mapping with the key config.")
    return StackFile(path, config)


def _loaded(text: str) -> Any:
    reader: Any = YAML(typ="rt")
    with catch_warnings():
        simplefilter("ignore", ReusedAnchorWarning)  # YAML allows it
        return reader.load(text)


def _unreadable(place: Location, message: str) -> SettingsError:
    return SettingsError([unusable("settings-file", "config", message, f"See {SCHEMA}.", place)])
