"""The published schema of a report: kept in step, met by every report, and strict."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from aksnetpol.review.formats.schema import review_schema, schema_text

ROOT = Path(__file__).resolve().parents[4]
GOLDEN = ROOT / "tests" / "golden"
REPORTS = sorted((GOLDEN / "review").glob("*.json"))
PLANS = [GOLDEN / "engine" / f"{name}.json" for name in ("kubenet-calico-to-cilium", "windows-npm-to-cilium")]
_VALIDATOR = jsonschema.Draft202012Validator(review_schema())


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_is_published() -> None:
    assert (ROOT / "docs" / "review.schema.json").read_text() == schema_text(), (
        "run: python -m aksnetpol.review.formats.schema > docs/review.schema.json"
    )


def test_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(review_schema())


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_reports_meet_it(path: Path) -> None:
    _VALIDATOR.validate(_read(path))


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_plans_and_refusals_meet_it(path: Path) -> None:
    report = _read(GOLDEN / "review" / "engine-change.json")
    report["stacks"][0]["engine"]["plan"] = _read(path)
    _VALIDATOR.validate(report)


def _objects(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [one for item in schema for one in _objects(item)]
    if not isinstance(schema, dict):
        return []
    inside = [one for value in schema.values() for one in _objects(value)]
    return [schema, *inside] if schema.get("type") == "object" else inside


def test_every_object_is_closed() -> None:
    found = _objects(review_schema())
    assert len(found) > 20
    assert [one for one in found if one.get("additionalProperties") is not False] == []


def test_every_key_of_a_report_is_needed() -> None:
    report = _read(GOLDEN / "review" / "engine-change.json")
    for place in (report, report["stacks"][0], report["stacks"][0]["engine"]["plan"]):
        for key in list(place):
            value = place.pop(key)
            assert not _VALIDATOR.is_valid(report), key
            place[key] = value
