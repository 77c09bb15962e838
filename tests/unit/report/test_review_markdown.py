"""The Markdown of a review: its limit, its marks, and text that is no markup."""

import re

import pytest

from aksnetpol.report.review import Resource, Review, StackReview, markdown
from aksnetpol.report.review.markdown import LIMIT, MARKER, code, fence, stack_marker
from aksnetpol.report.review.model import Operation, Problem, PropertyChange, ResourceChange


def _resource(number: int) -> ResourceChange:
    resource = Resource(f"urn:{number}", "azure-native:network:Subnet", f"subnet-{number}")
    change = PropertyChange("addressPrefix", f"10.{number % 250}.0.0/24", "10.9.0.0/16")
    return ResourceChange(Operation.UPDATE, resource, (change,))


def _stack(name: str, resources: int) -> StackReview:
    return StackReview(name, tuple(map(_resource, range(resources))), secrets=("app:token",))


def test_a_long_report_loses_whole_sections_least_important_first() -> None:
    text = markdown.render(Review("main", "topic", (_stack("prod", 600), _stack("dev", 1))))
    assert len(text) <= LIMIT
    assert "1. " not in text
    assert "<summary>Property changes" not in text.split(stack_marker("dev"))[0]
    assert text.count("| update | `Subnet subnet-") == 601
    assert "the property changes of `prod`" in text


def test_a_huge_report_keeps_every_headline() -> None:
    names = [f"stack-{number}" for number in range(20)]
    text = markdown.render(Review("main", "topic", tuple(_stack(name, 5_000) for name in names)))
    assert len(text) <= LIMIT
    for name in names:
        assert f"| `{name}` | 🟢 low risk | 5000 resources updated; 1 secret setting changed. |" in text
        assert text.count(stack_marker(name)) == text.count(stack_marker(name, end=True)) == 1


def test_a_report_that_fits_leaves_nothing_out() -> None:
    text = markdown.render(Review("main", "topic", (_stack("dev", 3),)))
    assert "Left out" not in text
    assert "<summary>Property changes" in text


def test_marks_let_a_later_run_replace_one_stack() -> None:
    text = markdown.render(Review("main", "topic", (_stack("dev", 1), _stack("prod", 2))))
    assert text.startswith(MARKER)
    part = text[text.index(stack_marker("dev")) : text.index(stack_marker("dev", end=True))]
    assert "subnet-0" in part
    assert "subnet-1" not in part


def test_nothing_changes() -> None:
    text = markdown.render(Review("main", "topic", (StackReview("dev"),)))
    assert "no change" in text
    assert "###" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "`plain`"),
        ("a|b", "`a\\|b`"),
        ("two\nlines", "`two lines`"),
        ("a`b", "``a`b``"),
        ("`edge`", "`` `edge` ``"),
        ("", ""),
    ],
)
def test_code(text: str, expected: str) -> None:
    assert code(text) == expected


def test_fence_is_longer_than_any_in_the_text() -> None:
    message = "a message with ``` in it"
    problem = Problem("topic", message, in_head=True)
    text = markdown.render(Review("main", "topic", (StackReview("dev", problem=problem),)))
    assert fence(message) in text
    assert re.search(r"^````text$", text, re.M)
