"""yaml_text.py: libyaml's parser and PyYAML's own give the same values, places and errors."""

from typing import Any

import pytest
import yaml

from aksnetpol.policy.load import yaml_text
from aksnetpol.policy.model.places import Path

LIST = """\
apiVersion: v1
kind: List
items:
- kind: Pod
  metadata:
    name: a
- kind: Pod
  metadata: {name: b,
    namespace: shop}
"""
ANCHORS = """\
a: &web
  app: web
  tier: front
b:
  <<: *web
  tier: back
c: [*web, *web]
"""
SCALARS = """\
- [yes, y, off, ~, null, 0o14, 012, 1_000, 0x1F, 1e+2, .5]
- [1:20, 2026-11-23, "yes", 'on', !!str 12, !!int "012", !own 7]
- |
  text
  more
- >-
  folded
  text
"""


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read by libyaml, and as where PyYAML was built without it."""
    monkeypatch.setattr(yaml_text, "_Loader", getattr(yaml, request.param))
    vars(yaml_text)["_index"].cache_clear()


def documents(text: str) -> list[yaml_text.YamlDocument]:
    return [one for one in yaml_text.documents("p.yaml", text) if isinstance(one, yaml_text.YamlDocument)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("# only a comment\n", [], id="comment"),
        pytest.param("---\n---\n# nothing\n---\na: 1\n", [None, None, {"a": 1}], id="empty-documents"),
        pytest.param("a: 1\r\nb:\r\n- 2\r\n---\r\nc: 3\r\n", [{"a": 1, "b": [2]}, {"c": 3}], id="crlf"),
        pytest.param(
            ANCHORS,
            [
                {
                    "a": {"app": "web", "tier": "front"},
                    "b": {"tier": "back", "app": "web"},
                    "c": [{"app": "web", "tier": "front"}] * 2,
                }
            ],
            id="anchors-and-merge-keys",
        ),
        pytest.param(
            SCALARS,
            [
                [
                    [True, True, False, None, None, 12, 10, 1000, 31, 100.0, 0.5],
                    ["1:20", "2026-11-23", "yes", "on", "12", 10, "7"],
                    "text\nmore\n",
                    "folded text",
                ]
            ],
            id="scalars",
        ),
        pytest.param("{yes: 1, 2: b, ~: c}\n", [{"true": 1, "2": "b", "null": "c"}], id="keys"),
        pytest.param('{"a": [1, "é😀"], "b": {}}', [{"a": [1, "é😀"], "b": {}}], id="json"),
    ],
)
def test_values(text: str, values: list[Any]) -> None:
    assert [one.value for one in documents(text)] == values


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param((), (1, 1), id="document"),
        pytest.param(("items", 0), (4, 3), id="first-item"),
        pytest.param(("items", 0, "metadata", "name"), (6, 5), id="in-the-first-item"),
        pytest.param(("items", 1), (7, 3), id="second-item"),
        pytest.param(("items", 1, "metadata", "name"), (8, 14), id="in-flow-style"),
        pytest.param(("items", 1, "metadata", "namespace"), (9, 5), id="on-a-line-of-its-own"),
        pytest.param(("items", 1, "spec", "ports"), (7, 3), id="not-there"),
    ],
)
def test_places_of_a_list(path: Path, place: tuple[int, int]) -> None:
    (document,) = documents(LIST)
    found = document.locate(path)
    assert (found.line, found.column) == place


def test_places_of_later_documents() -> None:
    found = documents("# one\na: 1\n---\nb:\n  - c: é\n    d: 2\n")
    assert [str(one.locate(())) for one in found] == ["p.yaml:2", "p.yaml:4"]
    assert found[1].locate(("b", 0, "d")).line == 6


@pytest.mark.parametrize(
    ("text", "id_", "line", "column"),
    [
        pytest.param("a: [1\nb: 2\n", "yaml-syntax", 2, 2, id="not-closed"),
        pytest.param("a: 1\n  b: 2\n", "yaml-syntax", 2, 4, id="indented"),
        pytest.param("a: 1\nb\n", "yaml-syntax", 4, 1, id="no-value"),
        pytest.param("a: 1\n\tb: 2\n", "yaml-syntax", 2, 1, id="tab"),
        pytest.param("a: '1\n---\n", "yaml-syntax", 2, 1, id="quote"),
        pytest.param("a: @b\n", "yaml-syntax", 1, 4, id="character"),
        pytest.param("a: 1\nb: 2\na: 3\n", "yaml-duplicate-key", 3, 4, id="duplicate-key"),
        pytest.param("a: *b\n", "yaml-alias", 1, 4, id="alias"),
        pytest.param("<<: 1\na: 2\n", "yaml-merge", 4, 1, id="merge"),
        pytest.param("? [a]\n: 1\n", "yaml-key", 1, 5, id="key"),
        pytest.param("[" * 101, "yaml-too-deep", 1, 101, id="deep"),
    ],
)
def test_errors_have_the_same_place_and_reading_goes_on(text: str, id_: str, line: int, column: int) -> None:
    found = list(yaml_text.documents("p.yaml", f"first: 1\n---\n{text}\n---\nlast: 1\n"))
    first, error, *_, last = found
    assert isinstance(error, yaml_text.YamlError)
    assert (error.id, error.line, error.column) == (id_, line + 2, column)
    assert [one.value for one in (first, last) if isinstance(one, yaml_text.YamlDocument)] == [
        {"first": 1},
        {"last": 1},
    ]


def test_an_alias_may_be_a_key() -> None:
    (document,) = yaml_text.documents("p.yaml", "a: &x key\n*x : {b: 1}\nc: 2\n")
    assert isinstance(document, yaml_text.YamlDocument)
    places = [document.locate(path) for path in (("key", "b"), ("c", "absent"), ("a",))]
    assert [(place.line, place.column) for place in places] == [(2, 7), (3, 1), (1, 1)]


@pytest.mark.parametrize("indexed", [0, 1 << 16], ids=["walked", "indexed"])
def test_every_place_is_found_in_small_and_in_big_documents(
    monkeypatch: pytest.MonkeyPatch, indexed: int
) -> None:
    monkeypatch.setattr(yaml_text, "_INDEXED", indexed)
    (document,) = yaml_text.documents("p.yaml", "a:\n  - b: 1\n    c: [2, 3]\nd: {e: 4}\n")
    assert isinstance(document, yaml_text.YamlDocument)
    paths = (), ("a",), ("a", 0, "b"), ("a", 0, "c", 1), ("d", "e"), ("d", "x", "y"), ("a", 7)
    places = [document.locate(path) for path in paths]
    assert [(place.line, place.column) for place in places] == [
        *((1, 1), (1, 1), (2, 5), (3, 12), (4, 5), (4, 1), (1, 1))
    ]
