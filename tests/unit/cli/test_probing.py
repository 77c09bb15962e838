"""Which cluster a command probes, under which engine, and what it says of what it saw."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aksnetpol.cli import probing
from aksnetpol.errors import UserError
from aksnetpol.local import supervisor
from aksnetpol.local.node.enforcement import Enforcement
from aksnetpol.local.supervisor.status import ClusterStatus, Status
from aksnetpol.policy import Cluster, Direction, Pod, Protocol, Reachability, analyze
from aksnetpol.policy.model.cluster import NodeOs
from aksnetpol.probe.connect import Outcome
from aksnetpol.probe.coverage import Coverage, Item, Probe
from aksnetpol.probe.proof import Proof
from aksnetpol.probe.target import Target
from aksnetpol.probe.verify import Result


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session with two clusters, listed by name; the newest is the first of them."""
    clusters = tuple(
        ClusterStatus(f"/{name}", name, "Succeeded", engine, "1.36.3", 1)
        for name, engine in (("aks-a", "azure"), ("aks-b", "cilium"))
    )
    status = Status(True, str(tmp_path), "", {}, 0, clusters, "kernel")
    monkeypatch.setattr(supervisor, "status", lambda _: status)
    monkeypatch.setenv("AKSNETPOL_HOME", str(tmp_path))
    (tmp_path / "kubeconfig").write_text("current-context: aks-a\n")
    return tmp_path


@pytest.mark.parametrize(
    ("context", "engine", "expected"),
    [
        (None, "", ("aks-a", "npm")),
        ("aks-b", "", ("aks-b", "cilium")),
        ("aks-b", "calico", ("aks-b", "calico")),
    ],
)
def test_the_engine_is_that_of_the_cluster_that_is_asked(
    session: Path, context: str | None, engine: str, expected: tuple[str, str]
) -> None:
    found = probing.target(None, context, engine, local=True)
    assert (found.context, found.engine) == expected
    assert found.kubeconfig == session / "kubeconfig"


def test_no_such_cluster(session: Path) -> None:
    with pytest.raises(UserError, match="It has: aks-a, aks-b"):
        probing.target(None, "aks-c", "", local=True)


@pytest.mark.parametrize(
    ("session", "expected"),
    [
        pytest.param("kernel", "kernel", id="kernel"),
        pytest.param("model", None, id="model"),
        pytest.param(None, None, id="no-session"),
    ],
)
def test_what_cannot_be_proved_is_refused_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, session: str | None, expected: str | None
) -> None:
    def status(_home: Path) -> Any:
        return SimpleNamespace(enforcement=session)

    monkeypatch.setattr("aksnetpol.local.supervisor.status", status)
    if expected is None:
        with pytest.raises(UserError, match="only modelled"):
            probing.enforcement(tmp_path)
    else:
        assert probing.enforcement(tmp_path) == expected
    assert probing.enforcement(None) is None


def reach() -> Reachability:
    """Two pods without policies."""
    addresses = {"web": "10.0.0.1", "db": "10.0.0.2"}
    pods = [Pod("shop", name, {}, phase="Running", ips=(ip,)) for name, ip in addresses.items()]
    return analyze(Cluster(namespaces={}, pods=pods, services=(), nodes=()))


def result(protocol: Protocol, seen: Outcome, cause: str = "") -> Result:
    """A connection that the model allows."""
    web, db = reach().cluster.pods
    probe = Probe(web, db, 53, protocol, reach().can(web, db, 53, protocol))
    return Result(probe, seen, 0.1, cause)


CHOSEN = Target(None, None, "kubernetes")
SILENT = result(Protocol.UDP, Outcome.TIMEOUT, "no answer")
OPEN = result(Protocol.TCP, Outcome.OPEN)
WRONG = result(Protocol.TCP, Outcome.TIMEOUT, "dropped")
DOES = "the cluster does what the model says"


MISSING = ((Item("NetworkPolicy shop/db", Direction.INGRESS, None), "no pod runs"),)
UNPROVED = "nothing could be probed, so nothing is proved"


@pytest.mark.parametrize(
    ("results", "missing", "agrees", "summary"),
    [
        ([OPEN], (), True, f"1 connections under the semantics of kubernetes: {DOES}."),
        ([OPEN], MISSING, True, f"1 connections under the semantics of kubernetes: {DOES}."),
        ([OPEN, WRONG], (), False, "2 connections under the semantics of kubernetes: 1 differ."),
        ([OPEN, SILENT], (), True, f"2 connections under the semantics of kubernetes: {DOES}, 1 undecided."),
        ([], MISSING, False, UNPROVED),
        ([], (), True, "there is no policy to prove"),
    ],
    ids=["agrees", "partly", "differs", "silent", "nothing-runs", "no-policies"],
)
def test_what_is_said_in_each_form(
    results: list[Result],
    missing: tuple[tuple[Item, str], ...],
    agrees: bool,
    summary: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    coverage = Coverage(tuple(one.probe for one in results), missing)
    for form in probing.Format:
        probing.show(Proof(CHOSEN, results, coverage), form)
        said = capsys.readouterr().out
        match form:
            case probing.Format.JSON:
                data: dict[str, Any] = json.loads(said)
                assert data["agrees"] is agrees
                assert [one["undecided"] for one in data["probes"]] == [one.undecided for one in results]
            case probing.Format.JUNIT:
                unproved = UNPROVED in said
                assert unproved is (not results and not agrees)
                assert f'failures="{sum(one.differs for one in results) + unproved}"' in said
                assert f'skipped="{sum(one.undecided for one in results) + len(missing)}"' in said
            case probing.Format.HTML:
                assert summary in said
                assert ("undecided: shop/web" in said) is (SILENT in results)
            case probing.Format.TABLE:
                assert summary in said
                assert ("UNDECIDED" in said, "DIFFERS" in said) == (SILENT in results, WRONG in results)


@pytest.mark.parametrize("enforcement", [None, Enforcement.KERNEL])
def test_a_verdict_that_depends_on_a_windows_node_says_that_it_is_simulated(
    enforcement: Enforcement | None, capsys: pytest.CaptureFixture[str]
) -> None:
    probe = replace(OPEN.probe, source=replace(OPEN.probe.source, node_os=NodeOs.WINDOWS))
    results = [replace(OPEN, probe=probe)]
    chosen = Target(None, None, "npm", enforcement)
    for form in probing.Format:
        probing.show(Proof(chosen, results, Coverage((probe,), ())), form)
        said = capsys.readouterr().out.replace('"simulatedWindows": true', "simulated")
        assert ("simulated" in said.replace('"simulatedWindows": false', "")) is (enforcement is not None), (
            form
        )
