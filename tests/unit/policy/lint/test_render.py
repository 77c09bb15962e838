"""Text against a golden file, JSON and SARIF by what their readers rely on."""

import json
from typing import Any

from aksnetpol.findings import Finding, Location, Severity, Topic
from aksnetpol.policy import load_text, profile
from aksnetpol.policy.lint import RULES, data, lint, sarif, text
from tests.golden_files import check_golden
from tests.unit.policy.lint.cases import BASE, CASES, TODAY


def found() -> list[Finding]:
    case = next(case for case in CASES if case.rule == "npm-windows-named-port")
    source = case.text + case.base.replace("registry.k8s.io/x", "k8s.gcr.io/x")
    return [*lint(load_text(source, "my policies/demo.yaml").cluster, profile("npm-windows"), TODAY)]


def test_text() -> None:
    check_golden("lint/npm-windows.txt", text(found()))


def test_text_of_nothing() -> None:
    assert text([]) == "Nothing found.\n"


def test_what_a_manifest_says_stays_on_its_line() -> None:
    """A runner obeys lines of its own kind, a terminal its sequences."""
    odd = Finding("odd", Topic.POLICY, Severity.ERROR, "a\n::error::b", "c\x1b[2J", "d", Location("e\ud800"))
    assert text([odd]).splitlines()[:2] == [r"e\ud800: error: a\n::error::b [odd]", r"    c\x1b[2J (d)"]


def test_json_has_every_finding() -> None:
    made = json.loads(json.dumps(data(found())))["findings"]
    assert [one["id"] for one in made] == [finding.id for finding in found()]
    cluster, pod = made[0], next(one for one in made if one["id"] == "image-registry")
    assert (cluster["id"], cluster["location"]) == ("engine-retired", None)
    assert pod["location"] == {"file": "my policies/demo.yaml", "line": 18, "column": 29}
    assert pod["fix"] == {"title": "write registry.k8s.io/x", "changesVerdicts": False}


def test_sarif_results_point_to_their_rules() -> None:
    log = sarif(found())
    (run,) = log["runs"]
    rules: list[dict[str, Any]] = run["tool"]["driver"]["rules"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in rules] == [rule.id for rule in RULES]
    assert len(run["results"]) == len(found())
    for result, finding in zip(run["results"], found(), strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.id
        assert result["level"] in ("error", "warning")
        assert ("locations" in result) == (finding.place is not None)


def test_sarif_places_are_uris_and_count_from_one() -> None:
    places = [
        place["physicalLocation"]
        for result in sarif(found())["runs"][0]["results"]
        for place in result.get("locations", ())
    ]
    assert {place["artifactLocation"]["uri"] for place in places} == {"my%20policies/demo.yaml"}
    assert all(place["region"]["startLine"] >= 1 for place in places)
    assert all(place["region"]["startColumn"] >= 1 for place in places)


def test_sarif_takes_names_that_are_no_text() -> None:
    odd = Finding("odd", Topic.POLICY, Severity.ERROR, "a", "b", "c", Location("e\udcff"))
    (result,) = sarif([odd])["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "e%FF"


def test_sarif_takes_findings_of_the_input() -> None:
    broken = Finding(
        "yaml-syntax", Topic.INPUT, Severity.ERROR, "not YAML", "Mend it", "YAML", Location("a.yaml")
    )
    (run,) = sarif([broken])["runs"]
    assert run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]["id"] == "yaml-syntax"
    assert run["results"][0]["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "a.yaml"}}}]


def test_base_of_the_cases_is_clean_of_errors() -> None:
    errors = [f for f in lint(load_text(BASE).cluster, profile("calico"), TODAY) if f.severity == "error"]
    assert errors == []
