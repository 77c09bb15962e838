"""feature_registration.py: the state machine of a preview feature against a fake Azure."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from aksnetpol.azure import ArmError
from aksnetpol_components import PreviewFeatureError
from aksnetpol_components.feature_registration import Feature, FeatureProvider, register

FEATURE = Feature("sub", "Microsoft.ContainerService", "F")
FEATURE_ID = "/subscriptions/sub/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/F"
PROVIDER_ID = "/subscriptions/sub/providers/Microsoft.ContainerService"
PROPS = {
    "subscription_id": "sub",
    "namespace": "Microsoft.ContainerService",
    "feature": "F",
    "timeout": 60.0,
    "state": None,
}


class FakeAzure:
    """Answers reads with the given states, the last one for ever; keeps what was asked."""

    def __init__(self, *states: str, provider: tuple[str, ...] = ("Registered",), status: int = 200) -> None:
        self.states = {FEATURE_ID: self._endless(states), PROVIDER_ID: self._endless(provider)}
        self.status = status
        self.posts: list[tuple[str, str]] = []
        self.slept: list[float] = []

    @staticmethod
    def _endless(states: tuple[str, ...]) -> Iterator[str]:
        yield from states
        while True:
            yield states[-1]

    def get(self, path: str, api_version: str) -> Any:
        if self.status != 200:
            raise arm_error(self.status)
        state = next(self.states[path])
        if path == PROVIDER_ID:
            assert api_version == "2024-11-01"
            return SimpleNamespace(body={"registrationState": state})
        assert api_version == "2021-07-01"
        return SimpleNamespace(body={"properties": {"state": state}})

    def post(self, path: str, api_version: str) -> None:
        self.posts.append((path, api_version))

    def register(self, timeout: float = 60) -> None:
        register(self, FEATURE, timeout, self.slept.append)  # type: ignore[arg-type]  # a fake client


def arm_error(status: int) -> ArmError:
    return ArmError(status, "FeatureNotFound" if status == 404 else "AuthorizationFailed", "no")


BOTH = [(f"{FEATURE_ID}/register", "2021-07-01"), (f"{PROVIDER_ID}/register", "2024-11-01")]


@pytest.mark.parametrize(
    ("azure", "posts"),
    [
        pytest.param(
            FakeAzure("NotRegistered", "Registering", "Registering", "Registered"), BOTH, id="usual"
        ),
        pytest.param(FakeAzure("NotRegistered", "Pending", "Registered"), BOTH, id="approved"),
        pytest.param(FakeAzure("Unregistered", "Registered"), BOTH, id="again"),
        pytest.param(FakeAzure("Registered"), BOTH[1:], id="already"),
        pytest.param(
            FakeAzure("Registered", provider=("Registering", "Registered")),
            BOTH[1:],
            id="provider-takes-time",
        ),
    ],
)
def test_registered(azure: FakeAzure, posts: list[tuple[str, str]]) -> None:
    azure.register()
    assert azure.posts == posts


@pytest.mark.parametrize(
    ("state", "advice"),
    [
        ("Pending", "onboarding is closed and approval never comes"),
        ("Registering", "run the update again"),
        ("NotRegistered", "onboarding of new subscriptions may be closed"),
    ],
)
def test_timeout_says_the_state(state: str, advice: str) -> None:
    azure = FakeAzure("NotRegistered", state)
    with pytest.raises(PreviewFeatureError) as caught:
        azure.register(timeout=600)
    message = str(caught.value)
    assert message.startswith(
        f"preview feature Microsoft.ContainerService/F: still {state} after 10 minutes; "
    )
    assert advice in message
    assert "az feature show --namespace Microsoft.ContainerService --name F" in message
    assert caught.value.state == state
    assert 570 <= sum(azure.slept) <= 600
    assert max(azure.slept) <= 15
    assert azure.posts == BOTH[:1], "the provider is not registered for a feature that is not"


def test_a_provider_that_stays_behind_is_told() -> None:
    azure = FakeAzure("Registered", provider=("Registering",))
    with pytest.raises(PreviewFeatureError) as caught:
        azure.register(timeout=600)
    assert str(caught.value) == (
        "preview feature Microsoft.ContainerService/F: it is Registered, but not yet known to its provider, "
        "which is still Registering after 10 minutes; run the update again to go on waiting; see "
        "`az provider show --namespace Microsoft.ContainerService`"
    )


def test_unknown_feature() -> None:
    with pytest.raises(PreviewFeatureError, match="Azure does not know it"):
        FakeAzure("-", status=404).register()


def test_other_refusals_pass_through() -> None:
    with pytest.raises(ArmError):
        FakeAzure("-", status=403).register()


class TestProvider:
    """The dynamic provider's verbs."""

    @pytest.fixture
    def azure(self, monkeypatch: pytest.MonkeyPatch) -> FakeAzure:
        azure = FakeAzure("Registered")
        monkeypatch.setattr("aksnetpol_components.dynamic.arm_client", lambda: azure)
        return azure

    def test_create(self, azure: FakeAzure) -> None:
        made = FeatureProvider().create(dict(PROPS))
        assert made.id == FEATURE_ID
        assert made.outs == {**PROPS, "state": "Registered"}
        assert azure.posts == BOTH[1:]

    def test_read(self, azure: FakeAzure) -> None:
        azure.states[FEATURE_ID] = iter(["Unregistered"])
        outs: Any = FeatureProvider().read(FEATURE_ID, {**PROPS, "state": "Registered"}).outs
        assert outs["state"] == "Unregistered"

    def test_read_of_a_withdrawn_feature(self, azure: FakeAzure) -> None:
        azure.status = 404
        assert FeatureProvider().read(FEATURE_ID, dict(PROPS)).id == ""

    def test_delete(self, azure: FakeAzure) -> None:
        FeatureProvider().delete(FEATURE_ID, dict(PROPS))
        assert azure.posts == [(f"{FEATURE_ID}/unregister", "2021-07-01")]

    @pytest.mark.parametrize(
        ("old", "new", "changes", "replaces"),
        [
            pytest.param({}, {}, False, [], id="same"),
            pytest.param({"state": "Unregistered"}, {}, True, [], id="unregistered-by-hand"),
            pytest.param({}, {"feature": "G"}, True, ["feature"], id="other-feature"),
            pytest.param({}, {"subscription_id": "t"}, True, ["subscription_id"], id="other-subscription"),
            pytest.param({}, {"timeout": 5.0}, False, [], id="timeout-is-no-change"),
        ],
    )
    def test_diff(self, old: dict[str, Any], new: dict[str, Any], changes: bool, replaces: list[str]) -> None:
        result = FeatureProvider().diff(FEATURE_ID, {**PROPS, "state": "Registered", **old}, {**PROPS, **new})
        assert (result.changes, result.replaces) == (changes, replaces)
