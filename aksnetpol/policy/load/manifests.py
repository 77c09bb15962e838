"""Objects as their documents have them: out of Lists and of Pulumi's output, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aksnetpol.documents import entries, is_list, is_mapping
from aksnetpol.findings import Finding, Severity
from aksnetpol.policy.load import pulumi
from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.load.finding import input_finding
from aksnetpol.policy.model.places import Document, Origin

_NO_KIND = "not a Kubernetes object: it has no kind"
_NO_VERSION = "not a Kubernetes object: its apiVersion must be text"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object as it is written.

    Args:
        kind, version: of the List that it is in, where it has none of its own.
        field: all of it, and its place.
    """

    kind: str
    version: str
    field: Field


@dataclass(frozen=True, slots=True)
class Foreign:
    """A document without a kind, which kubectl refuses: a broken object, or what another program reads.

    Args:
        finding: what is wrong where it is meant as an object.
        value: of the document.
    """

    finding: Finding
    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader may want to know of how the input was read, and what is nothing to mend.

    Args:
        text: one line.
    """

    text: str


Found = Manifest | Finding | Foreign


def manifests(document: Document, value: Any) -> Iterator[Found]:
    """Yield the objects of one document, or what is wrong with it.

    Args:
        value: of the document: an object, a List, Pulumi's output; null is an empty document.
    """
    if is_mapping(value) and pulumi.is_output(value):
        for path, found in pulumi.manifests(value):
            yield from _objects(Field(found, Origin(pulumi.Nested(document, path), ())))
    elif value is not None:
        yield from _objects(Field(value, Origin(document, ())))


def _objects(root: Field) -> Iterator[Found]:
    """Yield an object, or those of a List, which may be Lists again, in their order."""
    first = _manifest(root)
    if isinstance(first, Finding):
        yield Foreign(first, root.value)
        return
    waiting: list[Manifest | Finding] = [first]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Manifest) and _is_list(found):
            waiting += reversed(_items(found))
        else:
            yield found


def _manifest(field: Field) -> Manifest | Finding:
    if not is_mapping(field.value):
        return _no_object(field, _NO_KIND)
    return _typed(field, "", "")


def _is_list(found: Manifest) -> bool:
    """Tell whether an object is a List, or one of a kind, such as NetworkPolicyList."""
    items = found.field.value.get("items")
    return found.kind == "List" or (found.kind.endswith("List") and is_list(items))


def _items(found: Manifest) -> list[Manifest | Finding]:
    """Return what is in a List, whose kind and version hold where an item has none."""
    items, origin = found.field.value.get("items"), found.field.origin
    if items is not None and not is_list(items):
        return [_no_object(found.field, "the items of a List must be a list")]
    listed = found.kind.removesuffix("List")
    return [
        _item(Field(item, origin.at("items", index)), listed, found.version)
        for index, item in enumerate(entries(items))
    ]


def _item(field: Field, listed: str, version: str) -> Manifest | Finding:
    if not is_mapping(field.value):
        return _no_object(field, "an item of a List is no object")
    return _typed(field, listed, version)


def _typed(field: Field, listed: str, version: str) -> Manifest | Finding:
    """Return a mapping as an object, with the kind and version of its List where it has none."""
    kind: Any = field.value.get("kind") or listed
    own: Any = field.value.get("apiVersion") or version
    if not isinstance(kind, str) or not kind:
        return _no_object(field, _NO_KIND)
    if not isinstance(own, str):
        return _no_object(field, _NO_VERSION)
    return Manifest(kind, own, field)


def _no_object(field: Field, message: str) -> Finding:
    return input_finding("not-an-object", Severity.ERROR, message, field.origin.location)
