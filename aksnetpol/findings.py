"""What is found wrong, or worth knowing: one shape for settings, manifests, policies and live clusters."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from aksnetpol.words import on_one_line


class Severity(StrEnum):
    """How bad it is, the worst first; an error is refused, or leaves an answer partial."""

    ERROR = "error"
    WARNING = "warning"

    @property
    def rank(self) -> int:
        """Sorts the worst first."""
        return list(Severity).index(self)

    def reaches(self, least: "Severity") -> bool:
        """Tell whether this is at least as bad as another."""
        return self.rank <= least.rank


class Topic(StrEnum):
    """What a finding is about: gates and reports ask this, never an id."""

    INPUT = "input"  # a file that does not say what it is meant to say
    REFUSED = (
        "refused"  # a policy that the API server or its engine's agent refuses: nothing of it is in force
    )
    RULE = "rule"  # a request, or a cluster, that AKS refuses or warns of
    LIMIT = "limit"  # a size that is near or past what is supported
    RETIREMENT = "retirement"  # something in use that will end
    RETIRED = "retired"  # something in use that has ended
    POLICY = "policy"  # what the linter has rules for

    @property
    def ends(self) -> bool:
        """Whether it is about the end of something."""
        return self in (Topic.RETIREMENT, Topic.RETIRED)


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a source; line and column count from 1, and 0 stands for not known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a source.

    Args:
        near: a place inside the document, to tell it from the others of its file.
        path: keys and indexes of the field that is changed; for an insertion, of the mapping that gets a key.
        value: the new text of a scalar; None removes the item of a list.
        key: insert `key: value` into the mapping instead.
    """

    near: Location
    path: tuple[str | int, ...]
    value: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """How a finding is mended in its source.

    Args:
        title: what it does, in a few words.
        edit: the change.
        changes_verdicts: it makes the engine decide otherwise; else never.
    """

    title: str
    edit: Edit
    changes_verdicts: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, and what to do.

    Args:
        id: of the rule; stable and short, such as "yaml-syntax".
        remedy: what to do, with the valid choices.
        source: where the rule is written down.
        place: where it was read; None where it is about the whole, or in no file.
        subject: what it is about, such as "NetworkPolicy demo/allow", the setting "cluster.podCidr" or names
            of node pools; may be empty.
    """

    id: str
    topic: Topic
    severity: Severity
    message: str
    remedy: str
    source: str
    place: Location | None = None
    subject: str = ""
    fix: Fix | None = None

    @property
    def partial(self) -> bool:
        """Whether any answer may be wrong for want of what could not be read."""
        return self.topic is Topic.INPUT and self.severity is Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return on_one_line(f"{where}{self.severity}: {self.message} [{self.id}]")

    @property
    def advice(self) -> str:
        """What is wrong with the subject, and what to do; its place first where that is known."""
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.subject}: {self.message} {self.remedy}"


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by severity, those of the same in their order."""
    return tuple(sorted(findings, key=lambda one: one.severity.rank))
