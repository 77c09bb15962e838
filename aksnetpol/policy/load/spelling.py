"""Kinds and API versions that differ from known ones by case alone: for Kubernetes they are others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from aksnetpol.findings import Finding, Severity
from aksnetpol.policy.load.finding import input_finding
from aksnetpol.policy.load.manifests import Manifest

_LIST = "List"
Known = Mapping[tuple[str, str], str]


def known(kinds: Iterable[tuple[str, str]]) -> Known:
    """Return kinds by their group and their name in lower case."""
    return {(group, kind.lower()): kind for group, kind in kinds}


def misspelt(found: Manifest, group: str, kinds: Known) -> Iterator[Finding]:
    """Yield what of an object's kind and API version is in the wrong case; nothing for kinds of others.

    Args:
        group: of its API version, in lower case.
    """
    kind = _kind(group, found.kind, kinds)
    if kind is not None:
        versions = ("apiVersion", found.version, found.version.lower())
        for key, written, right in (("kind", found.kind, kind), versions):
            if written != right:
                message = f"{key} {written!r} must be written {right}: case counts"
                place = found.field.origin.at(key).location
                yield input_finding("wrong-case", Severity.ERROR, message, place)


def _kind(group: str, written: str, kinds: Known) -> str | None:
    """Return a known kind, or the List of one, as it is to be written; None for any other."""
    lower = written.lower()
    if not lower.endswith("list"):
        return kinds.get((group, lower))
    listed = lower.removesuffix("list")
    one = kinds.get((group, listed)) if listed else ""
    return None if one is None else f"{one}{_LIST}"
