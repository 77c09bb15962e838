"""Registration of a preview feature: ask, wait until Registered, register the provider again.

AKS docs, use-network-policies ("Register the WindowsNetworkPolicyPreview feature flag"); the calls are those
of `az feature register` and `az provider register`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi.dynamic
import tenacity

from aksnetpol_components import dynamic
from aksnetpol_components.errors import PreviewFeatureError

if TYPE_CHECKING:
    from aksnetpol.azure import ArmClient

FEATURES_API = "2021-07-01"
PROVIDERS_API = "2024-11-01"
REGISTERED = "Registered"


@dataclass(frozen=True)
class Feature:
    """A preview feature of a subscription.

    Args:
        subscription_id: the subscription's GUID.
        namespace: resource provider, for example "Microsoft.ContainerService".
        name: for example "WindowsNetworkPolicyPreview".
    """

    subscription_id: str
    namespace: str
    name: str

    @property
    def id(self) -> str:
        """ARM id of the feature."""
        features = f"/subscriptions/{self.subscription_id}/providers/Microsoft.Features"
        return f"{features}/providers/{self.namespace}/features/{self.name}"

    @property
    def provider_id(self) -> str:
        """ARM id of the resource provider."""
        return f"/subscriptions/{self.subscription_id}/providers/{self.namespace}"

    @property
    def label(self) -> str:
        """The name users know."""
        return f"{self.namespace}/{self.name}"


def state_of(client: "ArmClient", feature: Feature) -> str:
    """Return the feature's state, for example "Registering" or "Registered".

    Raises:
        PreviewFeatureError: Azure does not know the feature.
        ArmError: any other refusal.
    """
    found = dynamic.read(client, feature.id, FEATURES_API)
    if found is None:
        problem = "Azure does not know it; it may be generally available now, or withdrawn: remove it"
        raise PreviewFeatureError(feature.label, "", problem)
    return found["properties"]["state"]


def register(
    client: "ArmClient", feature: Feature, timeout: float, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Register the feature and wait; nothing is asked when it is Registered already.

    Args:
        client: Azure Resource Manager.
        feature: which feature.
        timeout: seconds to wait for Registered, and again for the provider.
        sleep: waits that many seconds.

    Raises:
        PreviewFeatureError: unknown to Azure, or it or its provider not Registered in time.
        ArmError: Azure refused.
    """
    if state_of(client, feature) != REGISTERED:
        client.post(f"{feature.id}/register", FEATURES_API)
        state = _wait(lambda: state_of(client, feature), timeout, sleep)
        if state != REGISTERED:
            raise _not_registered(feature, state, timeout)
    # "… is required to get the change propagated" (az feature register).
    client.post(f"{feature.provider_id}/register", PROVIDERS_API)
    state = _wait(lambda: _provider_state(client, feature), timeout, sleep)
    if state != REGISTERED:
        raise _not_propagated(feature, state, timeout)


def _provider_state(client: "ArmClient", feature: Feature) -> str:
    return client.get(feature.provider_id, PROVIDERS_API).body["registrationState"]


def _wait(read: Callable[[], str], timeout: float, sleep: Callable[[float], None]) -> str:
    """Read until Registered or out of time; return the last state."""
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_result(lambda state: state != REGISTERED),
        wait=tenacity.wait_exponential(multiplier=1, max=15),
        stop=_slept_for(timeout),
        sleep=sleep,
        retry_error_callback=lambda last: last.outcome.result() if last.outcome else "",
    )
    return retrying(read)


def _slept_for(seconds: float) -> Callable[[tenacity.RetryCallState], bool]:
    """Stop by time slept, not by the clock, so that a test's waiting counts like real waiting."""
    return lambda call: call.idle_for + call.upcoming_sleep > seconds


def _not_registered(feature: Feature, state: str, timeout: float) -> PreviewFeatureError:
    waited = f"still {state} after {timeout / 60:.0f} minutes"
    if state == "Registering":
        advice = "run the update again to go on waiting"
    elif state == "Pending":
        advice = "it waits for Microsoft's approval, or onboarding is closed and approval never comes"
    else:
        advice = "onboarding of new subscriptions may be closed"
    check = f"see `az feature show --namespace {feature.namespace} --name {feature.name}`"
    return PreviewFeatureError(feature.label, state, f"{waited}; {advice}; {check}")


def _not_propagated(feature: Feature, state: str, timeout: float) -> PreviewFeatureError:
    behind = f"it is Registered, but not yet known to its provider, which is still {state}"
    again = f"after {timeout / 60:.0f} minutes; run the update again to go on waiting"
    check = f"see `az provider show --namespace {feature.namespace}`"
    return PreviewFeatureError(feature.label, state, f"{behind} {again}; {check}")


class FeatureProvider(dynamic.Provider):
    """Registers, reads and, when asked to delete, unregisters a feature."""

    def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
        """Register and wait."""
        feature = _feature(props)
        register(dynamic.arm_client(), feature, float(props["timeout"]))
        return pulumi.dynamic.CreateResult(feature.id, {**_inputs(props), "state": REGISTERED})

    def read(self, id_: str, props: dict[str, Any]) -> pulumi.dynamic.ReadResult:
        """Return the live state; no id when Azure no longer knows the feature."""
        try:
            state = state_of(dynamic.arm_client(), _feature(props))
        except PreviewFeatureError:
            return pulumi.dynamic.ReadResult("", {})
        return pulumi.dynamic.ReadResult(id_, {**_inputs(props), "state": state})

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.DiffResult:
        """Another feature replaces; one that is no longer Registered is registered again."""
        replaces = [key for key in _IDENTITY if _olds.get(key) != _news.get(key)]
        changed = bool(replaces) or _olds.get("state") != REGISTERED
        return pulumi.dynamic.DiffResult(changes=changed, replaces=replaces)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.UpdateResult:
        """Register again and wait."""
        return pulumi.dynamic.UpdateResult(self.create(_news).outs)

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Unregister for the whole subscription; reached only where retain-on-delete is off."""
        dynamic.arm_client().post(f"{_id}/unregister", FEATURES_API)


_IDENTITY = ("subscription_id", "namespace", "feature")


def _inputs(props: dict[str, Any]) -> dict[str, Any]:
    return {key: props[key] for key in (*_IDENTITY, "timeout")}


def _feature(props: dict[str, Any]) -> Feature:
    return Feature(props["subscription_id"], props["namespace"], props["feature"])


class FeatureRegistration(pulumi.dynamic.Resource, module="aksnetpol", name="FeatureRegistration"):
    """A preview feature's registration.

    Args:
        subscription_id: the subscription.
        namespace: resource provider.
        feature: the feature's name.
        timeout: seconds to wait for Registered.
    """

    state: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        subscription_id: pulumi.Input[str],
        namespace: pulumi.Input[str],
        feature: pulumi.Input[str],
        timeout: pulumi.Input[float],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        props: dict[str, Any] = {
            "subscription_id": subscription_id,
            "namespace": namespace,
            "feature": feature,
            "timeout": timeout,
            "state": None,
        }
        super().__init__(FeatureProvider(), name, props, opts)
