"""preview_feature.py: what is registered for a preview feature."""

from typing import Any

import pytest

from aksnetpol_components import PreviewFeature


def test_defaults(deploy: Any, output: Any) -> None:
    seen: list[Any] = []
    done = deploy(
        lambda: seen.append(output(PreviewFeature("npm", {"feature": "WindowsNetworkPolicyPreview"}).state))
    )
    registration = done.one("FeatureRegistration")
    sent = {key: value for key, value in registration.inputs.items() if key != "__provider"}
    assert sent == {
        "subscription_id": "00000000-0000-0000-0000-000000000001",
        "namespace": "Microsoft.ContainerService",
        "feature": "WindowsNetworkPolicyPreview",
        "timeout": 1800,
    }
    assert registration.options.retainOnDelete
    assert registration.options.customTimeouts.create == "65m"
    assert registration.options.parent == done.one("PreviewFeature").urn
    assert seen[0].value == "Registered"


def test_unregister_on_delete(deploy: Any) -> None:
    done = deploy(lambda: PreviewFeature("npm", {"feature": "F", "unregister_on_delete": True}))
    assert not done.one("FeatureRegistration").options.retainOnDelete


@pytest.mark.parametrize(
    ("args", "config", "environment", "subscription"),
    [
        pytest.param({"subscription_id": "arg"}, "config", "environment", "arg", id="argument"),
        pytest.param({}, "config", "environment", "config", id="config"),
        pytest.param({}, None, "environment", "environment", id="environment"),
        pytest.param({}, None, None, "from-login", id="login"),
    ],
)
def test_subscription(
    deploy: Any,
    monkeypatch: pytest.MonkeyPatch,
    args: Any,
    config: str | None,
    environment: str | None,
    subscription: str,
) -> None:
    if environment is None:
        monkeypatch.delenv("ARM_SUBSCRIPTION_ID")
    else:
        monkeypatch.setenv("ARM_SUBSCRIPTION_ID", environment)
    values = {} if config is None else {"azure-native:subscriptionId": config}
    wanted: Any = {"feature": "F", **args}
    done = deploy(lambda: PreviewFeature("npm", wanted), values)
    assert done.one("FeatureRegistration").inputs["subscription_id"] == subscription
