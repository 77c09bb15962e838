"""Every rule on a manifest that triggers it, with the exact lines, and on one that does not."""

from datetime import date
from pathlib import Path

import pytest

from aksnetpol.findings import Finding, Severity
from aksnetpol.policy import load_text, profile
from aksnetpol.policy.lint import RULES, lint
from aksnetpol.policy.lint.page import page
from tests.unit.policy.lint.cases import CASES, MARK, TODAY, Case

DOCS = Path(__file__).parents[4] / "docs" / "lint-rules.md"


def run(text: str, engine: str, rule: str, today: date = TODAY) -> list[Finding]:
    loaded = load_text(text, "test.yaml")
    errors = [str(found) for found in loaded.findings if found.severity is Severity.ERROR]
    assert not errors, errors
    return [found for found in lint(loaded.cluster, profile(engine), today) if found.id == rule]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_finds(case: Case) -> None:
    wanted = [n for n, line in enumerate(case.text.split("\n"), 1) if MARK in line]
    found = run(case.text + case.base, case.engine, case.rule)
    assert [finding.place.line for finding in found if finding.place] == wanted
    assert found
    assert all(finding.place.column for finding in found if finding.place)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_finds_nothing(case: Case) -> None:
    clean = case.text.replace(*case.replace) if case.replace[0] else case.text
    assert (clean != case.text) != bool(case.clean_engine)
    assert run(clean + case.base, case.clean_engine or case.engine, case.rule) == []


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in RULES} == {case.rule for case in CASES}


def test_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_the_documentation_is_current() -> None:
    assert DOCS.read_text() == page(), "run: python -m aksnetpol.policy.lint.page > docs/lint-rules.md"


def test_retirement_follows_the_date() -> None:
    text = CASES[0].text + CASES[0].base
    before, after = date(2026, 9, 29), date(2026, 9, 30)
    assert not run(text, "npm-windows", "engine-retired", before)
    assert run(text, "npm-windows", "engine-retired", after)
    assert "2026-09-30" in run(text, "npm-windows", "engine-retires", before)[0].message


def test_ranges_from_elsewhere() -> None:
    text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n"
    text += "  ingress: [{from: [{ipBlock: {cidr: 10.9.0.0/24}}]}]\n"
    cluster = load_text(text).cluster
    found = lint(cluster, profile("kubernetes"), TODAY, pod_cidrs=["10.9.0.0/16"])
    assert [finding.message for finding in found if finding.id == "ip-block-in-cluster"] == [
        "ipBlock 10.9.0.0/24 overlaps pods in 10.9.0.0/16; whether pods and nodes match is up to the engine"
    ]
