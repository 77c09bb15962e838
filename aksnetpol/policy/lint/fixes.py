"""Applies fixes to the text of a source: edits of single lines that leave everything else as it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from aksnetpol.findings import Edit, Finding, Fix
from aksnetpol.policy.model.places import Path


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text with fixes applied, and the findings that they mend."""

    text: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """Characters from `first` to before `last` give way to `text`."""

    first: int
    last: int
    text: str


def fix_text(text: str, findings: Iterable[Finding]) -> Fixed:
    """Return a text with the fixes of its findings; one that can't be made in the text stays undone.

    Args:
        text: a YAML or JSON file.
        findings: of this file only, located in this very text.
    """
    roots = _documents(text)
    done: list[Finding] = []
    changes: list[_Change] = []
    for finding in findings:
        change = _change(text, roots, finding.fix) if finding.fix else None
        if change is None:
            continue
        if change in changes:
            done.append(finding)
        elif not any(change.first < c.last and c.first < change.last for c in changes) and not any(
            change.first == c.first for c in changes
        ):
            changes.append(change)
            done.append(finding)
    for change in sorted(changes, key=lambda c: c.first, reverse=True):
        text = text[: change.first] + change.text + text[change.last :]
    return Fixed(text, tuple(done))


def _documents(text: str) -> list[yaml.Node]:
    untyped: Any = yaml  # its stub leaves out what a stream is
    try:
        nodes: Iterable[yaml.Node | None] = untyped.compose_all(text, Loader=yaml.CSafeLoader)
        return [node for node in nodes if node is not None]
    except yaml.YAMLError:
        return []


def _change(text: str, roots: list[yaml.Node], fix: Fix) -> _Change | None:
    edit = fix.edit
    for root in roots:
        if not root.start_mark.line < edit.near.line <= root.end_mark.line + 1:
            continue
        found = _find(root, edit.path)
        if found is None:
            continue
        parent, node = found
        if edit.key:
            return _insertion(text, node, edit)
        return _removal(text, parent, node) if edit.value is None else _scalar(text, node, edit.value)
    return None


def _find(root: yaml.Node, path: Path) -> tuple[yaml.Node, yaml.Node] | None:
    parent, node = root, root
    for step in path:
        following = next((value for key, value in _children(node) if key == step), None)
        if following is None or following.start_mark.index < node.start_mark.index:
            return None  # behind an alias: the text is another object's too
        parent, node = node, following
    return parent, node


def _children(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((key.value, value) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from enumerate(node.value)


def _scalar(text: str, node: yaml.Node, value: str) -> _Change | None:
    if not isinstance(node, yaml.ScalarNode) or node.style in ("|", ">"):
        return None
    first, last = node.start_mark.index, node.end_mark.index
    if text[first] in "&!":
        return None  # an anchor or a tag stands before the value
    if node.style == '"':
        return _Change(first, last, json.dumps(value))
    return _Change(first, last, f"'{value}'" if node.style == "'" else value)


def _removal(text: str, parent: yaml.Node, node: yaml.Node) -> _Change | None:
    """Return the change that removes an item of a block list, whole lines only."""
    if not isinstance(parent, yaml.SequenceNode) or parent.flow_style or len(parent.value) < 2:
        return None
    index = parent.value.index(node)
    first = _dash(text, node)
    if first is None or _anchored(text[first : node.end_mark.index]):
        return None
    last = _dash(text, parent.value[index + 1]) if index + 1 < len(parent.value) else _end(text, node)
    return None if last is None else _Change(first, last, "")


def _dash(text: str, node: yaml.Node) -> int | None:
    """Return the start of the line with an item's dash; None when something else stands before it."""
    start = text.rfind("\n", 0, node.start_mark.index) + 1
    return start if text[start : node.start_mark.index].strip() == "-" else None


def _end(text: str, node: yaml.Node) -> int:
    """Return the end of an item's last line, where a block's end mark is past blanks and comments."""
    content = _last_content(node)
    line_end = text.find("\n", content)
    return len(text) if line_end < 0 else line_end + 1


def _last_content(node: yaml.Node) -> int:
    if isinstance(node, yaml.ScalarNode) or getattr(node, "flow_style", False) or not node.value:
        return max(node.end_mark.index - 1, 0)
    last: Any = node.value[-1]
    return _last_content(last[1] if isinstance(node, yaml.MappingNode) else last)


def _anchored(text: str) -> bool:
    """Tell whether a text may hold an anchor that others refer to."""
    return "&" in text


def _insertion(text: str, node: yaml.Node, edit: Edit) -> _Change | None:
    """Return the change that puts a key first into a block mapping."""
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        return None
    first = node.value[0][0].start_mark
    start = text.rfind("\n", 0, first.index) + 1
    if text[start : first.index].strip():
        return None
    indent = text[start : first.index]
    newline = "\r\n" if "\r\n" in text else "\n"
    return _Change(start, start, f"{indent}{edit.key}: {edit.value}{newline}")
