"""What lint and review write, against the schema of SARIF 2.1.0 and by the real validator's rules."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from aksnetpol.findings import Finding, Location, Severity, Topic
from aksnetpol.policy import load_text, profile
from aksnetpol.policy.lint import lint, sarif
from aksnetpol.review import Review, StackReview
from aksnetpol.review.formats import sarif as review_sarif
from aksnetpol.review.model import Compared
from tests.unit.policy.lint.cases import CASES, TODAY

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def validator(sarif_schema: Path) -> Any:
    """Of the schema."""
    return jsonschema.Draft202012Validator(json.loads(sarif_schema.read_text(encoding="utf-8-sig")))


def test_every_rule_of_lint(validator: Any) -> None:
    found = [
        lint(load_text(case.text + case.base, "policies/a b.yaml").cluster, profile(case.engine), TODAY)
        for case in CASES
    ]
    assert len({one.id for findings in found for one in findings}) > 30
    for findings in ((), *found):
        validator.validate(sarif(findings))


def test_review(validator: Any) -> None:
    def finding(id_: str, location: Location | None) -> Finding:
        return Finding(id_, Topic.POLICY, Severity.ERROR, "a \x1b %<name>", "Mend it.", "a source", location)

    lint_found = Compared(
        new=(finding("a", Location("policies/ä b#1.yaml", 3, 4)), finding("b", Location("Pod server"))),
        kept=(finding("c", Location("c.yaml", 1)), finding("d", None)),
    )
    stacks = (StackReview("dev", lint=lint_found), StackReview("prod", retirements=lint_found))
    log = review_sarif.sarif(Review("main", "topic", stacks))
    assert [one["ruleId"] for one in log["runs"][0]["results"]] == ["a", "c"]
    validator.validate(log)


def test_schema_refuses_what_is_not_sarif(validator: Any) -> None:
    log = sarif([])
    log["runs"][0]["results"] = [{"message": "text"}]
    assert not validator.is_valid(log)
