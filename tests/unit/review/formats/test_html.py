"""The HTML page of a review: whole, escaped, closed to the network, and true to its data."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from aksnetpol.findings import Finding, Severity, Topic
from aksnetpol.review import Problem, Resource, Review, StackReview
from aksnetpol.review.formats import html, published
from aksnetpol.review.formats.schema import Report
from aksnetpol.review.model import Compared, Operation, PropertyChange, ResourceChange
from tests.unit.review.shop import shop, shops

REPORTS = sorted((Path(__file__).resolve().parents[3] / "golden" / "review").glob("*.json"))
_VOID = {"meta", "input", "br"}
_PIECES = (
    *"<>\"'&;=/`{}()[] \n", "</script>", "<script>a()</script>", "<!--", "-->", "</style>", "]]>",
    "<img src=x onerror=a()>", "<svg/onload=a()>", "<a href=//e.example>", "javascript:a()",
    "\" onclick=a() ", "' autofocus onfocus=a() '", "{{ 7*7 }}", "{% raw %}", "&lt;b&gt;", "&#x3c;", "ü",
)  # fmt: skip
# Dropped, so that a text reads as it is written.
_UNSEEN = ("\x00", "\x1b", "\u202e", "\u2066", "\u061c", "\u200b", "\u200d", "\u200f", "\u2060", "\ufeff")


class Page(HTMLParser):
    """The elements of a page, each closed where it should be, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.said: list[str] = []
        self.data: dict[str, list[str]] = {"script": [], "style": []}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag in self.data:
            self.data[tag].append("")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside in self.data:
            self.data[inside][-1] += data
        else:
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())

    def values(self, name: str) -> list[str]:
        return [value for _, found, value in self.attributes if found == name]


def _hostile(seed: int) -> str:
    rng = random.Random(seed)
    return "".join(rng.choices((*_PIECES, *_UNSEEN), k=rng.randint(3, 12)))


def _hostile_review(seed: int) -> tuple[Review, list[str]]:
    """Return a review with a stranger's text wherever a stranger can put one."""
    texts = [f"mark{number} {_hostile(seed * 100 + number)}" for number in range(11)]
    stack, name, kind, path, before, after, message, remedy, policy, trouble, head = texts
    change = ResourceChange(
        Operation.UPDATE,
        Resource("urn", kind, name),
        (PropertyChange(path, before, {"key": after}),),
        follows=name,
    )
    finding = Finding(
        "an-id", Topic.POLICY, Severity.ERROR, message, remedy, "a source", subject=f"Kind {name}/x"
    )
    made = StackReview(
        stack,
        (change,),
        policies=(policy,),
        lint=Compared(new=(finding,)),
        secrets=(path,),
        plain_secrets=(name,),
    )
    broken = StackReview(f"{stack}2", problem=Problem(head, trouble, in_head=True))
    return Review("main", head, (made, broken)), texts


def _plain(text: str) -> str:
    return " ".join(re.sub(f"[{''.join(_UNSEEN)}]", "", text).split())


@pytest.mark.parametrize("seed", range(80))
def test_a_strangers_text_is_text(seed: int) -> None:
    review, texts = _hostile_review(seed)
    page, calm = Page(html.render(review)), Page(html.render(_calm(review)))
    assert page.tags == calm.tags
    assert [one[:2] for one in page.attributes] == [one[:2] for one in calm.attributes]
    assert page.data == calm.data
    assert not [one for one in page.values("href") if not re.fullmatch(r"#stack-\d+", one)]
    for text in texts[:5] + texts[6:]:
        assert _plain(text) in page.text, text
    assert not any(mark in html.render(review) for mark in _UNSEEN)


def _calm(review: Review) -> Report:
    """The same review with plain names."""
    report = published.report(review).model_dump_json(by_alias=True)
    return Report.model_validate_json(re.sub(r'mark\d+ (?:[^"\\]|\\.)*', "plain", report))


def test_the_matrix_data_ends_no_element() -> None:
    made = shop()
    assert made.reach
    names = {pod.namespace for pod in made.reach[0].snapshot.pods}
    text = html.render(Review("main", "topic", (made,)))
    (data,) = [one for one in Page(text).data["script"] if one.startswith("{")]
    assert not re.search("[<>&]", data)
    ends = json.loads(data)["ends"]
    assert {end[1] for end in ends} == names | {"outside the cluster"}
    assert ["shop/recommend", "shop", 2, 0] in ends


def test_its_own_policy_names_its_own_parts_only() -> None:
    text = html.render(shops())
    page = Page(text)
    (rules,) = [one for one in page.values("content") if one.startswith("default-src 'none'")]
    for kind, content in (("script", page.data["script"][-1]), ("style", page.data["style"][0])):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in rules
    assert "unsafe" not in rules
    assert not page.values("style")
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert set(re.findall(r"https?://[^\s\"']+", text)) == {"http://www.w3.org/2000/svg"}


def test_says_everything_without_its_script() -> None:
    review = shops()
    page = Page(html.render(review))
    report = published.report(review)
    for stack in report.stacks:
        assert stack.headline in page.text
    for one in report.stacks[0].connections:
        for name in (*published.shown_names(one.source, None), *published.shown_names(one.destination, None)):
            assert name in page.text
        for cause in one.causes:
            assert cause.subject in page.text
    assert "policies/inside.yaml:8: is not YAML" in page.text
    assert page.values("data-kind").count("replace") == 2
    assert page.tags.count("section") == 4


def test_secrets_are_masked() -> None:
    text = html.render(Review("main", "topic", (shop(),)))
    assert "adminPassword" in text
    assert "[secret]" in text
    assert "hunter" not in text


def test_long_sides_are_folded() -> None:
    made = shop()
    assert made.difference
    change = made.difference.changes[0]
    many = replace(change.sources, pods=tuple(f"web/pod{number}" for number in range(40)))
    longer = replace(made, difference=replace(made.difference, changes=(replace(change, sources=many),)))
    page = Page(html.render(Review("main", "topic", (longer,))))
    assert "and 36 more" in page.text
    assert "web/pod39" in page.text


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_saved_report_lacks_the_matrix_only(path: Path) -> None:
    report = Report.model_validate_json(path.read_bytes())
    page = Page(html.render(report))
    assert len(page.data["script"]) == 1
    for stack in report.stacks:
        assert stack.headline in page.text
