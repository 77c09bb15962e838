"""Where things were read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from aksnetpol.findings import Location

Path = tuple[str | int, ...]


class Document(Protocol):
    """A parsed source that can tell later where one of its fields stands."""

    def locate(self, path: Path) -> Location:
        """Return the place of the field at `path` (keys and indexes from the document's root)."""
        ...


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an object or a rule was read; its location is computed only when asked for."""

    document: Document = field(repr=False, compare=False)
    path: Path = field(compare=False)

    @property
    def location(self) -> Location:
        """The file, line and column."""
        return self.document.locate(self.path)

    def at(self, *path: str | int) -> Origin:
        """Return the origin of a field below this one."""
        return Origin(self.document, self.path + path)
