"""Expected verdicts beside what is: in lines for people, as data, as test cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aksnetpol.policy.ask.expectations import Outcome
from aksnetpol.report import verdict as report
from aksnetpol.report.connections.json_data import location
from aksnetpol.report.junit import Case


def render(outcomes: Sequence[Outcome], *, view: str, partial: bool) -> str:
    """Return a line for each expectation, two for one that is not met, and the sum."""
    lines: list[str] = []
    for one in outcomes:
        lines.append(f"{'ok' if one.met else 'NOT MET':8}{one.entry.expect:6}{one.entry.title}{_engine(one)}")
        if not one.met:
            lines.append(f"        {one.location}: {_why(one)}")
    failed = sum(not one.met for one in outcomes)
    mark = "PARTIAL INPUT, may be wrong: " if partial else ""
    lines.append(f"{mark}{len(outcomes) - failed} of {len(outcomes)} as expected, {view} pods")
    return "\n".join(lines) + "\n"


def cases(outcomes: Sequence[Outcome], file: str) -> list[Case]:
    """Return the outcomes as test results, for JUnit and TAP."""
    return [
        Case(file, one.entry.title + _engine(one), "" if one.met else f"{one.location}: {_why(one)}")
        for one in outcomes
    ]


def data(outcomes: Sequence[Outcome], *, file: str, view: str, partial: bool) -> dict[str, Any]:
    """Return the outcomes as JSON data; docs/commands/assert.md documents the shape."""
    return {
        "file": file,
        "met": all(one.met for one in outcomes),
        "partial": partial,
        "outcomes": [
            {
                "name": one.entry.title,
                "location": location(one.location),
                "expect": one.entry.expect,
                "met": one.met,
                "verdict": report.data(one.verdict, engine=one.engine, view=view, partial=partial),
            }
            for one in outcomes
        ],
    }


def _engine(one: Outcome) -> str:
    doubt = "" if one.verdict.certainty == "certain" else f", {one.verdict.certainty}"
    return f" ({one.engine}{doubt})"


def _why(one: Outcome) -> str:
    """Return what is instead: the verdict with the policies and rules that made it."""
    return f"expected {one.entry.expect}, but {report.line(one.verdict)}"
