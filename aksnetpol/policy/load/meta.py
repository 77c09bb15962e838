"""The metadata that every object has."""

from __future__ import annotations

from dataclasses import dataclass

from aksnetpol.documents import is_mapping
from aksnetpol.policy.load.fields import Field


@dataclass(frozen=True, slots=True)
class Meta:
    """An object's name, and its namespace: "default" where a namespaced object gives none."""

    name: str
    namespace: str


def read_meta(field: Field) -> Meta:
    """Return an object's metadata.

    Raises:
        FieldError: no metadata, or no name.
    """
    metadata = field.value.get("metadata")
    if is_mapping(metadata):
        name, namespace = metadata.get("name"), metadata.get("namespace")
        spaced = namespace is None or (type(namespace) is str and namespace.isprintable())
        if spaced and type(name) is str and name and name.isprintable():
            return Meta(name, namespace or "default")  # what nearly every object has, without the checks
    checked = field.need("metadata")
    found = checked.get("name") or checked.get("generateName")
    if found is None or not found.text():
        raise checked.fail("name is missing")
    namespace = checked.get("namespace")
    return Meta(_printed(found), (_printed(namespace) if namespace else "") or "default")


def _printed(field: Field) -> str:
    if not field.text().isprintable():
        raise field.fail(f"must be a name, not {field.value!r}")
    return field.value


def check_texts(field: Field) -> None:
    """Check an object's labels and annotations, which nothing else reads.

    Raises:
        FieldError: one is no text.
    """
    metadata = field.need("metadata")
    for found in (metadata.get("labels"), metadata.get("annotations")):
        if found is not None:
            found.labels()
