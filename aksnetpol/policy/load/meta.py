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
        if type(name) is str and name and (namespace is None or type(namespace) is str):
            return Meta(name, namespace or "default")  # what nearly every object has, without the checks
    checked = field.need("metadata")
    found = checked.get("name") or checked.get("generateName")
    if found is None or not found.text():
        raise checked.fail("name is missing")
    return Meta(found.text(), checked.text_of("namespace") or "default")


def check_texts(field: Field) -> None:
    """Check an object's labels and annotations, which nothing else reads.

    Raises:
        FieldError: one is no text.
    """
    metadata = field.need("metadata")
    for found in (metadata.get("labels"), metadata.get("annotations")):
        if found is not None:
            found.labels()
