"""components/windows_password.py: a new password is set in place, with all else as it is."""

from types import SimpleNamespace
from typing import Any

import pytest

from components.errors import MigrationError
from components.windows_password import WindowsPasswordProvider

CLUSTER = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"
LIVE = {
    "location": "eastus",
    "eTag": "e",
    "properties": {
        "provisioningState": "Succeeded",
        "networkProfile": {"networkPolicy": "calico"},
        "windowsProfile": {"adminUsername": "azureuser", "enableCSIProxy": True},
    },
}


class FakeAzure:
    """One live cluster."""

    def __init__(self) -> None:
        self.puts: list[dict[str, Any]] = []

    def get(self, path: str, api_version: str) -> Any:
        assert (path, api_version) == (CLUSTER, "2025-09-01")
        return SimpleNamespace(body=LIVE)

    def put(
        self, path: str, api_version: str, body: dict[str, Any], *, timeout: float, if_match: str | None
    ) -> None:
        assert (path, api_version, if_match) == (CLUSTER, "2025-09-01", "e")
        assert timeout >= 3600
        self.puts.append(body)


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> FakeAzure:
    azure = FakeAzure()
    monkeypatch.setattr("components.dynamic.arm_client", lambda: azure)
    return azure


def props(password: str, *, cluster: str = CLUSTER, acknowledged: bool = True) -> dict[str, Any]:
    return {"cluster_id": cluster, "password": password, "acknowledge_reimage": acknowledged}


@pytest.mark.parametrize(
    ("news", "changes", "replaces"),
    [
        pytest.param(props("old"), False, [], id="same"),
        pytest.param(props("old", acknowledged=False), False, [], id="acknowledged-no-more"),
        pytest.param(props("new"), True, [], id="another-password"),
        pytest.param({**props("old"), "resent": True}, True, [], id="an-older-one-was-sent"),
        pytest.param({**props("old"), "resent": False}, False, [], id="none-was-sent"),
        pytest.param(props(""), False, [], id="none-leaves-it"),
        pytest.param(props("old", cluster="/other"), True, ["cluster_id"], id="another-cluster"),
    ],
)
def test_diff(news: dict[str, Any], changes: bool, replaces: list[str]) -> None:
    found = WindowsPasswordProvider().diff(CLUSTER, {"cluster_id": CLUSTER, "password": "old"}, news)
    assert (found.changes, found.replaces) == (changes, replaces)


def test_a_new_cluster_has_its_password(azure: FakeAzure) -> None:
    made = WindowsPasswordProvider().create(props("old"))
    assert made.outs == {"cluster_id": CLUSTER, "password": "old"}
    assert not azure.puts


def test_a_password_after_an_unknown_one_is_set() -> None:
    before = {"cluster_id": CLUSTER, "password": None}
    assert WindowsPasswordProvider().diff(CLUSTER, before, props("new")).changes
    assert not WindowsPasswordProvider().diff(CLUSTER, before, props("")).changes


def test_the_rest_of_the_cluster_is_sent_as_it_is(azure: FakeAzure) -> None:
    WindowsPasswordProvider().update(CLUSTER, props("old"), props("new"))
    (sent,) = azure.puts
    assert sent == {
        "location": "eastus",
        "properties": {
            "networkProfile": {"networkPolicy": "calico"},
            "windowsProfile": {"adminUsername": "azureuser", "enableCSIProxy": True, "adminPassword": "new"},
        },
    }


def test_nothing_is_sent_before_the_cost_is_acknowledged(azure: FakeAzure) -> None:
    with pytest.raises(MigrationError, match="acknowledgeReimage: true") as caught:
        WindowsPasswordProvider().update(CLUSTER, props("old"), props("new", acknowledged=False))
    assert not azure.puts
    assert "new" not in str(caught.value).replace("a new Windows", "")
