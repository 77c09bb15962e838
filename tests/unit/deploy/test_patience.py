"""What counts as work that has a limit of its own, and what as silence."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aksnetpol.deploy.patience import Patience

_CLUSTER = "urn:pulumi:dev::shop::azure-native:containerservice:ManagedCluster::aks"


def _event(kind: str, urn: str, custom: bool = True) -> Any:
    """An engine event of one kind, which every event has a place for."""
    step = SimpleNamespace(urn=urn, type=urn.split("::")[2], new=SimpleNamespace(custom=custom), old=None)
    kinds = ("resource_pre_event", "res_outputs_event", "res_op_failed_event")
    return SimpleNamespace(**{one: SimpleNamespace(metadata=step) if one == kind else None for one in kinds})


def _is_busy(events: list[Any]) -> bool:
    """Whether an update may be silent for long after some events."""
    patience = Patience("dev", 10.0, (Path("/logs"),))
    wait = patience.wait(["up", "--yes"])
    for event in events:
        patience.heard(event)
    wait._heard -= 60
    return not wait.expired


@pytest.mark.parametrize(
    ("events", "busy"),
    [
        pytest.param([], False, id="nothing-yet"),
        pytest.param([_event("resource_pre_event", _CLUSTER)], True, id="a-resource"),
        pytest.param(
            [_event("resource_pre_event", _CLUSTER), _event("res_outputs_event", _CLUSTER)], False, id="made"
        ),
        pytest.param(
            [_event("resource_pre_event", _CLUSTER), _event("res_op_failed_event", _CLUSTER)],
            False,
            id="failed",
        ),
        pytest.param(
            [_event("resource_pre_event", "urn:pulumi:dev::shop::pulumi:pulumi:Stack::dev", custom=False)],
            False,
            id="a-component",
        ),
        pytest.param(
            [_event("resource_pre_event", "urn:pulumi:dev::shop::pulumi:providers:azure-native::default")],
            False,
            id="a-plugin-that-starts",
        ),
    ],
)
def test_what_may_take_long(events: list[Any], busy: bool) -> None:
    assert _is_busy(events) is busy


@pytest.mark.parametrize(
    ("arguments", "seconds"),
    [
        pytest.param(["up", "--yes"], 10.0, id="up"),
        pytest.param(["--logtostderr", "preview", "--json"], 10.0, id="preview"),
        pytest.param(["stack", "export"], 180.0, id="a-question"),
    ],
)
def test_limits(arguments: list[str], seconds: float) -> None:
    assert Patience("dev", 10.0, ()).wait(arguments).seconds == seconds


def test_what_it_works_on_is_said(caplog: pytest.LogCaptureFixture) -> None:
    patience = Patience("dev", 10.0, ())
    wait = patience.wait(["up"])
    patience.heard(_event("resource_pre_event", _CLUSTER))
    wait._heard -= 60
    wait.tell()
    assert "pulumi up of stack 'dev' (working on ManagedCluster aks)" in caplog.text
