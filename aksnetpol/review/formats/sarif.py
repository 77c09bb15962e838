"""A report's findings, new and kept, as SARIF 2.1.0 for code scanning."""

from typing import Any

from aksnetpol.findings import Finding
from aksnetpol.policy import lint
from aksnetpol.review.model import Review


def sarif(review: Review) -> dict[str, Any]:
    """Return every finding of the head once, also where several stacks have it."""
    found = {
        (one.id, one.place, one.subject, one.message): one
        for stack in review.stacks
        for compared in (stack.lint, stack.retirements)
        for one in (*compared.new, *compared.kept)
        # Code scanning takes a file of the repository only.
        if _in_file(one)
    }
    return lint.sarif(tuple(found.values()))


def _in_file(finding: Finding) -> bool:
    return finding.place is not None and finding.place.line > 0
