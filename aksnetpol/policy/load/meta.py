"""The metadata that every object has."""

from __future__ import annotations

from dataclasses import dataclass

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
    metadata = field.need("metadata")
    name = metadata.get("name") or metadata.get("generateName")
    if name is None:
        raise metadata.fail("name is missing")
    return Meta(name.text(), metadata.text_of("namespace") or "default")
