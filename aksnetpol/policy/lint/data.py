"""Findings as plain data, for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aksnetpol.findings import Finding


def data(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the findings; `location` is null for one about the cluster or the engine."""
    return {"findings": [_finding(finding) for finding in findings]}


def _finding(finding: Finding) -> dict[str, Any]:
    place, fix = finding.place, finding.fix
    return {
        "id": finding.id,
        "severity": finding.severity.value,
        "subject": finding.subject,
        "message": finding.message,
        "remedy": finding.remedy,
        "source": finding.source,
        "location": place and {"file": place.file, "line": place.line, "column": place.column},
        "fix": fix and {"title": fix.title, "changesVerdicts": fix.changes_verdicts},
    }
