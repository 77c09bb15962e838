"""A stack's file: its settings and the lines they stand on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from aksnetpol.engines import Finding
from aksnetpol_stacks.errors import Located, SettingsError
from aksnetpol_stacks.parse import NAMESPACE, SCHEMA

_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


@dataclass(frozen=True)
class StackFile:
    """A read Pulumi.<stack>.yaml."""

    path: Path
    config: CommentedMap

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

    def locate(self, finding: Finding) -> Located:
        """Add the file and line of a finding's key, or of its nearest parent."""
        return Located(finding, f"{self.path.name}:{self._line(finding.key)}")

    def _line(self, key: str) -> int:
        node: Any = self.config
        line = self.config.lc.line if self.config.lc.line is not None else 0
        for depth, (index, name) in enumerate(_PART.findall(key)):
            part: str | int = int(index) if index else (f"{NAMESPACE}:{name}" if depth == 0 else name)
            if isinstance(node, CommentedMap) and part in node:
                line = node.lc.key(part)[0]
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                line = node.lc.item(part)[0]
            else:
                break
            node = node[part]
        return line + 1


def _encrypted(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) == {"secure"}


def read_stack_file(path: Path) -> StackFile:
    """Read a stack's file.

    Raises:
        SettingsError: there is no such file, or it is not YAML, or not a mapping.
    """
    try:
        document = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(path.name, f"The file cannot be read: {error.strerror}.") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path.name}:{mark.line + 1}" if mark else path.name
        raise _unreadable(where, f"The file is not YAML: {error.problem or error.context}.") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise _unreadable(path.name, "The file is not YAML in UTF-8.") from error
    config = document.get("config", CommentedMap()) if isinstance(document, CommentedMap) else document
    if not isinstance(config, CommentedMap):
        raise _unreadable(path.name, "The file must hold a mapping with the key config.")
    return StackFile(path, config)


def _unreadable(where: str, message: str) -> SettingsError:
    return SettingsError(
        [Located(Finding("settings-file", "error", "config", message, f"See {SCHEMA}.", SCHEMA), where)]
    )
