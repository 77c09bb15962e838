"""The boundary to where a pull request is: its comments that are ours, and three ways to change them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from aksnetpol.review.formats.comment import Limit


@dataclass(frozen=True)
class Posted:
    """A comment of ours.

    Args:
        number: grows with time.
        path: where the service has it.
    """

    number: int
    body: str
    path: str


class PullRequest(Protocol):
    """A pull request; every method raises RefusedError or UnavailableError."""

    @property
    def limit(self) -> Limit:
        """How long a comment may be."""
        ...

    @property
    def run(self) -> str:
        """Address of the run's page, where the whole report is; empty where it is not known."""
        ...

    def comments(self) -> list[Posted]:
        """Return our comments, oldest first."""
        ...

    def create(self, body: str) -> None:
        """Write a new comment."""
        ...

    def update(self, comment: Posted, body: str) -> None:
        """Give a comment another text."""
        ...

    def remove(self, comment: Posted) -> None:
        """Delete a comment; it may be gone already."""
        ...
