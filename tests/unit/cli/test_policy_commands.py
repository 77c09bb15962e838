"""reach, can, explain and diff as a user meets them: answers, exit codes, marks; what wrong input says."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.golden_files import check_golden

Run = Callable[..., tuple[int, str]]

SHOP, NEXT, BROKEN = "docs/examples/shop", "docs/examples/shop-next", "docs/examples/broken"
MIGRATION = "docs/examples/migration"


def data(printed: str) -> Any:
    return json.loads(printed[printed.index("{\n") :])


@pytest.mark.parametrize(
    ("file", "arguments"),
    [
        pytest.param("reach.txt", ("reach", SHOP), id="table"),
        pytest.param("reach.json", ("reach", SHOP, "--json"), id="json"),
        pytest.param("reach.csv", ("reach", SHOP, "--format", "csv"), id="csv"),
        pytest.param("reach.dot", ("reach", SHOP, "--format", "dot"), id="dot"),
        pytest.param("reach.mmd", ("reach", SHOP, "--format", "mermaid", "--exposure"), id="mermaid"),
        pytest.param("explain.txt", ("explain", "shop/web", "shop/db:80", SHOP), id="explain"),
        pytest.param("diff.txt", ("diff", SHOP, NEXT), id="diff"),
        pytest.param("diff.json", ("diff", SHOP, NEXT, "--json"), id="diff-json"),
    ],
)
def test_golden(run: Run, file: str, arguments: tuple[str, ...]) -> None:
    check_golden(f"policy/{file}", run(*arguments)[1])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("reach", "nowhere"), "nowhere: no such file or folder", id="no-such-path"),
        pytest.param(("reach", "no:x:here"), "error: no:x:here: no such file", id="as-rich-draws-emojis"),
        pytest.param(("reach",), "give a PATH", id="no-path"),
        pytest.param(("reach", ""), "'': no such file or folder", id="empty-path"),
        pytest.param(("diff", "-", "-"), "read once", id="standard-input-twice"),
        pytest.param(("assert", "-", "-"), "read once", id="expectations-and-manifests"),
        pytest.param(("reach", SHOP, "--live"), "not both", id="path-and-live"),
        pytest.param(("reach", BROKEN), "docs/examples/broken/policies.yaml:6: error", id="partial-reach"),
        pytest.param(("can", "shop/web", "shop/web:1", BROKEN), "policies.yaml:6: error", id="partial-can"),
        pytest.param(("explain", "shop/web", "shop/web:1", BROKEN), "yaml:6: error", id="partial-explain"),
        pytest.param(("diff", SHOP, BROKEN), "policies.yaml:6: error", id="partial-diff"),
        pytest.param(("reach", SHOP, "--engine", "weave"), "No engine profile is called", id="engine"),
        pytest.param(("reach", SHOP, "--namespace", "shp"), "there are: monitoring, shop", id="namespace"),
        pytest.param(("reach", SHOP, "--port", "http"), "Write it as 80/TCP", id="port-name"),
        pytest.param(("reach", SHOP, "--port", "70000"), "from 1 to 65535", id="port-number"),
        pytest.param(("reach", SHOP, "--from", "shop/wbe"), "the nearest are shop/web", id="from-unknown"),
        pytest.param(("reach", SHOP, "--from", "10.0.0.1"), "write outside", id="from-address"),
        pytest.param(("reach", SHOP, "--to", "shp/*"), "has no pods", id="empty-namespace"),
        pytest.param(("can", "web", "shop/db:1", SHOP), "the nearest are shop/web", id="no-namespace"),
        pytest.param(("can", "shop/web", "shop/db:80/TPC", SHOP), "TCP, UDP, SCTP, ICMP", id="protocol"),
        pytest.param(("can", "shop/web", "shop/db:htp", SHOP), "no TCP port named 'htp'", id="named-port"),
        pytest.param(("can", "shop/web", ":80", SHOP), "no destination", id="no-destination"),
        pytest.param(("diff", SHOP), "--engine npm-linux cilium PATH", id="one-side"),
        pytest.param(("diff", SHOP, SHOP, SHOP), "Give OLD and NEW", id="three-sides"),
        pytest.param(("reach", "--kubeconfig", "/nonexistent"), "/nonexistent", id="kubeconfig"),
    ],
)
def test_wrong_input_is_a_message_and_code_2(run: Run, arguments: tuple[str, ...], says: str) -> None:
    code, printed = run(*arguments)
    assert code == 2
    assert says in printed.replace("\n", " ")
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("form", "mark"),
    [
        pytest.param("table", "PARTIAL: part of the input", id="table"),
        pytest.param("json", '"partial": true', id="json"),
        pytest.param("csv", ",running,true,", id="csv"),
        pytest.param("dot", 'label="PARTIAL: part of the input', id="dot"),
        pytest.param("mermaid", 'partial{{"PARTIAL#58; part of the input', id="mermaid"),
    ],
)
def test_partial_answers_are_marked_in_every_format(run: Run, form: str, mark: str) -> None:
    code, printed = run("reach", BROKEN, "--allow-partial", "--format", form)
    assert code == 0
    assert mark in printed


@pytest.mark.parametrize(
    ("command", "mark"),
    [
        pytest.param(("can", "203.0.113.7", "shop/web:80", BROKEN), "PARTIAL INPUT", id="can"),
        pytest.param(("explain", "203.0.113.7", "shop/web:80", BROKEN), "PARTIAL INPUT", id="explain"),
        pytest.param(("diff", BROKEN, BROKEN), f"PARTIAL: part of {BROKEN}", id="diff"),
    ],
)
def test_other_partial_answers_are_marked(run: Run, command: tuple[str, ...], mark: str) -> None:
    code, printed = run(*command, "--allow-partial")
    assert code == 0
    assert mark in printed
    assert data(run(*command, "--allow-partial", "--json")[1]).get("partial", True)


@pytest.mark.parametrize(
    ("source", "destination", "code"),
    [
        pytest.param("shop/web", "shop/db:5432", 0, id="allowed"),
        pytest.param("shop/web", "shop/db:sql/TCP", 0, id="named-port"),
        pytest.param("shop/web", "shop/db:5432/UDP", 1, id="other-protocol"),
        pytest.param("shop/web", "shop/db", 0, id="any-port"),
        pytest.param("monitoring/deployment/scraper", "shop/db", 1, id="other-namespace"),
        pytest.param("203.0.113.7", "shop/web:8089", 0, id="address"),
        pytest.param("203.0.113.7", "shop/web:8090", 1, id="after-end-port"),
        pytest.param("203.0.114.0/24", "shop/web:8080", 1, id="cidr"),
        pytest.param("2001:db8::1", "shop/web:8080", 1, id="ipv6-source"),
        pytest.param("shop/web", "[2001:db8::1]:443/TCP", 0, id="ipv6-destination"),
        pytest.param("shop/web", "2001:db8::1", 0, id="ipv6-without-port"),
        pytest.param("shop/web", "example.com:443", 0, id="domain"),
    ],
)
def test_can_answers_in_one_line_and_by_its_code(run: Run, source: str, destination: str, code: int) -> None:
    ended, printed = run("can", source, destination, SHOP)
    assert ended == code
    assert printed.splitlines()[0].startswith("yes: " if code == 0 else "no: ")
    answer = data(run("can", source, destination, SHOP, "--json")[1])
    assert answer["allowed"] is (code == 0)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param((SHOP, NEXT), 1, "+ opened (across namespaces)", id="opened"),
        pytest.param((NEXT, SHOP), 1, "+ widened (from outside)", id="widened"),
        pytest.param((SHOP, SHOP), 0, "No connection differs.", id="same"),
        pytest.param(("--engine", "npm-linux", "cilium", MIGRATION), 0, "- closed", id="engines-close"),
        pytest.param(("--engine", "cilium", "npm-linux", MIGRATION), 1, "+ opened", id="engines-open"),
        pytest.param(("--engine", "npm-linux", "none", SHOP), 1, "from outside", id="no-engine"),
        pytest.param(("--engine", "npm-linux", "cilium", MIGRATION, MIGRATION), 0, "- closed", id="both"),
    ],
)
def test_diff_tells_by_its_code_what_opened(
    run: Run, arguments: tuple[str, ...], code: int, says: str
) -> None:
    ended, printed = run("diff", *arguments)
    assert ended == code
    assert says in printed
    assert data(run("diff", *arguments, "--json")[1])["opened"] is (code == 1)


def test_a_pod_alone_does_not_differ_from_itself(run: Run) -> None:
    """The only other end that web-from-vnet concerns is web itself, which always reaches itself."""
    _, printed = run("diff", "--engine", "npm-linux", "cilium", MIGRATION)
    assert "within a namespace" not in printed


@pytest.mark.parametrize("level", ["groups", "workloads", "pods"])
def test_every_level_tells_the_same_connection(run: Run, level: str) -> None:
    _, printed = run("reach", SHOP, "--level", level, "--format", "csv", "--to", "shop/db")
    rows = list(csv.DictReader(io.StringIO(printed)))
    assert [row["ports"] for row in rows] == ["TCP 5432"]
    assert "web" in rows[0]["source"]


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        pytest.param(("--from", "outside", "--port", "8085/TCP"), 2, id="outside-on-a-port"),
        pytest.param(("--from", "monitoring/*", "--to", "shop/*"), 0, id="between-namespaces"),
        pytest.param(("--from", "shop/db", "--port", "53/UDP"), 1, id="udp"),
        pytest.param(("--namespace", "shop", "--to", "shop/web"), 1, id="namespace"),
    ],
)
def test_filters(run: Run, arguments: tuple[str, ...], count: int) -> None:
    _, printed = run("reach", SHOP, "--json", *arguments)
    found = data(printed)["connections"]
    assert len(found) == count
    if "--port" in arguments:
        assert all(ports["first"] == ports["last"] for one in found for ports in one["ports"])


def test_standard_input(run: Run) -> None:
    text = Path(SHOP, "workloads.yaml").read_text() + "---\n" + Path(SHOP, "policies.yaml").read_text()
    code, printed = run("can", "monitoring/scraper", "shop/db:5432", "-", stdin=text)
    assert code == 1
    assert "<stdin>:" in printed


def test_doubt_is_told(run: Run, tmp_path: Path) -> None:
    """The labels of a namespace that is not in the input are not known, and a rule asks for them."""
    documents = Path(SHOP, "workloads.yaml").read_text().split("---\n")
    kept = [text for text in documents if "name: monitoring\n" not in text]
    (tmp_path / "all.yaml").write_text("---\n".join([*kept, Path(NEXT, "policies.yaml").read_text()]))
    code, printed = run("can", "monitoring/scraper", "shop/db:9187", str(tmp_path))
    assert code == 1
    assert "namespace monitoring is not in the input" in printed
    assert "\nno (unknown): monitoring/deployment/scraper -> shop/statefulset/db on 9187/TCP: " in printed


def test_no_colours_and_no_long_lines_in_a_pipe(run: Run) -> None:
    for arguments in (("reach", SHOP), ("explain", "shop/web", "shop/db:80", SHOP), ("diff", SHOP, NEXT)):
        _, printed = run(*arguments)
        assert "\x1b" not in printed
        assert max(map(len, printed.splitlines())) <= 80
