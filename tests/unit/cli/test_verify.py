"""aksnetpol verify: which cluster, under which engine, and what it says of what it saw."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from aksnetpol.cli import verify
from aksnetpol.errors import UserError
from aksnetpol.local import supervisor
from aksnetpol.local.node.enforcement import Enforcement
from aksnetpol.local.supervisor.status import ClusterStatus, Status
from aksnetpol.policy import Cluster, Direction, Pod, Protocol, Reachability, analyze
from aksnetpol.policy.model import NodeOs
from aksnetpol.probe.connect import Outcome
from aksnetpol.probe.coverage import Coverage, Item, Probe
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
    found = verify.target(None, context, engine, local=True)
    assert (found.context, found.engine) == expected
    assert found.kubeconfig == session / "kubeconfig"


def test_no_such_cluster(session: Path) -> None:
    with pytest.raises(UserError, match="It has: aks-a, aks-b"):
        verify.target(None, "aks-c", "", local=True)


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


CHOSEN = verify.Target(None, None, "kubernetes")
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
    for form in verify.Format:
        verify.show(results, coverage, CHOSEN, form)
        said = capsys.readouterr().out
        match form:
            case verify.Format.JSON:
                data: dict[str, Any] = json.loads(said)
                assert data["agrees"] is agrees
                assert [one["undecided"] for one in data["probes"]] == [one.undecided for one in results]
            case verify.Format.JUNIT:
                unproved = UNPROVED in said
                assert unproved is (not results and not agrees)
                assert f'failures="{sum(one.differs for one in results) + unproved}"' in said
                assert f'skipped="{sum(one.undecided for one in results) + len(missing)}"' in said
            case verify.Format.HTML:
                assert summary in said
                assert ("undecided: shop/web" in said) is (SILENT in results)
            case verify.Format.TABLE:
                assert summary in said
                assert ("UNDECIDED" in said, "DIFFERS" in said) == (SILENT in results, WRONG in results)


@pytest.mark.parametrize(
    ("missing", "code"),
    [pytest.param(MISSING, 1, id="nothing-runs"), pytest.param((), None, id="no-policies")],
)
def test_a_proof_of_nothing_fails(
    missing: tuple[tuple[Item, str], ...], code: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "attempt", lambda *_: ([], Coverage((), missing)))
    if code is None:
        verify.policies(engine="cilium")
        return
    with pytest.raises(typer.Exit) as ended:
        verify.policies(engine="cilium")
    assert ended.value.exit_code == code


@pytest.mark.parametrize("enforcement", [None, Enforcement.KERNEL])
def test_a_verdict_that_depends_on_a_windows_node_says_that_it_is_simulated(
    enforcement: Enforcement | None, capsys: pytest.CaptureFixture[str]
) -> None:
    probe = replace(OPEN.probe, source=replace(OPEN.probe.source, node_os=NodeOs.WINDOWS))
    results = [replace(OPEN, probe=probe)]
    chosen = verify.Target(None, None, "npm", enforcement)
    for form in verify.Format:
        verify.show(results, Coverage((probe,), ()), chosen, form)
        said = capsys.readouterr().out.replace('"simulatedWindows": true', "simulated")
        assert ("simulated" in said.replace('"simulatedWindows": false', "")) is (enforcement is not None), (
            form
        )


def test_the_walkthrough_on_windows_says_so_too(
    session: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = verify.Target(None, None, "npm", Enforcement.MODEL)
    monkeypatch.setattr(verify, "target", lambda *_, **__: chosen)
    verify.demo(server_os=verify.Os.WINDOWS, json=True)
    assert json.loads(capsys.readouterr().out)["simulatedWindows"] is True
    verify.demo(server_os=verify.Os.WINDOWS, form=verify.Format.JUNIT)
    assert capsys.readouterr().out.count("(Windows simulated)") == 4
    verify.demo(json=True)
    assert json.loads(capsys.readouterr().out)["simulatedWindows"] is False
