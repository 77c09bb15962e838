"""A review's findings for code scanning."""

import pytest

from aksnetpol.findings import Finding, Location, Severity, Topic
from aksnetpol.review import Review, StackReview
from aksnetpol.review.formats import sarif
from aksnetpol.review.model import Compared


def _finding(id_: str, location: Location | None) -> Finding:
    return Finding(id_, Topic.POLICY, Severity.ERROR, f"{id_} is wrong", "Mend it.", "a source", location)


_PLACED = _finding("dead-section", Location("policies/a.yaml", 3, 1))


@pytest.mark.parametrize(
    ("scenario", "lint", "expected"),
    [
        ("new and kept", Compared(new=(_PLACED,), kept=(_finding("other", Location("b.yaml", 1)),)), 2),
        ("fixed ones are gone", Compared(fixed=(_PLACED,)), 0),
        ("without a file", Compared(new=(_finding("engine-none", None),)), 0),
        ("made by a program", Compared(new=(_finding("open", Location("Pod server")),)), 0),
    ],
)
def test_results(scenario: str, lint: Compared, expected: int) -> None:
    stacks = tuple(StackReview(name, lint=lint) for name in ("dev", "prod"))  # each finding is told once
    log = sarif.sarif(Review("main", "topic", stacks))
    assert len(log["runs"][0]["results"]) == expected, scenario
