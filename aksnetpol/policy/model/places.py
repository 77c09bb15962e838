"""Where things were read, and what was found wrong there."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from aksnetpol.words import on_one_line


class Severity(StrEnum):
    """An error makes the answer partial; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a source; line and column count from 1, and 0 stands for not known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


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


# Of a policy that the API server or an engine's agent refuses: an error, but nothing is left unknown by it.
REFUSED = "policy-refused"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong or noteworthy in the input.

    Args:
        id: stable and short, such as "yaml-syntax".
        severity: an error means that the object was left out.
        message: what is wrong, and what to do.
        location: where.
    """

    id: str
    severity: Severity
    message: str
    location: Location

    @property
    def partial(self) -> bool:
        """Whether any answer may be wrong for want of what was left out."""
        return self.severity is Severity.ERROR and self.id != REFUSED

    def __str__(self) -> str:
        return on_one_line(f"{self.location}: {self.severity}: {self.message} [{self.id}]")
