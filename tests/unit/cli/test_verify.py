"""aksnetpol verify: exit codes, and what it says where Windows nodes are stood in for."""

from __future__ import annotations

import json

import pytest
import typer

from aksnetpol.cli import probing, verify
from aksnetpol.local.node.enforcement import Enforcement
from aksnetpol.policy import Direction
from aksnetpol.probe.coverage import Coverage, Item
from aksnetpol.probe.proof import Proof
from aksnetpol.probe.target import Target

MISSING = ((Item("NetworkPolicy shop/db", Direction.INGRESS, None), "no pod runs"),)


@pytest.mark.parametrize(
    ("missing", "code"),
    [pytest.param(MISSING, 1, id="nothing-runs"), pytest.param((), None, id="no-policies")],
)
def test_a_proof_of_nothing_fails(
    missing: tuple[tuple[Item, str], ...], code: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = Proof(Target(None, None, "cilium"), [], Coverage((), missing))
    monkeypatch.setattr(probing, "prove", lambda *_: proof)  # pyright: ignore[reportUnknownArgumentType]  a stand-in
    if code is None:
        verify.policies(engine="cilium")
        return
    with pytest.raises(typer.Exit) as ended:
        verify.policies(engine="cilium")
    assert ended.value.exit_code == code


def test_the_walkthrough_on_windows_says_so_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = Target(None, None, "npm", Enforcement.MODEL)
    monkeypatch.setattr(probing, "target", lambda *_, **__: chosen)
    verify.demo(server_os=verify.Os.WINDOWS, json=True)
    assert json.loads(capsys.readouterr().out)["simulatedWindows"] is True
    verify.demo(server_os=verify.Os.WINDOWS, form=probing.Format.JUNIT)
    assert capsys.readouterr().out.count("(Windows simulated)") == 4
    verify.demo(json=True)
    assert json.loads(capsys.readouterr().out)["simulatedWindows"] is False
