"""Pictures of reach and review, read by the real mermaid package: it sees the names and arrows we meant."""

from __future__ import annotations

import html
import json
import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aksnetpol.policy import Certainty, Change, ChangeKind, Difference, Members, View
from aksnetpol.policy import Risk as ConnectionRisk
from aksnetpol.policy.model.ports import ALL_PORTS
from aksnetpol.report.connections import Level, Report, Row
from aksnetpol.report.connections import mermaid as picture
from aksnetpol.review import Review, StackReview
from aksnetpol.review.formats import markdown

pytestmark = pytest.mark.slow
GOLDEN = Path(__file__).resolve().parents[2] / "golden"
_BLOCK = re.compile(r"^```mermaid\n(.*?)^```$", re.M | re.S)
# What ends or begins something in Mermaid, Markdown or HTML.
_PIECES = (
    *"\"'`#;:%&<>|()[]{}\\/-=.*_~^@$!?+ \n",
    "-->", "%%", "end", "style x:", "classDef a:", "click n0", "subgraph", "```", "<br/>", "javascript:",
    "#quot;", "&lt;", "a", "ü", "n1",
)  # fmt: skip

Read = Callable[[list[str]], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def read(mermaid: Path) -> Read:
    """What mermaid makes of each text."""

    def run(texts: list[str]) -> list[dict[str, Any]]:
        done = subprocess.run(
            ["node", Path(__file__).with_name("mermaid.mjs"), mermaid],
            input=json.dumps(texts),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def _shown(label: str) -> str:
    """Decode a label as mermaid does before it draws it (its `decodeEntities`)."""
    return html.unescape(label.replace("ﬂ°°", "&#").replace("ﬂ°", "&").replace("¶ß", ";"))


def _hostile(seed: int) -> str:
    chance = random.Random(seed)
    return "x" + "".join(chance.choices(_PIECES, k=chance.randint(1, 12))) + "x"


def _expected(name: str, other: str) -> list[str]:
    return [name.replace("\n", " "), other]


def test_golden_texts(read: Read) -> None:
    texts = [(GOLDEN / "policy" / "reach.mmd").read_text(encoding="utf-8")]
    for report in sorted((GOLDEN / "review").glob("*.md")):
        texts += _BLOCK.findall(report.read_text(encoding="utf-8"))
    assert len(texts) > 2
    for text, found in zip(texts, read(texts), strict=True):
        arrows = sum(" -->|" in line or " -.->|" in line for line in text.splitlines())
        assert len(found.get("edges", ())) == arrows, (text, found)


def test_reach_shows_any_name(read: Read) -> None:
    names = [_hostile(seed) for seed in range(300)]
    outside = Members(domains=("example.com",))
    texts = [
        picture.render(
            Report(
                "cilium", View.RUNNING, Level.PODS, 2, ("shop",), False, (), (),
                (Row(Members(pods=(name,)), outside, ALL_PORTS, Certainty.CERTAIN),),
            )
        )
        for name in names
    ]  # fmt: skip
    for name, found in zip(names, read(texts), strict=True):
        shown = list(map(_shown, found["nodes"].values()))
        assert shown == _expected(name, "example.com"), name
        assert len(found["edges"]) == 1, name


def test_review_shows_any_name(read: Read) -> None:
    names = [_hostile(seed) for seed in range(300)]
    texts: list[str] = []
    for name in names:
        ends = Members(pods=(name,)), Members(pods=("shop/db",))
        change = Change(
            ChangeKind.ADDED, ConnectionRisk.FROM_OUTSIDE, *ends, ALL_PORTS, ALL_PORTS, ALL_PORTS, ()
        )
        stack = StackReview("dev", difference=Difference((change,), (), ()))
        texts += _BLOCK.findall(markdown.render(Review("main", "topic", (stack,))))
    for name, found in zip(names, read(texts), strict=True):
        shown = list(map(_shown, found["nodes"].values()))
        assert shown == _expected(name, "shop/db"), name


def test_package_refuses_what_is_not_mermaid(read: Read) -> None:
    assert "Parse error" in read(["flowchart LR\n  n0["])[0]["error"]
