"""What can go wrong in policy analysis; every class here is the user's to mend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aksnetpol.errors import UserError

if TYPE_CHECKING:
    from aksnetpol.findings import Finding


class PolicyError(UserError):
    """The root of this package's errors."""


class SourceError(PolicyError):
    """A source could not be opened at all: a missing file, an unknown revision, no cluster.

    Args:
        source: the source as the user gave it.
        problem: what is wrong with it and what to do.
    """

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(f"{source}: {problem}")
        self.source = source
        self.problem = problem


class NothingThereError(SourceError):
    """A source that does not exist, or a folder without a file that counts."""


class PartialInputError(PolicyError):
    """Part of the input could not be read, and no one allowed a partial answer.

    Args:
        findings: the errors, each with its location.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        lines = "\n".join(f"  {finding}" for finding in findings)
        super().__init__(
            f"Part of the input could not be read, so an answer could be wrong:\n{lines}\n"
            "Mend it, or allow a partial answer."
        )
        self.findings = tuple(findings)


class UnknownEndpointError(PolicyError):
    """A source or destination that the cluster does not have.

    Args:
        reference: the endpoint as the user gave it.
        problem: why it names nothing, or more than one thing.
    """

    def __init__(self, reference: str, problem: str) -> None:
        super().__init__(f"{reference}: {problem}")
        self.reference = reference


class UnknownProfileError(PolicyError):
    """An engine profile or version that does not exist."""


class InvalidInputError(PolicyError):
    """A file of expectations or of flows says what can't be meant.

    Args:
        findings: what is wrong, each with its location.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(f"{one.place}: {one.message}" for one in findings))
        self.findings = tuple(findings)
