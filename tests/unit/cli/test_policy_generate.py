"""generate as a user meets it: what is printed where, exit codes, what wrong input says."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str]]

SHOP, FLOWS, HUBBLE = (
    "docs/examples/shop",
    "docs/examples/flows/shop.json",
    "docs/examples/flows/hubble.jsonl",
)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("default-deny", "shop"), id="default-deny"),
        pytest.param(("allow-dns", "shop"), id="allow-dns"),
        pytest.param(("demo",), id="demo"),
        pytest.param(("from-flows", FLOWS, SHOP), id="from-flows"),
    ],
)
def test_json_is_a_list_and_yaml_the_same(run: Run, arguments: tuple[str, ...], tmp_path: Path) -> None:
    code, printed = run("generate", *arguments, "--json")
    assert code == 0
    assert json.loads(printed)["kind"] == "List"
    _, text = run("generate", *arguments)
    assert text.startswith("# Made by: aksnetpol generate")
    for name, content in (("list.json", printed), ("made.yaml", text)):
        (tmp_path / name).write_text(content)
    code, printed = run("diff", str(tmp_path / "list.json"), str(tmp_path / "made.yaml"))
    assert code == 0
    assert "No connection" in printed or "no change" in printed.lower()


def test_generated_policies_meet_what_is_expected_of_the_flows(run: Run, tmp_path: Path) -> None:
    code, printed = run("generate", "from-flows", FLOWS, f"{SHOP}/workloads.yaml")
    assert code == 0
    (tmp_path / "policies.yaml").write_text(printed)
    expected = """
    expectations:
      - {from: shop/web, to: shop/db, port: 5432, expect: allow}
      - {from: shop/web, to: shop/db, port: 5433, expect: deny}
      - {from: 203.0.113.9, to: shop/web, port: 8080, expect: allow}
      - {from: 203.0.114.9, to: shop/web, expect: deny}
      - {from: monitoring/scraper, to: shop/web, port: 8080, expect: allow}
      - {from: monitoring/scraper, to: shop/db, expect: deny}
      - {from: shop/web, to: monitoring/scraper, expect: deny}
      - {from: shop/db, to: 203.0.113.9, expect: deny}
    """
    code, printed = run("assert", "-", f"{SHOP}/workloads.yaml", str(tmp_path), stdin=expected)
    assert code == 0, printed


def test_hubbles_records_that_do_not_count_are_told(run: Run) -> None:
    code, printed = run("generate", "from-flows", HUBBLE)
    assert code == 0
    assert "records left out: 1 (reply)" in printed
    assert "records left out: 1 (verdict DROPPED)" in printed
    assert "# not isolated, because not asked for: kube-system" in printed


def test_namespaces_that_are_named_are_isolated(run: Run) -> None:
    _, printed = run("generate", "from-flows", FLOWS, SHOP, "-n", "shop", "--json")
    found = json.loads(printed[printed.index("{\n") :])["items"]
    assert [(one["metadata"]["namespace"], one["metadata"]["name"]) for one in found] == [
        ("shop", "default-deny"),
        ("shop", "allow-db"),
        ("shop", "allow-web"),
    ]


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        pytest.param(("default-deny", "Shop"), "", "'Shop' is no namespace", id="namespace"),
        pytest.param(("allow-dns", "a" * 64), "", "at most 63", id="long-namespace"),
        pytest.param(("demo", "-n", "a\n"), "", "is no namespace", id="line-break"),
        pytest.param(
            ("from-flows", "-", SHOP, "-n", "_"), "[]", "is no namespace", id="from-flows-namespace"
        ),
        pytest.param(("from-flows", "-", SHOP), "[]", "name one with --namespace", id="no-flows"),
        pytest.param(
            ("from-flows", FLOWS, SHOP, "-n", "empty"),
            "",
            "No flow has a pod of the namespace empty",
            id="namespace-without-flows",
        ),
        pytest.param(("from-flows", "-", SHOP), "{", "<stdin>:1: not JSON", id="not-json"),
        pytest.param(("from-flows", "-"), '{"from": "a/b", "to": "a/c", "port": 1}', "no pods", id="no-path"),
        pytest.param(("from-flows", "none.json", SHOP), "", "no such file", id="no-file"),
        pytest.param(("from-flows", "-", "docs/examples/broken"), "[]", "yaml:6: error", id="partial"),
    ],
)
def test_wrong_input_is_a_message_and_code_2(
    run: Run, arguments: tuple[str, ...], stdin: str, says: str
) -> None:
    code, printed = run("generate", *arguments, stdin=stdin)
    assert code == 2
    assert says in printed.replace("\n", " ")
    assert "Traceback" not in printed
