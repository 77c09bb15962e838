"""aksnetpol/adoption/takeover.py: what it lets through, and what it leaves behind."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import pytest

from aksnetpol.adoption import AdoptionError, plan, take_over
from aksnetpol.adoption.takeover import require_harmless
from aksnetpol.deploy import DeployError, PropertyChange, StackWorkspace, Step
from aksnetpol_stacks import LoadedSettings
from aksnetpol_stacks.parse import parse

from .conftest import CLUSTER_ID, pool

STACK = "urn:pulumi:aks::aksnetpol"
PARENT = f"{STACK}::aksnetpol:index:AksCluster"
CLUSTER = f"{PARENT}$azure-native:containerservice:ManagedCluster::cluster"
OURS = f"{PARENT}$pulumi-python:dynamic/aksnetpol:SystemPool::cluster"
GROUP = f"{STACK}::azure-native:resources:ResourceGroup::other"
IMPORT = (Step("import", CLUSTER), Step("create", OURS))


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        pytest.param(IMPORT, None, id="import"),
        pytest.param((Step("same", CLUSTER), Step("same", OURS)), None, id="imported-before"),
        pytest.param((*IMPORT, Step("update", CLUSTER)), "update cluster: it differs", id="updated"),
        pytest.param((Step("create", GROUP),), "create other: it differs", id="created"),
        pytest.param((Step("delete", CLUSTER),), "delete cluster", id="deleted"),
        pytest.param((*IMPORT, Step("update", OURS)), "update cluster", id="ours-changed"),
        pytest.param(
            (Step("replace", CLUSTER, changes=(PropertyChange("dnsPrefix", "update-replace", True),)),),
            "replace cluster: dnsPrefix",
            id="replaced",
        ),
    ],
)
def test_require_harmless(steps: tuple[Step, ...], said: str | None) -> None:
    if said is None:
        require_harmless(steps)
        return
    with pytest.raises(AdoptionError) as caught:
        require_harmless(steps)
    assert said in str(caught.value)


@dataclass
class FakeWorkspace:
    """A stack whose engine does as it is told."""

    stack: str = "aks"
    known: dict[str, str] | None = None
    planned: tuple[Step, ...] = IMPORT
    fails: bool = False
    done: list[str] = field(default_factory=list[str])

    def ids(self) -> dict[str, str] | None:
        return self.known

    def steps_of(self, _program: object) -> tuple[Step, ...]:
        return self.planned

    def up(self, _on_event: object, *, program: object) -> None:
        self.done.append("up")
        if self.fails:
            raise DeployError("Azure is tired")

    def forget(self) -> None:
        self.done.append("forget")
        raise DeployError("there is no stack")


@pytest.mark.parametrize(
    ("workspace", "error", "done"),
    [
        pytest.param(FakeWorkspace(), None, ["up"], id="all-well"),
        pytest.param(FakeWorkspace(fails=True), "Azure is tired", ["up", "forget"], id="failed"),
        pytest.param(FakeWorkspace(planned=()), None, ["up"], id="nothing-left"),
        pytest.param(
            FakeWorkspace(planned=(Step("create", GROUP),)), "nothing was done", ["forget"], id="harmful"
        ),
        pytest.param(FakeWorkspace(known={}, fails=True), "tired", ["up"], id="an-empty-stack-stays"),
        pytest.param(
            FakeWorkspace(known={}, planned=(Step("create", GROUP),)), "nothing was done", [], id="also-then"
        ),
        pytest.param(FakeWorkspace(known={CLUSTER: CLUSTER_ID.upper()}), None, ["up"], id="goes-on"),
        pytest.param(
            FakeWorkspace(known={CLUSTER: CLUSTER_ID}, fails=True), "tired", ["up"], id="goes-on-and-fails"
        ),
        pytest.param(FakeWorkspace(known={GROUP: "/x"}), "holds other resources (other)", [], id="not-ours"),
    ],
)
def test_take_over(
    cluster: dict[str, Any], workspace: FakeWorkspace, error: str | None, done: list[str]
) -> None:
    today = date(2026, 11, 23)
    found = plan(cluster, [pool("system")], today)
    settings = parse(found.config, today).settings
    assert settings is not None
    loaded = LoadedSettings(settings, ())
    target = cast(StackWorkspace, workspace)
    if error is None:
        take_over(target, found, loaded, lambda _: None)
    else:
        with pytest.raises((AdoptionError, DeployError)) as caught:
            take_over(target, found, loaded, lambda _: None)
        assert error in str(caught.value)
    assert workspace.done == done
