"""What names hold never breaks out of a label; what is shown is all there is, or says that it is not."""

import subprocess
from shutil import which

import pytest

from aksnetpol.policy import Certainty, Members, View
from aksnetpol.policy.model.cluster import WorkloadRef
from aksnetpol.policy.model.ports import ALL_PORTS
from aksnetpol.report.connections import Level, NotEnforced, Report, Row, csv_rows, dot, mermaid, table
from aksnetpol.report.connections.wording import names

NASTY = 'a"b\\c<script>|]`#;&\nn1 -> n2'


def report(*rows: Row, not_enforced: tuple[NotEnforced, ...] = ()) -> Report:
    return Report("cilium", View.RUNNING, Level.PODS, 2, ("shop",), False, (), not_enforced, rows)


def row(name: str, certainty: Certainty = Certainty.CERTAIN) -> Row:
    return Row(Members(pods=(name,)), Members(domains=("example.com",)), ALL_PORTS, certainty)


def test_dot_escapes_labels() -> None:
    drawn = dot.render(report(row(NASTY)))
    assert r'n0 [label="a\"b\\c<script>|]`#;& n1 -> n2"];' in drawn
    assert drawn.count("\n  n0 -> n1 ") == 1


@pytest.mark.skipif(which("dot") is None, reason="Graphviz is not on PATH")
def test_graphviz_reads_dot() -> None:
    subprocess.run(["dot", "-Tsvg"], input=dot.render(report(row(NASTY))), text=True, check=True)


def test_mermaid_escapes_labels() -> None:
    drawn = mermaid.render(report(row(NASTY)))
    label = drawn.splitlines()[2]
    assert label.startswith('  n0["a#34;b#92;c#60;script#62;#124;#93;#96;#35;;#38; n1 -')
    assert label.endswith('"]')
    assert label.count('"') == 2


def test_csv_quotes_and_keeps_every_name() -> None:
    text = csv_rows.render(report(row(NASTY)))
    assert '"a""b\\c<script>|]`#;&\nn1 -> n2",example.com,all ports,certain,cilium,running,false,' in text


def test_doubt_has_a_column_and_a_dashed_arrow() -> None:
    doubtful = report(row("shop/web"), row("shop/db", Certainty.ENGINE_DEFINED))
    assert "CERTAINTY" in table.render(doubtful, 80)
    assert "engine-defined" in table.render(doubtful, 80)
    assert "CERTAINTY" not in table.render(report(row("shop/web")), 80)
    assert dot.render(doubtful).count("style=dashed") == 1
    assert mermaid.render(doubtful).count("-.->") == 1


def test_addresses_stay_what_they_are() -> None:
    """Rich would draw fd00:100:: as an emoji."""
    assert "fd00:100:a::/48" in table.render(report(row("fd00:100:a::/48")), 120)


def test_policies_that_are_not_enforced_are_named() -> None:
    entry = NotEnforced(
        "NetworkPolicy shop/web", None, False, ("endPort is not supported [npm-x]",), ("shop/deployment/web",)
    )
    shown = table.render(report(not_enforced=(entry,)), 120)
    assert (
        "! NetworkPolicy shop/web is NOT ENFORCED for shop/deployment/web: endPort is not supported [npm-x]"
        in shown
    )


@pytest.mark.parametrize(
    ("members", "shown"),
    [
        pytest.param(Members(namespaces=("a", "b")), ["all pods"], id="all"),
        pytest.param(Members(namespaces=("a",)), ["a/*"], id="namespace"),
        pytest.param(Members(workloads=(WorkloadRef("Job", "a", "x"),)), ["a/job/x"], id="workload"),
        pytest.param(Members(workloads=(WorkloadRef("Pod", "a", "x"),)), ["a/x"], id="bare-pod"),
        pytest.param(Members(addresses=("0.0.0.0/0", "::/0")), ["anywhere outside"], id="anywhere"),
        pytest.param(Members(addresses=("0.0.0.0/0",)), ["IPv4 outside"], id="ipv4"),
        pytest.param(Members(addresses=("10.0.0.0/8", "::1/128")), ["10.0.0.0/8", "::1/128"], id="some"),
        pytest.param(
            Members(addresses=(*(f"{128 >> n}.0.0.0/{n + 1}" for n in range(8)), "::/0")),
            ["IPv4 outside but 0.0.0.0/8", "IPv6 outside"],
            id="all-but-one",
        ),
        pytest.param(Members(nodes=("n",), domains=("d.io",)), ["node/n", "d.io"], id="node-and-domain"),
        pytest.param(Members(pods=tuple("abcdefgh")), ["a", "b", "c", "d", "e", "and 3 more"], id="many"),
        pytest.param(Members(), ["nobody"], id="nobody"),
    ],
)
def test_names(members: Members, shown: list[str]) -> None:
    assert names(members, ("a", "b")) == shown
