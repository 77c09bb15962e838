"""components/password_resend.py: an update that sends another Windows password is seen before it is sent."""

import asyncio
from typing import Any

import pulumi
import pytest

from components import AksCluster
from components.errors import MigrationError
from components.password_resend import PasswordResend


def inputs(password: object | None) -> dict[str, Any]:
    profile = {"adminUsername": "azureuser"} | ({} if password is None else {"adminPassword": password})
    return {"resourceName": "c1", "windowsProfile": profile}


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
    assert not judged(PasswordResend("c", "", acknowledged=False), inputs("of-the-creation"))


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
    assert done.one("WindowsPassword").inputs["resent"] is False
