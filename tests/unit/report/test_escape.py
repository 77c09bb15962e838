"""Escaped text, read by a Markdown parser that no one here wrote (rich's): it is text and nothing else."""

from __future__ import annotations

import random
import re

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from aksnetpol.report.escape import code, fence, prose

_PIECES = (
    *"\\`|*_[]()<>#@!&;:~-+=.'\"/$%^{} \n\t\r", "\\|", "``", "```", "<!--", "-->", "<b>", "</code>", "&lt;",
    "&#64;", "http://e.example", "www.e.example", "![a](b)", "[a]: b", "1. ", "@ann", "#12", "a", "ü", "$x$",
    "\u200b", "\u200f", "\u2060", "\ufeff", "\u061c",
    "\u202e", "\x00", "\x1b", "aksnetpol-review:stack=dev", "##vso[a.b c=d]", "##[group]", "\n::stop::",
)  # fmt: skip
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_PLAIN = {"text", "text_special", "code_inline", "html_inline"}


def _hostile(seed: int) -> str:
    rng = random.Random(seed)
    return "".join(rng.choices(_PIECES, k=rng.randint(1, 9)))


def _seen(text: str) -> str:
    """A text as it is shown: without what has no width."""
    return " ".join(
        re.sub(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2060\ufeff\u202a-\u202e]", "", text).split()
    )


def _shown(token: Token) -> str:
    children = token.children or []
    assert {one.type for one in children} <= _PLAIN, token.content
    assert {one.content for one in children if one.type == "html_inline"} <= {"<code>", "</code>"}, (
        token.content
    )
    return _seen("".join(one.content for one in children if one.type != "html_inline"))


def test_what_has_no_width_is_dropped() -> None:
    text = "d\u200be\u200em\u2060o\ufeff\u061c"
    assert (prose(text), code(text), fence(text)) == ("demo", "`demo`", "```text\ndemo\n```")


def test_cells_hold_the_text_and_nothing_else() -> None:
    texts = [_hostile(seed) for seed in range(4_000)]
    rows = [f"| {code(one)} | {prose(one)} | end |" for one in texts]
    tokens = _PARSER.parse("\n".join(["| a | b | c |", "| --- | --- | --- |", *rows]))
    cells = [one for one in tokens if one.type == "inline"][3:]
    assert len(cells) == 3 * len(texts)
    for number, text in enumerate(texts):
        named, said, end = cells[3 * number : 3 * number + 3]
        assert end.content == "end", text
        assert _shown(named) == _seen(text), text
        assert _shown(said) == _seen(text), text


@pytest.mark.parametrize("first", ["", "- ", "1. "])
def test_a_line_holds_one_sentence(first: str) -> None:
    for seed in range(2_000):
        text = _hostile(seed)
        inline = [one for one in _PARSER.parse(f"{first}{prose(text)} end") if one.type == "inline"]
        assert len(inline) == 1, text
        assert _shown(inline[0]) == _seen(f"{text} end"), text


def test_a_block_ends_where_it_is_meant_to() -> None:
    for seed in range(2_000):
        text = _hostile(seed)
        tokens = _PARSER.parse(f"{fence(text)}\n\nend")
        assert [one.type for one in tokens][:2] == ["fence", "paragraph_open"], text
        assert _seen(tokens[0].content) == _seen(text), text
        assert "<!--" not in tokens[0].content


def test_a_runner_obeys_no_line() -> None:
    for seed in range(4_000):
        text = _hostile(seed)
        printed = "\n".join((f"| {code(text)} | {prose(text)} |", fence(text)))
        assert not re.search(r"##(vso)?\[", printed, re.IGNORECASE), text
        assert not any(line.strip().startswith("::") for line in printed.splitlines()), text
