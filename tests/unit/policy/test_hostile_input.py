"""Input that is wrong, huge or malicious: a finding with its place, never a traceback, never a long wait."""

from __future__ import annotations

import json
import time
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aksnetpol.policy import PolicyError, Reachability, analyze, diff, load, load_objects, load_text, profile
from aksnetpol.policy.lint import lint
from tests.unit.policy.hostile import NETWORK_POLICY, OBJECTS

SECONDS = 5.0
TODAY = date(2026, 11, 25)
ENGINES = ("kubernetes", "npm-windows", "calico", "cilium")
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from([[], {}, [None], [{}], ["x"], {"x": None}, "300.1.1.1", "10.0.0.0/33", "http", "!("]),
)


LIST = {"apiVersion": "v1", "kind": "List", "items": OBJECTS}


def paths(value: Any, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a manifest."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(found for key, item in below for found in paths(item, (*here, key)))]


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    if not path:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@cache
def undamaged(engine: str) -> Reachability:
    return analyze(load_objects(OBJECTS).cluster, engine)


def test_nothing_is_wrong_with_what_is_damaged() -> None:
    assert not [str(f) for f in load_text(json.dumps(LIST), "p.json").findings]


@settings(max_examples=300)
@given(path=st.sampled_from(paths(OBJECTS)), new=LEAVES, engine=st.sampled_from(ENGINES))
@example(path=(10, "spec", "egress", 0, "destination", "nets", 0), new="/", engine="kubernetes")
def test_any_field_may_hold_anything(path: tuple[str | int, ...], new: Any, engine: str) -> None:
    damaged = {**LIST, "items": replaced(OBJECTS, path, new)}
    loaded = load_text(json.dumps(damaged, default=str), "p.json")
    for finding in loaded.findings:
        assert finding.place and finding.place.file == "p.json"
        assert finding.message
    reach = analyze(loaded.cluster, engine)
    reach.groups()
    diff(undamaged(engine), reach)
    lint(loaded.cluster, profile(engine), TODAY)


@settings(max_examples=300)
@given(text=st.text(max_size=200))
def test_any_text_may_come(text: str) -> None:
    for finding in load_text(text, "t.yaml").findings:
        assert finding.place and finding.place.file == "t.yaml"


@settings(max_examples=200)
@given(
    start=st.integers(0, 400),
    length=st.integers(1, 60),
    junk=st.text(alphabet="{}[]:,-&*!|>'\"\t\n#%@ a", max_size=8),
)
def test_a_damaged_file(start: int, length: int, junk: str) -> None:
    whole = json.dumps(NETWORK_POLICY, indent=1)
    for finding in load_text(whole[:start] + junk + whole[start + length :], "d.yaml").findings:
        assert finding.place and finding.place.file == "d.yaml"


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        pytest.param("a: [1, 2", "yaml-syntax", id="unclosed"),
        pytest.param("kind: NetworkPolicy\n\tbad: tab\n", "yaml-syntax", id="tab"),
    ],
)
def test_a_syntax_error_has_its_line(text: str, id_: str) -> None:
    (finding,) = load_text(text, "s.yaml").findings
    assert (finding.id, finding.place and finding.place.line > 0) == (id_, True)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param({"steps": [], "deployment": 5}, "", id="preview-with-a-deployment"),
        pytest.param(
            {
                "steps": [
                    {"op": [1], "urn": {}, "newState": {"type": "kubernetes:x", "inputs": NETWORK_POLICY}}
                ]
            },
            "namespace n is not in the input",
            id="preview-of-other-types",
        ),
        pytest.param({**NETWORK_POLICY, "deployment": {"resources": []}}, "n is not in", id="no-state"),
        pytest.param(
            {"kind": "List", "items": [{"kind": 5}]}, "it has no kind", id="number-as-kind-of-an-item"
        ),
        pytest.param({"kind": "Pod", "apiVersion": ["v1"]}, "apiVersion must be text", id="list-as-version"),
        pytest.param(
            {"kind": "List", "items": [{"kind": "Pod", "apiVersion": 1}]},
            "apiVersion must be text",
            id="number-as-version-of-an-item",
        ),
        pytest.param(
            {**NETWORK_POLICY, "metadata": {"name": "a\n::error::b"}},
            r"name: must be a name, not 'a\n::error::b'",
            id="name-with-a-line-break",
        ),
        pytest.param(
            {**NETWORK_POLICY, "metadata": {"name": "a", "namespace": "\x1b[2J"}},
            r"namespace: must be a name, not '\x1b[2J'",
            id="namespace-with-an-escape-sequence",
        ),
        pytest.param(
            {"apiVersion": "x/v1", "kind": "\ud800NetworkPolicy"},
            r"\ud800NetworkPolicy of x is not modelled",
            id="kind-that-no-terminal-takes",
        ),
        pytest.param(
            {**NETWORK_POLICY, "spec": {"a\n::error::": 1}}, r"spec.a\n::error::: unknown", id="field"
        ),
    ],
)
def test_what_is_odd_is_told_on_one_line(value: Any, said: str) -> None:
    told = "".join(map(str, load_text(json.dumps(value), "odd.json").findings))
    assert said in told
    assert told.isprintable()


def timed(call: Any) -> tuple[float, Any]:
    began = time.process_time()
    found = call()
    return time.process_time() - began, found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
            id="billion-laughs",
        ),
        pytest.param("[" * 100_000, id="deep-list"),
        pytest.param("{a: " * 100_000, id="deep-map"),
        pytest.param("- " * 50_000 + "x", id="deep-dashes"),
        pytest.param("&a [*a]", id="recursive"),
        pytest.param("? " * 20_000, id="deep-keys"),
    ],
)
def test_a_bomb_is_defused(text: str) -> None:
    seconds, loaded = timed(lambda: load_text(text, "bomb.yaml"))
    assert seconds < SECONDS
    assert loaded.findings
    assert all(finding.place.file == "bomb.yaml" for finding in loaded.findings)


def test_a_file_of_50_mib_is_refused_or_read_in_time(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    document = json.dumps(NETWORK_POLICY) + "\n---\n"
    with file.open("w") as out:
        for _ in range(50 * 2**20 // len(document) + 1):
            out.write(document)
    seconds, loaded = timed(lambda: load([file]))
    assert seconds < SECONDS
    assert loaded.findings, "refused, with a finding"
    assert loaded.findings[0].place.file == str(file)


@pytest.mark.parametrize("name", ["missing.yaml", "no-such-rev:a.yaml"])
def test_a_source_that_is_not_there(name: str) -> None:
    with pytest.raises(PolicyError, match=r"no such|git says"):
        load([name])


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "binary.yaml"
    file.write_bytes(bytes(range(256)) * 40)
    (finding, *_) = load([file]).findings
    assert finding.place and finding.place.file == str(file)
