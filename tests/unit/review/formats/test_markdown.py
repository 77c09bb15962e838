"""The Markdown of a review: its limit, its marks, and text that is no markup."""

import re
from pathlib import Path

import pytest

from aksnetpol.report.escape import code, fence, prose
from aksnetpol.review import Resource, Review, StackReview
from aksnetpol.review.formats import markdown, published
from aksnetpol.review.formats.comment import GITHUB_COMMENT, MARKER, merged, parse, stack_end
from aksnetpol.review.formats.schema import Report
from aksnetpol.review.model import Operation, Problem, PropertyChange, ResourceChange

LIMIT = GITHUB_COMMENT.size
REPORTS = sorted((Path(__file__).resolve().parents[3] / "golden" / "review").glob("*.json"))


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
    assert "<summary>Property changes" not in text.split(stack_end("dev"))[1]
    assert text.count("| update | `Subnet subnet-") == 601
    assert "the property changes of `prod`" in text


def test_a_huge_report_keeps_every_headline() -> None:
    names = [f"stack-{number}" for number in range(20)]
    text = markdown.render(Review("main", "topic", tuple(_stack(name, 5_000) for name in names)))
    assert len(text) <= LIMIT
    for name in names:
        assert f"| `{name}` | 🟢 low risk | 5000 resources updated; 1 secret setting changed. |" in text
        assert text.count(f":stack={name} risk=low ") == text.count(stack_end(name)) == 1


def test_a_report_that_fits_leaves_nothing_out() -> None:
    text = markdown.render(Review("main", "topic", (_stack("dev", 3),)))
    assert "Left out" not in text
    assert "<summary>Property changes" in text


def test_marks_let_a_later_run_replace_one_stack() -> None:
    text = markdown.render(Review("main", "topic", (_stack("dev", 1), _stack("prod", 2))))
    assert text.startswith(MARKER)
    newer = markdown.comment(published.report(Review("main", "topic", (_stack("prod", 9),))))
    both = merged([parse(text)], newer).text(GITHUB_COMMENT)
    assert both == markdown.render(Review("main", "topic", (_stack("dev", 1), _stack("prod", 9))))


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_saved_report_reads_the_same(path: Path) -> None:
    report = Report.model_validate_json(path.read_bytes())
    text = markdown.render(report)
    assert text == path.with_suffix(".md").read_text(encoding="utf-8")
    assert parse(text) == markdown.comment(report)


def test_what_was_left_out_is_still_named_after_a_merge() -> None:
    text = markdown.render(Review("main", "topic", (_stack("prod", 900),)))
    newer = markdown.comment(published.report(Review("main", "topic", (_stack("dev", 1),))))
    both = merged([parse(text)], newer)
    assert "the property changes of `prod`" in both.text(GITHUB_COMMENT)
    assert both.holds(markdown.comment(published.report(Review("main", "topic", (_stack("prod", 900),)))))


@pytest.mark.parametrize("body", ["", MARKER, f"{MARKER}\n| --- | --- | --- |\n| a | b | c |"])
def test_a_damaged_comment_has_no_section(body: str) -> None:
    assert parse(body).sections == ()


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


_MARKUP = "<img src=x onerror=a()> **b** [c](http://d.e/f) `g` | h <!-- aksnetpol-review:stack=i --> \\| j"


@pytest.mark.parametrize(
    "mention", ["@ann", "#12", "!3", "GH-7", "https://evil.example/x", "www.evil.example"]
)
def test_prose_refers_to_nothing(mention: str) -> None:
    assert mention not in prose(f"see {mention} there").replace("\\", "")


def test_prose_is_no_markup() -> None:
    assert not re.search(r"(?<!\\)[*`\[\]|]|[<>]", prose(_MARKUP))
    assert prose("&lt;b") == "&amp;\u200blt;b"  # no entity either


def test_code_ends_no_cell_and_carries_no_mark() -> None:
    assert not re.search(r"[|`<>\\]", code(_MARKUP).removeprefix("<code>").removesuffix("</code>"))


def test_a_fence_carries_no_mark() -> None:
    assert "<!--" not in fence(f"{MARKER}\n{_MARKUP}")


def test_a_stacks_name_ends_no_mark() -> None:
    name = "x--->\n<b>"
    assert "-->" not in stack_end(name)[:-4]
