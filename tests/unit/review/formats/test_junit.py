"""A report as test cases; the ten scripted pull requests are in tests/golden/review."""

from xml.etree import ElementTree

import pytest

from aksnetpol.findings import Finding, Severity, Topic
from aksnetpol.review import Problem, Review, StackReview
from aksnetpol.review.formats import junit
from aksnetpol.review.model import Compared


def _finding(id_: str, message: str, topic: Topic = Topic.POLICY) -> Finding:
    return Finding(id_, topic, Severity.WARNING, message, "Mend it.", "a source")


def _suite(*stacks: StackReview) -> ElementTree.Element:
    return ElementTree.fromstring(junit.render(Review("main", "topic", stacks)))


@pytest.mark.parametrize(
    ("scenario", "stack", "failing"),
    [
        ("nothing", StackReview("dev"), []),
        (
            "retired",
            StackReview(
                "dev", retirements=Compared(new=(_finding("retired-npm", "NPM is gone", Topic.RETIRED),))
            ),
            ["nothing that has been retired"],
        ),
        (
            "will be retired",
            StackReview(
                "dev", retirements=Compared(new=(_finding("retiring-npm", "NPM will go", Topic.RETIREMENT),))
            ),
            [],
        ),
        ("a warning", StackReview("dev", lint=Compared(new=(_finding("open", "open"),))), []),
        (
            "no preview",
            StackReview("dev", problem=Problem("topic", "no such file", in_head=True)),
            ["can be previewed"],
        ),
    ],
)
def test_failing_cases(scenario: str, stack: StackReview, failing: list[str]) -> None:
    suite = _suite(stack)
    found = [case.get("name") for case in suite if case.find("failure") is not None]
    assert found == failing, scenario
    assert suite.get("failures") == str(len(failing))


def test_a_case_for_every_stack() -> None:
    suite = _suite(StackReview("dev"), StackReview("prod"))
    assert [case.get("classname") for case in suite] == ["dev"] * 5 + ["prod"] * 5


def test_what_xml_cannot_hold_is_replaced() -> None:
    problem = Problem("topic", 'a \x1b[31m"<red>"\x00 & ]]>', in_head=True)
    failure = _suite(StackReview("dev", problem=problem)).find("testcase/failure")
    assert failure is not None
    assert failure.text == 'topic:\na \N{REPLACEMENT CHARACTER}[31m"<red>"\N{REPLACEMENT CHARACTER} & ]]>'
