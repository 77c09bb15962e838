"""Objects as their documents have them: out of Lists and of Pulumi's output, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aksnetpol.policy.load import pulumi
from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.places import Document, Finding, Origin, Severity


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


def manifests(document: Document, value: Any) -> Iterator[Manifest | Finding]:
    """Yield the objects of one document, or what is wrong with it.

    Args:
        value: of the document: an object, a List, Pulumi's output; null is an empty document.
    """
    if isinstance(value, dict) and pulumi.is_output(value):
        for path, found in pulumi.manifests(value):
            yield from _objects(Field(found, Origin(pulumi.Nested(document, path), ())))
    elif value is not None:
        yield from _objects(Field(value, Origin(document, ())))


def _objects(root: Field) -> Iterator[Manifest | Finding]:
    value = root.value
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        yield _no_object(root, "not a Kubernetes object: it has no kind")
        return
    kind, version = value["kind"], str(value.get("apiVersion") or "")
    if not (kind.endswith("List") and isinstance(value.get("items"), list)):
        yield Manifest(kind, version, root)
        return
    for index, item in enumerate(value["items"]):
        yield _item(Field(item, root.origin.at("items", index)), kind.removesuffix("List"), version)


def _item(field: Field, listed: str, version: str) -> Manifest | Finding:
    """Return an item of a List, whose kind and version hold where it has none."""
    item = field.value
    if not isinstance(item, dict):
        return _no_object(field, "an item of a List is no object")
    return Manifest(str(item.get("kind") or listed), str(item.get("apiVersion") or version), field)


def _no_object(field: Field, message: str) -> Finding:
    return Finding("not-an-object", Severity.ERROR, message, field.origin.location)
