"""`aksnetpol audit` on emulated Azure: hundreds of clusters over several pages and subscriptions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from aksnetpol.local.arm import Fault
from bench.audit_fleet import KINDS

from .conftest import CLUSTERS, OTHERS, PAGE, Fleet, Run

# Findings of each kind of bench.audit_fleet on 2026-11-23, the errors first, and the days left.
FOUND: dict[str, tuple[list[str], set[str], int | None]] = {
    "good": ([], set(), 219),
    "npm": ([], {"retires-npm-linux"}, 219),
    "npmwin": (["retired-npm-windows"], {"retires-npm-linux", "retires-windows-2022"}, -54),
    "npmbig": (["npm-nodes"], {"retires-npm-linux"}, 219),
    "npmnear": ([], {"retires-npm-linux", "limit-near"}, 219),
    "kubenet": ([], {"retires-kubenet"}, 219),
    "win19": (["retired-windows-2019"], {"version-ended"}, -267),
    "jammy": ([], {"retires-ubuntu-2204"}, 219),
    "mariner": (["retired-azure-linux-2"], {"version-ends"}, -358),
    "longterm": ([], set(), None),
}
REFUSED = Fault(status=403, code="AuthorizationFailed", message="You have no role here.")


def _lists(subscription: str) -> str:
    return f"/subscriptions/{subscription}/providers/Microsoft.ContainerService/managedClusters"


def test_every_finding_of_every_cluster(fleet: Fleet, run: Run) -> None:
    done = run(fleet, "audit", "--json")
    found = json.loads(done.out)
    assert (done.code, found["partial"], found["unread"]) == (0, False, [])
    assert len({one["id"] for one in found["clusters"]}) == CLUSTERS
    for one in found["clusters"]:
        errors, warnings, days = FOUND[one["name"].partition("-")[0]]
        assert [row["id"] for row in one["findings"] if row["severity"] == "error"] == errors
        assert {row["id"] for row in one["findings"] if row["severity"] == "warning"} == warnings
        assert one["daysLeft"] == days
    each = Counter(one["name"].partition("-")[0] for one in found["clusters"])
    assert each == dict.fromkeys((kind.name for kind in KINDS), CLUSTERS // len(KINDS))
    assert Counter(one["subscriptionId"] for one in found["clusters"]) == dict.fromkeys(
        fleet.subscriptions, 100
    )
    assert found["summary"]["withErrors"] == 120


def test_lists_only(fleet: Fleet, run: Run) -> None:
    """The list carries the pools: no request for a single cluster, and no page twice."""
    run(fleet, "audit", "--json")
    asked = Counter(path for _, path in fleet.requests.seen if path.startswith("/subscriptions"))
    pages = CLUSTERS // 3 // PAGE
    assert asked == {"/subscriptions": 1, **{_lists(one): pages for one in fleet.subscriptions}}
    assert {method for method, path in fleet.requests.seen if path.startswith("/subscriptions")} == {"GET"}


def test_worst_first(fleet: Fleet, run: Run) -> None:
    clusters = json.loads(run(fleet, "audit", "--json").out)["clusters"]
    kinds = list(dict.fromkeys(one["name"].partition("-")[0] for one in clusters))
    assert kinds[:4] == ["mariner", "win19", "npmwin", "npmbig"]
    assert kinds[-1] == "longterm"


def test_table_of_a_pipe(fleet: Fleet, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    done = run(fleet, "audit", "--only-findings")
    lines = done.out.splitlines()
    assert "\x1b" not in done.out
    assert lines[1].split("  ")[0] == "cluster"
    row = next(line for line in lines if line.startswith("npmwin-0002"))
    assert row.split() == [
        *("npmwin-0002", "aksnetpol", "local", "fleet", "northeurope", "1.36.3", "azure", "5"),
        *("retired-npm-windows,", "retires-windows-2022,", "retires-npm-linux", "-54"),
    ]
    assert "240 clusters of 300 in 3 subscriptions: 120 with errors, 120 with warnings only." in lines
    assert "3 of 3 subscriptions read, 300 clusters" in done.err
    assert "subscriptions read" not in done.out


def test_filters(fleet: Fleet, run: Run) -> None:
    own = fleet.subscriptions[0]
    done = run(fleet, "audit", "--json", "--engine", "azure", "--severity", "error", "--subscription", own)
    found = json.loads(done.out)["clusters"]
    assert {one["name"].partition("-")[0] for one in found} == {"npmwin", "npmbig"}
    assert {row["severity"] for one in found for row in one["findings"]} == {"error"}
    assert len(found) == 20
    asked = {path for _, path in fleet.requests.seen if path.endswith("managedClusters")}
    assert asked == {_lists(own)}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--fail-on", "retired"), 1),
        (("--fail-on", "error"), 1),
        (("--engine", "calico", "--engine", "azure", "--fail-on", "warning"), 1),
        (("--engine", "none", "--fail-on", "warning"), 0),
    ],
)
def test_gate(fleet: Fleet, run: Run, options: tuple[str, ...], code: int) -> None:
    assert run(fleet, "audit", "--json", *options).code == code


def test_a_refused_subscription_leaves_the_others(fleet: Fleet, run: Run) -> None:
    fleet.requests.add(replace(REFUSED, path=_lists(OTHERS[0])))
    done = run(fleet, "audit")
    assert done.code == 1
    assert "The audit is incomplete: 1 subscription could not be read." in done.err
    assert "200 clusters in 3 subscriptions" in done.out
    (row,) = [line for line in done.out.splitlines() if line.startswith("aksnetpol local 2  ")]
    assert "Azure answered 403 AuthorizationFailed: You have no role here." in row


def test_a_list_that_breaks_off_is_marked(fleet: Fleet, run: Run) -> None:
    fleet.requests.add(replace(REFUSED, path=_lists(OTHERS[1]), skip=2))
    done = run(fleet, "audit", "--json")
    found = json.loads(done.out)
    assert (done.code, found["partial"], len(found["clusters"])) == (1, True, 240)
    (unread,) = found["unread"]
    assert (unread["subscriptionId"], unread["status"], unread["clustersRead"]) == (OTHERS[1], 403, 40)


def test_throttling_and_errors_of_a_moment_are_waited_out(fleet: Fleet, run: Run) -> None:
    throttled = Fault(status=429, code="Throttled", message="Slow down.", retry_after=1, bare=True)
    fleet.requests.add(replace(throttled, path=_lists(OTHERS[0]), skip=1, times=2))
    fleet.requests.add(Fault(path=_lists(OTHERS[1]), status=503, retry_after=1))
    done = run(fleet, "audit", "--json")
    assert (done.code, len(json.loads(done.out)["clusters"])) == (0, CLUSTERS)
    assert fleet.requests.left() == []


def test_an_unknown_subscription_is_the_users_mistake(fleet: Fleet, run: Run) -> None:
    done = run(fleet, "audit", "--subscription", "shop")
    assert (done.code, done.out) == (2, "")
    assert "no subscription 'shop'. They see: aksnetpol local, aksnetpol local 2" in done.err


def test_local_without_a_session_says_how_to_start_one(
    run: Run, fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AKSNETPOL_HOME", str(tmp_path / "home"))
    done = run(fleet, "audit", "--local")
    assert done.code != 0
    assert "aksnetpol local start" in done.err


def test_an_interrupt_ends_a_wait(fleet: Fleet) -> None:
    fleet.requests.add(Fault(path=_lists(OTHERS[0]), status=429, code="Throttled", retry_after=3600))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ARM_")}
    audit = subprocess.Popen(
        [sys.executable, "-c", "import aksnetpol.cli; aksnetpol.cli.main()", "audit"],
        env={**clean, **fleet.emulator.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell starts its background jobs with interrupts ignored, and their children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert audit.stderr is not None
    said = next(line for line in audit.stderr if "wait" in line)
    assert said == "Azure asks to wait 3600 s.\n"
    audit.send_signal(signal.SIGINT)
    out, err = audit.communicate(timeout=60)
    assert (audit.returncode, out) == (130, "")
    assert "Traceback" not in err
