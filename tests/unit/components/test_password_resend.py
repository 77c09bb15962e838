"""password_resend.py: an update that sends another Windows password is seen before it is sent."""

import asyncio
from typing import Any

import grpc
import pulumi
import pytest
from pulumi.runtime.proto.resource_pb2_grpc import ResourceMonitorStub as Monitor

from aksnetpol.migration.errors import MigrationError
from aksnetpol_components import AksCluster
from aksnetpol_components.password_resend import PasswordResend


def inputs(password: object | None) -> dict[str, Any]:
    profile = {"adminUsername": "azureuser"} | ({} if password is None else {"adminPassword": password})
    return {"resourceGroupName": "g", "resourceName": "c1", "windowsProfile": profile}


def judged(resend: PasswordResend, sent: Any, *, warn: bool = False) -> bool:
    """Whether an update with these inputs is seen to send another password."""

    async def judge() -> None:
        await resend.judge(sent() if callable(sent) else sent, warn=warn)

    asyncio.run(judge())
    return resend.seen


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        pytest.param(inputs("declared"), False, id="the-declared-one"),
        pytest.param(inputs("of-the-creation"), True, id="another"),
        pytest.param(lambda: inputs(pulumi.Output.secret("of-the-creation")), True, id="another-secret"),
        pytest.param(lambda: inputs(pulumi.Output.secret("declared")), False, id="the-declared-secret"),
        pytest.param(inputs(None), False, id="adopted-without-one"),
        pytest.param({}, False, id="no-windows"),
    ],
)
def test_seen(sent: Any, seen: bool) -> None:
    assert judged(PasswordResend("c", "declared", acknowledged=True), sent) is seen


def test_one_that_a_preview_cannot_know_is_not_another() -> None:
    async def judge() -> None:
        resend.password = pulumi.Output(set[pulumi.Resource](), _answer("not yet"), _answer(False))
        await resend.judge(inputs("of-the-creation"), warn=True)

    resend = PasswordResend("c", None, acknowledged=False)
    asyncio.run(judge())
    assert not resend.seen


async def _answer(value: Any) -> Any:
    return value


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        pytest.param(inputs("of-the-creation"), True, id="the-state-holds-one"),
        pytest.param(lambda: inputs(pulumi.Output.secret("of-the-creation")), True, id="a-secret-one"),
        pytest.param(inputs(None), False, id="adopted-without-one"),
    ],
)
def test_where_none_is_declared_any_is_another(sent: Any, seen: bool) -> None:
    assert judged(PasswordResend("c", None, acknowledged=True), sent) is seen


def test_where_none_is_declared_nothing_sets_one_again() -> None:
    with pytest.raises(MigrationError, match=r"windowsAdminPassword.*acknowledgeReimage: true") as said:
        judged(PasswordResend("c", None, acknowledged=False), inputs("of-the-creation"))
    assert "again" not in str(said.value)
    assert "of-the-creation" not in str(said.value)


@pytest.mark.parametrize("declared", ["declared", None], ids=["declared", "none-declared"])
def test_an_engine_is_given_the_hook(monkeypatch: pytest.MonkeyPatch, declared: str | None) -> None:
    monkeypatch.setattr(
        "aksnetpol_components.password_resend.get_monitor", lambda: Monitor(grpc.insecure_channel("x"))
    )
    monkeypatch.setattr(pulumi, "ResourceHook", lambda name, *_: name)
    hooks = PasswordResend("c", declared, acknowledged=False).hooks()
    assert hooks is not None
    assert hooks.before_update == ["windows-password-c"]


def test_an_acknowledged_one_says_what_to_run_if_the_run_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    assert judged(PasswordResend("c", "declared", acknowledged=True), inputs("of-the-creation"))
    (warning,) = said
    assert "az aks update --resource-group g --name c1 --windows-admin-password" in warning
    assert not judged(PasswordResend("c", "declared", acknowledged=True), inputs("declared"))
    assert len(said) == 1


def test_refused_before_it_is_sent_where_nobody_agreed() -> None:
    resend = PasswordResend("c", "declared", acknowledged=False)
    with pytest.raises(
        MigrationError, match=r"^c1: .* set acknowledgeReimage: true .* not changed\.$"
    ) as said:
        judged(resend, inputs("of-the-creation"))
    assert "of-the-creation" not in str(said.value)


def test_a_preview_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    assert judged(PasswordResend("c", "declared", acknowledged=False), inputs("of-the-creation"), warn=True)
    (warning,) = said
    assert "acknowledgeReimage: true" in warning


def test_programs_under_mocks_have_no_hook(deploy: Any) -> None:
    args: Any = {
        "location": "westeurope",
        "system_pool": {"name": "system", "vm_size": "v"},
        "network_profile": {"network_plugin": "azure", "network_policy": "calico"},
        "windows_profile": {"admin_username": "azureuser"},
    }
    done = deploy(lambda: AksCluster("main", args))
    assert not done.one("ManagedCluster").options.hooks.before_update
    assert done.one("ResendCount").inputs["resent"] is False
