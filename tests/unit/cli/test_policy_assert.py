"""assert as CI meets it: exit codes, formats, what wrong files say."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

Run = Callable[..., tuple[int, str]]

SHOP = "docs/examples/shop"
MET, UNMET = "docs/examples/expectations/shop.yaml", "docs/examples/expectations/unmet.yaml"


def test_manifests_of_the_file_are_read_from_its_folder(run: Run) -> None:
    assert run("assert", MET)[0] == 0
    assert run("assert", MET, "docs/examples/broken")[0] == 2, "a PATH replaces them"


def test_engine_of_the_entry_wins_over_the_file_and_the_file_over_the_option(run: Run) -> None:
    text = (
        "engine: cilium\nexpectations:\n"
        "  - {from: shop/web, to: shop/db, expect: allow}\n"
        "  - {from: shop/web, to: shop/db, expect: allow, engine: calico}\n"
    )
    _, printed = run("assert", "-", SHOP, "--json", "--engine", "npm-linux", stdin=text)
    engines = [one["verdict"]["engine"] for one in json.loads(printed)["outcomes"]]
    assert [name.partition("@")[0] for name in engines] == ["cilium", "calico"]
    _, printed = run("assert", UNMET, SHOP, "--json", "--engine", "npm-linux")
    engines = [one["verdict"]["engine"] for one in json.loads(printed)["outcomes"]]
    assert [name.partition("@")[0] for name in engines] == ["npm-linux"] * 2


def test_json(run: Run) -> None:
    code, printed = run("assert", UNMET, SHOP, "--json")
    found = json.loads(printed)
    assert code == 1
    assert (found["met"], found["partial"], found["file"]) == (False, False, UNMET)
    first, second = found["outcomes"]
    assert (first["met"], first["expect"], first["location"]["line"]) == (False, "allow", 2)
    assert first["verdict"]["ingress"]["isolatedBy"]
    assert second["verdict"]["ingress"]["policy"] == "NetworkPolicy shop/db-from-web"


def test_junit(run: Run) -> None:
    code, printed = run("assert", UNMET, SHOP, "--format", "junit")
    suite = ElementTree.fromstring(printed)
    assert code == 1
    assert (suite.get("tests"), suite.get("failures")) == ("2", "2")
    message = suite.findall("testcase")[1].find("failure")
    assert message is not None
    assert "db-from-web ingress rule 1" in message.get("message", "")


def test_tap_escapes_directives(run: Run) -> None:
    text = "expectations: [{name: 'a # SKIP b', from: shop/web, to: shop/db, expect: allow}]"
    code, printed = run("assert", "-", SHOP, "--format", "tap", stdin=text)
    assert (code, printed.splitlines()[2]) == (0, "ok 1 - a \\# SKIP b (kubernetes)")


def test_partial_input_is_refused_or_marked(run: Run) -> None:
    text = "expectations: [{from: shop/web, to: shop/web, expect: allow}]"
    assert run("assert", "-", "docs/examples/broken", stdin=text)[0] == 2
    code, printed = run("assert", "-", "docs/examples/broken", "--allow-partial", stdin=text)
    assert code == 0
    assert "PARTIAL INPUT, may be wrong: 1 of 1" in printed


ENTRY = "from: shop/web, to: shop/db"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "must hold one document, not 0", id="empty"),
        pytest.param("a: 1\n---\nb: 2\n", "must hold one document, not 2", id="two-documents"),
        pytest.param("a: [\n", "<stdin>:2: not YAML", id="not-yaml"),
        pytest.param("[]", "<stdin>:1: the document must be a mapping", id="a-list"),
        pytest.param("engine: calico", "expectations is missing", id="no-expectations"),
        pytest.param("expectations: []", "must hold at least one", id="no-entries"),
        pytest.param("expectations: [3]", "expectations.0 must be a mapping", id="a-number"),
        pytest.param("engin: x\nexpectations: []", "Did you mean engine?", id="unknown-key"),
        pytest.param("expectations:\n - {from: a, expect: deny}", "<stdin>:2: expectations.0.to", id="no-to"),
        pytest.param(f"expectations: [{{{ENTRY}, expect: yes}}]", "'allow' or 'deny', not True", id="expect"),
        pytest.param(f"expectations: [{{{ENTRY}, expect: deny, port: 0}}]", "from 1 to 65535", id="port-0"),
        pytest.param(f"expectations: [{{{ENTRY}, expect: deny, port: '80'}}]", "from 1 to", id="port-text"),
        pytest.param(f"expectations: [{{{ENTRY}, expect: deny, port: yes}}]", "from 1 to", id="port-bool"),
        pytest.param(
            f"expectations: [{{{ENTRY}, expect: deny, protocol: tcp}}]", "one of TCP", id="protocol"
        ),
        pytest.param(f"expectations: [{{{ENTRY}, expect: deny, engine: weave}}]", "'weave'", id="engine"),
        pytest.param(f"expectations: [{{{ENTRY}, expect: deny, port: htp}}]", "named 'htp'", id="port-name"),
        pytest.param(
            "expectations:\n - {from: shop/wbe, to: shop/db, expect: deny}\n"
            " - {from: shop/web, to: shop/bd, expect: deny}",
            "<stdin>:3: shop/bd: no such pod",
            id="every-unknown-name",
        ),
    ],
)
def test_wrong_file_is_a_message_and_code_2(run: Run, text: str, says: str) -> None:
    code, printed = run("assert", "-", SHOP, stdin=text)
    assert code == 2
    assert says in printed.replace("\n", " ")
    assert "Traceback" not in printed


def test_missing_file_and_folder(run: Run, tmp_path: Path) -> None:
    assert run("assert", str(tmp_path / "none.yaml"), SHOP)[0] == 2
    code, printed = run("assert", SHOP, SHOP)
    assert code == 2
    assert "give one file" in printed
