"""windows_password.py: a new password is set in place, with all else as it is."""

from types import SimpleNamespace
from typing import Any

import pytest
from pulumi.runtime.rpc import UNKNOWN

from aksnetpol.azure import ArmError
from aksnetpol.azure.errors import CloudError
from aksnetpol.migration.errors import MigrationError
from aksnetpol_components.resend_count import ResendCountProvider
from aksnetpol_components.windows_password import WindowsPasswordProvider

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
        self.refuses: Exception | None = None

    def get(self, path: str, api_version: str) -> Any:
        assert (path, api_version) == (CLUSTER, "2025-09-01")
        return SimpleNamespace(body=LIVE)

    def put(
        self, path: str, api_version: str, body: dict[str, Any], *, timeout: float, if_match: str | None
    ) -> None:
        assert (path, api_version, if_match) == (CLUSTER, "2025-09-01", "e")
        assert timeout >= 3600
        if self.refuses is not None:
            raise self.refuses
        self.puts.append(body)


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> FakeAzure:
    azure = FakeAzure()
    monkeypatch.setattr("aksnetpol_components.dynamic.arm_client", lambda: azure)
    return azure


def props(password: str, *, cluster: str = CLUSTER, acknowledged: bool = True) -> dict[str, Any]:
    return {"cluster_id": cluster, "password": password, "acknowledge_reimage": acknowledged}


@pytest.mark.parametrize(
    ("news", "changes", "replaces"),
    [
        pytest.param(props("old"), False, [], id="same"),
        pytest.param(props("old", acknowledged=False), False, [], id="acknowledged-no-more"),
        pytest.param(props("new"), True, [], id="another-password"),
        pytest.param({**props("old"), "resends": 1.0}, True, [], id="an-older-one-was-sent"),
        pytest.param({**props("old"), "resends": UNKNOWN}, True, [], id="a-preview-sees-one-sent"),
        pytest.param({**props("old"), "resends": 0.0}, False, [], id="none-was-sent"),
        pytest.param({**props(""), "resends": 1.0}, False, [], id="sent-and-none-to-set"),
        pytest.param(props(""), False, [], id="none-leaves-it"),
        pytest.param(props("old", cluster="/other"), True, ["cluster_id"], id="another-cluster"),
    ],
)
def test_diff(news: dict[str, Any], changes: bool, replaces: list[str]) -> None:
    found = WindowsPasswordProvider().diff(CLUSTER, {"cluster_id": CLUSTER, "password": "old"}, news)
    assert (found.changes, found.replaces) == (changes, replaces)


def test_a_new_cluster_has_its_password(azure: FakeAzure) -> None:
    made = WindowsPasswordProvider().create(props("old"))
    assert made.outs == {"cluster_id": CLUSTER, "password": "old", "resends": 0}
    assert not azure.puts


def test_a_first_note_after_another_one_was_sent_sets_it(azure: FakeAzure) -> None:
    made = WindowsPasswordProvider().create({**props("old"), "resends": 1.0})
    assert made.outs == {"cluster_id": CLUSTER, "password": "old", "resends": 1}
    (sent,) = azure.puts
    assert sent["properties"]["windowsProfile"]["adminPassword"] == "old"


def test_none_declared_is_never_set(azure: FakeAzure) -> None:
    WindowsPasswordProvider().create({**props(""), "resends": 1.0})
    assert not azure.puts


def test_a_resend_is_made_good_until_it_succeeded(azure: FakeAzure) -> None:
    """A run sends the old password and then fails; the state remembers, however many runs fail."""
    counter, provider = ResendCountProvider(), WindowsPasswordProvider()
    count: Any = counter.create({"cluster_id": CLUSTER, "resent": False}).outs
    noted: Any = provider.create({**props("old"), "resends": count["resends"]}).outs

    news = {"cluster_id": CLUSTER, "resent": True}
    assert counter.diff(CLUSTER, count, news).changes
    count = counter.update(CLUSTER, count, news).outs
    news = {"cluster_id": CLUSTER, "resent": False}
    assert not counter.diff(CLUSTER, count, news).changes
    wanted = {**props("old"), "resends": count["resends"]}
    assert provider.diff(CLUSTER, noted, wanted).changes

    azure.refuses = ArmError(409, "OperationNotAllowed", "busy")
    with pytest.raises(MigrationError, match="busy"):
        provider.update(CLUSTER, noted, wanted)
    azure.refuses = None
    noted = provider.update(CLUSTER, noted, wanted).outs
    assert len(azure.puts) == 1
    assert not provider.diff(CLUSTER, noted, wanted).changes


@pytest.mark.parametrize(
    "failure",
    [ArmError(412, "PreconditionFailed", "changed"), CloudError("cannot be reached")],
    ids=["refused", "lost"],
)
def test_a_failure_says_that_the_old_one_is_live_and_what_to_run(
    azure: FakeAzure, failure: Exception
) -> None:
    azure.refuses = failure
    olds, news = {**props("old"), "resends": 0.0}, {**props("old"), "resends": 1.0}
    with pytest.raises(
        MigrationError, match=r"^c: .* of the cluster's creation.*Run `pulumi up` again"
    ) as said:
        WindowsPasswordProvider().update(CLUSTER, olds, news)
    assert str(failure) in str(said.value)


def test_a_change_that_fails_says_what_azure_said(azure: FakeAzure) -> None:
    azure.refuses = ArmError(409, "OperationNotAllowed", "busy")
    with pytest.raises(ArmError, match="busy"):
        WindowsPasswordProvider().update(CLUSTER, props("old"), props("new"))


def test_an_acknowledgement_taken_back_leaves_the_old_one_and_says_so(azure: FakeAzure) -> None:
    news = {**props("old", acknowledged=False), "resends": 1.0}
    with pytest.raises(MigrationError, match=r"of the cluster's creation.*acknowledgeReimage: true"):
        WindowsPasswordProvider().update(CLUSTER, props("old"), news)
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
    assert "new" not in str(caught.value).replace("A new Windows", "")
