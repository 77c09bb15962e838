"""YAML that Kubernetes reads as it was meant."""

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from aksnetpol.policy.generate import as_list, as_yaml
from aksnetpol.policy.load import yaml_text

TRICKY = [
    "y",
    "on",
    "no",
    "null",
    "~",
    "",
    "1e3",
    "12e4567",
    "0x1f",
    "012",
    "1_000",
    "1:20",
    "2026-11-23",
    "=",
]
TEXTS = st.sampled_from(TRICKY) | st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20)


def read(text: str) -> list[Any]:
    documents = list(yaml_text.documents("made.yaml", text))
    return [one.value for one in documents if isinstance(one, yaml_text.YamlDocument)]


@given(st.lists(st.dictionaries(TEXTS.filter(lambda key: key != "<<"), TEXTS, min_size=1), max_size=3))
def test_labels_stay_text_for_every_reader(labels: list[dict[str, str]]) -> None:
    manifests: list[dict[str, Any]] = [{"metadata": {"labels": one}} for one in labels]
    text = as_yaml(manifests, ["a comment", "of three\nlines"])
    assert read(text) == manifests
    assert list(yaml.safe_load_all(text)) == manifests


def test_numbers_of_yaml_1_2_are_quoted() -> None:
    assert as_yaml([{"a": "12e3"}], []) == 'a: "12e3"\n'


def test_comment_keys_and_lists() -> None:
    text = as_yaml([{"b": 1, "a": [{"c": "x"}, {"c": "x"}]}, {"d": 2}], ["Made by: x", "From\ny"])
    assert text == "# Made by: x\n# From\n# y\nb: 1\na:\n  - c: x\n  - c: x\n---\nd: 2\n"


def test_list() -> None:
    assert as_list([{"kind": "NetworkPolicy"}]) == {
        "apiVersion": "v1",
        "kind": "List",
        "items": [{"kind": "NetworkPolicy"}],
    }
