"""Findings as text: a line for each, with what to do under it."""

from __future__ import annotations

from collections.abc import Sequence

from aksnetpol.findings import Finding, Severity
from aksnetpol.words import counted, on_one_line


def place(finding: Finding) -> str:
    """Return file:line:column; "cluster" when the finding is about all of it."""
    found = finding.place
    if found is None:
        return "cluster"
    return f"{found}:{found.column}" if found.line and found.column else str(found)


def text(findings: Sequence[Finding]) -> str:
    """Return the findings as lines, and their count last."""
    lines: list[str] = []
    for finding in findings:
        lines.append(f"{place(finding)}: {finding.severity}: {finding.message} [{finding.id}]")
        lines.append(f"    {finding.remedy} ({finding.source})")
        if finding.fix:
            warns = "; changes verdicts" if finding.fix.changes_verdicts else ""
            lines.append(f"    --fix: {finding.fix.title}{warns}")
    lines.append(summary(findings))
    return "\n".join(map(on_one_line, lines)) + "\n"


def summary(findings: Sequence[Finding]) -> str:
    """Return how many errors and warnings there are."""
    if not findings:
        return "Nothing found."
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    warnings = len(findings) - errors
    fixable = sum(finding.fix is not None for finding in findings)
    counts = ((errors, "error"), (warnings, "warning"))
    tail = f"; --fix mends {fixable}" if fixable else ""
    return ", ".join(counted(number, word) for number, word in counts if number) + tail + "."
