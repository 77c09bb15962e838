"""Findings as SARIF 2.1.0 (OASIS), which code scanning services read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from aksnetpol.findings import Finding, Location, Severity
from aksnetpol.policy.lint.rules import RULES

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return one run of the linter as a SARIF log; rules without findings are listed too."""
    table = [_rule(rule.id, rule.summary, rule.remedy, rule.source, rule.severity) for rule in RULES]
    known = {rule.id for rule in RULES}
    for finding in findings:
        if finding.id not in known:
            known.add(finding.id)
            table.append(_rule(finding.id, finding.id, finding.remedy, finding.source, finding.severity))
    index = {rule["id"]: number for number, rule in enumerate(table)}
    driver = {"name": "aksnetpol", "rules": table}
    results = [_result(finding, index[finding.id]) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(id_: str, summary: str, remedy: str, source: str, severity: Severity) -> dict[str, Any]:
    return {
        "id": id_,
        "shortDescription": {"text": summary},
        "help": {"text": f"{remedy}\nSource: {source}"},
        "defaultConfiguration": {"level": severity.value},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": finding.id,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": f"{finding.message}. {finding.remedy}"},
    }
    if finding.place:
        found["locations"] = [_location(finding.place, finding.subject)]
    return found


def _location(place: Location, subject: str) -> dict[str, Any]:
    artifact = {"uri": quote(os.fsencode(PurePath(place.file).as_posix()), safe="/:")}
    physical: dict[str, Any] = {"artifactLocation": artifact}
    if place.line:
        region = {"startLine": place.line, **({"startColumn": place.column} if place.column else {})}
        physical["region"] = region
    found: dict[str, Any] = {"physicalLocation": physical}
    if subject:
        found["logicalLocations"] = [{"fullyQualifiedName": subject}]
    return found
