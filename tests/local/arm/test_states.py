"""Operations under way, throttling, envelopes, registrations and identities, minute by minute."""

from __future__ import annotations

import json
import re
import ssl
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError

from aksnetpol.azure import ArmError
from aksnetpol.local.arm.faults import Fault
from aksnetpol.local.arm.network.rules import PLAIN_TYPES, PlainType

from .conftest import Azure, SteppedAzure
from .refusals import BASE, POOL, WINDOWS_POOL, Json, credentials, network

MINUTE = 60.0
CONTAINERS = "2025-09-01"
FEATURES = "2021-07-01"
PROVIDER = "Microsoft.ContainerService"


def refusal(call: Callable[[], Any]) -> tuple[int, Json]:
    """Status and body of what Microsoft's client was answered."""
    with pytest.raises(HttpResponseError) as caught:
        call()
    response: Any = caught.value.response
    return response.status_code, json.loads(response.text())


class Cluster:
    """One cluster and its pools; requests return without waiting for what they begin."""

    def __init__(self, azure: Azure, name: str, **properties: Any) -> None:
        azure.group("states")
        self._azure, self.name = azure, name
        self._clusters: Any = azure.containers.managed_clusters
        self._pools: Any = azure.containers.agent_pools
        self.put(**{**BASE, **properties})

    def put(self, **properties: Any) -> None:
        body = {"location": "eastus", "identity": {"type": "SystemAssigned"}, "properties": properties}
        self._clusters.begin_create_or_update("states", self.name, body, polling=False)

    def put_pool(self, name: str, **properties: Any) -> None:
        body = {"properties": {**POOL, **properties}}
        self._pools.begin_create_or_update("states", self.name, name, body, polling=False)

    def delete(self) -> None:
        self._clusters.begin_delete("states", self.name, polling=False)

    def abort(self) -> None:
        self._clusters.begin_abort_latest_operation("states", self.name, polling=False)

    @property
    def states(self) -> dict[str, str]:
        """Provisioning states, of the cluster as "" and of its pools by name."""
        cluster = self._clusters.get("states", self.name)
        pools = {pool.name: pool.provisioning_state for pool in self._pools.list("states", self.name)}
        return {"": cluster.provisioning_state, **pools}


def test_a_cluster_and_its_pools_go_through_their_states(stepped: SteppedAzure) -> None:
    cluster = Cluster(stepped.azure, "lives")
    assert cluster.states == {"": "Creating", "system": "Creating"}
    stepped.clock.advance(10 * MINUTE)
    assert cluster.states == {"": "Succeeded", "system": "Succeeded"}
    cluster.put_pool("work")
    assert cluster.states == {"": "Updating", "system": "Succeeded", "work": "Creating"}
    stepped.clock.advance(10 * MINUTE)
    cluster.put_pool("work", count=3)
    assert cluster.states["work"] == "Scaling"
    stepped.clock.advance(10 * MINUTE)
    # A change of the engine reimages every pool at once (AKS docs, use-network-policies).
    cluster.put(**network("azure", networkPolicy="calico"))
    assert cluster.states == {"": "Updating", "system": "Updating", "work": "Updating"}
    stepped.clock.advance(20 * MINUTE)
    cluster.delete()
    assert set(cluster.states.values()) == {"Deleting"}
    stepped.clock.advance(10 * MINUTE)
    assert refusal(lambda: cluster.states)[0] == 404


# The 2026 wording (Azure/azure-cli-extensions#9855).
BUSY = re.compile(
    r"Operation is not allowed because there's an in progress (?P<what>\w+) operation \(operation ID: "
    r"[0-9a-f-]{36}\) on the (?P<on>managed cluster|agent pool) started on UTC "
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\. "
    r"Please wait for it to finish before starting a new operation\. You can also use 'az aks .*"
)


@pytest.mark.parametrize("attempt", ["cluster", "pool", "other-pool", "stop"])
def test_while_busy_only_reads_and_deletion_are_taken(stepped: SteppedAzure, attempt: str) -> None:
    cluster = Cluster(stepped.azure, f"busy-{attempt}")
    stepped.clock.advance(10 * MINUTE)
    cluster.put_pool("work")
    clusters: Any = stepped.azure.containers.managed_clusters
    attempts: dict[str, Callable[[], None]] = {
        "cluster": lambda: cluster.put(**network("azure", networkPolicy="calico")),
        "pool": lambda: cluster.put_pool("work", count=2),
        "other-pool": lambda: cluster.put_pool("more"),
        "stop": lambda: clusters.begin_stop("states", cluster.name, polling=False),
    }
    before = cluster.states
    status, body = refusal(attempts[attempt])
    said = BUSY.fullmatch(body["message"])
    assert (status, body["code"]) == (409, "OperationNotAllowed")
    assert said is not None
    assert (said["what"], said["on"]) == ("Creating", "agent pool")
    assert cluster.states == before
    stepped.clock.advance(10 * MINUTE)
    attempts[attempt]()
    cluster.delete()


def test_abort_cancels_and_frees(stepped: SteppedAzure) -> None:
    cluster = Cluster(stepped.azure, "aborts")
    stepped.clock.advance(10 * MINUTE)
    assert refusal(cluster.abort)[0] == 409
    cluster.put(**network("azure", networkPolicy="calico"))
    cluster.abort()
    assert cluster.states[""] == "Canceling"
    stepped.clock.advance(MINUTE)
    assert cluster.states[""] == "Canceled"
    cluster.put(**network("azure", networkPolicy="calico"))
    stepped.clock.advance(20 * MINUTE)
    assert cluster.states[""] == "Succeeded"


def test_a_lost_race_is_a_mismatch(stepped: SteppedAzure) -> None:
    cluster = Cluster(stepped.azure, "raced")
    stepped.clock.advance(10 * MINUTE)
    clusters: Any = stepped.azure.containers.managed_clusters
    read: str = clusters.get("states", cluster.name).e_tag
    cluster.put(**network("azure", networkPolicy="calico"))  # somebody else was faster
    stepped.clock.advance(20 * MINUTE)
    headers = {"If-Match": f'"{read}"'}
    body: Json = {"location": "eastus", "properties": network("azure", networkPolicy="none")}
    status, said = refusal(
        lambda: clusters.begin_create_or_update("states", cluster.name, body, headers=headers, polling=False)
    )
    assert (status, said["code"]) == (409, "EtagMismatch")
    live = clusters.get("states", cluster.name)
    assert live.network_profile.network_policy == "calico"
    headers["If-Match"] = f'"{live.e_tag}"'
    clusters.begin_create_or_update("states", cluster.name, body, headers=headers, polling=False)


def test_throttling_says_when_to_come_again(azure: Azure) -> None:
    """AKS answers 429 without the wrapper, Resource Manager with it (aks-facts, section 2)."""
    azure.group("states")
    path = f"{azure.root}/resourceGroups/states/providers/{PROVIDER}/managedClusters"
    rows = [
        Fault(path="managedClusters$", status=429, code="Throttled", message="AKS", retry_after=7, bare=True),
        Fault(path="managedClusters$", status=429, code="TooManyRequests", message="ARM", retry_after=9),
    ]
    for fault in rows:
        azure.requests.add(fault)
        answer = raw(azure, "GET", path)
        inside = answer.json() if fault.bare else answer.json()["error"]
        assert (answer.status_code, inside["code"]) == (429, fault.code)
        assert answer.headers["Retry-After"] == str(fault.retry_after)
    assert raw(azure, "GET", path).status_code == 200


def raw(azure: Azure, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
    """Ask without a client library: nothing is retried, nothing interpreted."""
    ours = azure.emulator.environment()
    trust = ssl.create_default_context(cafile=ours["SSL_CERT_FILE"])
    with httpx.Client(base_url=azure.emulator.url, verify=trust) as http:
        form = {
            "grant_type": "client_credentials",
            "client_id": ours["ARM_CLIENT_ID"],
            "client_secret": ours["ARM_CLIENT_SECRET"],
            "scope": f"{azure.emulator.url}/.default",
        }
        token = http.post(f"/{ours['ARM_TENANT_ID']}/oauth2/v2.0/token", data=form).json()["access_token"]
        query = {"api-version": CONTAINERS}
        return http.request(
            method, path, params=query, json=body, headers={"Authorization": f"Bearer {token}", **headers}
        )


GROUP = "/subscriptions/{subscription}/resourceGroups"
CLUSTERS = f"{GROUP}/states/providers/{PROVIDER}/managedClusters"
FRONT_DOOR = [
    # id, method, path, body, status, code
    ("no-such-group", "GET", f"{GROUP}/none/providers/{PROVIDER}/managedClusters/aks", None, 404,
     "ResourceGroupNotFound"),
    ("no-such-cluster", "GET", f"{CLUSTERS}/none", None, 404, "ResourceNotFound"),
    ("no-such-type", "GET", f"{GROUP}/states/providers/Microsoft.Coffee/machines/one", None, 404,
     "InvalidResourceType"),
    ("location-missing", "PUT", f"{CLUSTERS}/aks", {"properties": BASE}, 400, "LocationRequired"),
    ("location-unknown", "PUT", f"{CLUSTERS}/aks", {"location": "atlantis", "properties": BASE}, 400,
     "LocationNotAvailableForResourceType"),
    ("not-json-object", "PUT", f"{CLUSTERS}/aks", ["list"], 400, "InvalidRequestContent"),
    ("other-subscription", "GET", "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups", None,
     404, "SubscriptionNotFound"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"), [r[1:] for r in FRONT_DOOR], ids=[r[0] for r in FRONT_DOOR]
)
def test_the_front_door_wraps_its_errors(
    azure: Azure, method: str, path: str, body: Any, status: int, code: str
) -> None:
    azure.group("states")
    answer = raw(azure, method, path.format(subscription=azure.arm.subscription_id), body)
    assert set(answer.json()) == {"error"}
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]


def test_a_request_without_a_token_is_challenged(azure: Azure) -> None:
    answer = raw(azure, "GET", f"{azure.root}/resourceGroups", Authorization="Bearer wrong")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")
    assert set(answer.json()) == {"error"}


class Feature:
    """A preview feature by its legacy and its new path."""

    def __init__(self, azure: Azure, name: str) -> None:
        self._arm = azure.arm
        root = f"{azure.root}/providers/Microsoft.Features"
        self._legacy = f"{root}/providers/{PROVIDER}/features/{name}"
        self.path = f"{root}/featureProviders/{PROVIDER}/subscriptionFeatureRegistrations/{name}"

    def register(self) -> None:
        self._arm.post(f"{self._legacy}/register", FEATURES)

    def unregister(self) -> None:
        self._arm.post(f"{self._legacy}/unregister", FEATURES)

    @property
    def state(self) -> str:
        """The state, on which both paths agree."""
        states = {
            self._arm.get(path, FEATURES).body["properties"]["state"] for path in (self._legacy, self.path)
        }
        (found,) = states
        return found


def test_a_feature_goes_through_its_states(stepped: SteppedAzure) -> None:
    feature = Feature(stepped.azure, "KubeProxyConfigurationPreview")
    assert feature.state == "NotRegistered"
    feature.register()
    assert feature.state == "Registering"
    stepped.clock.advance(5 * MINUTE)
    assert feature.state == "Registered"
    feature.register()
    assert feature.state == "Registered"
    feature.unregister()
    assert feature.state == "Unregistering"
    stepped.clock.advance(5 * MINUTE)
    assert feature.state == "Unregistered"
    # The new path says by PUT and DELETE what the old one says by POST.
    stepped.azure.arm.put(feature.path, FEATURES, {})
    assert feature.state == "Registering"


def test_a_closed_preview_stays_pending(stepped: SteppedAzure) -> None:
    feature = Feature(stepped.azure, "IMDSRestrictionPreview")
    feature.register()
    stepped.clock.advance(24 * 60 * MINUTE)
    assert feature.state == "Pending"


def test_an_unknown_feature_is_not_found(azure: Azure) -> None:
    with pytest.raises(ArmError) as caught:
        assert Feature(azure, "WithdrawnPreview").state
    assert (caught.value.status, caught.value.code) == (404, "FeatureNotFound")
    assert "The feature 'WithdrawnPreview' could not be found." in str(caught.value)


def test_a_feature_counts_once_its_provider_is_registered_again(stepped: SteppedAzure) -> None:
    """AKS docs, use-network-policies; az says the same after `az feature register`."""
    azure, clock = stepped.azure, stepped.clock
    cluster = Cluster(azure, "npm", **network("azure", networkPolicy="azure"), **credentials())
    clock.advance(10 * MINUTE)

    def add() -> str:
        return str(refusal(lambda: cluster.put_pool("npwin", **WINDOWS_POOL))[1]["subcode"])

    def pass_on() -> None:
        azure.arm.post(f"{azure.root}/providers/{PROVIDER}/register", "2024-11-01")
        clock.advance(5 * MINUTE)

    assert add() == "EmuFeatureNotRegistered"
    Feature(azure, "WindowsNetworkPolicyPreview").register()
    assert add() == "EmuFeatureNotRegistered"
    pass_on()  # too early: the feature is Registered only now
    assert add() == "EmuFeatureNotRegistered"
    pass_on()
    cluster.put_pool("npwin", **WINDOWS_POOL)
    assert cluster.states["npwin"] == "Creating"


def test_a_provider_must_be_registered_first(stepped: SteppedAzure) -> None:
    azure = stepped.azure
    path = f"{azure.group('states')}/providers/Microsoft.OperationalInsights/workspaces/logs"
    provider = f"{azure.root}/providers/Microsoft.OperationalInsights"
    with pytest.raises(ArmError) as caught:
        azure.arm.put(path, "2023-09-01", {"location": "eastus"})
    assert (caught.value.status, caught.value.code) == (409, "MissingSubscriptionRegistration")
    assert azure.arm.get(provider, "2024-11-01").body["registrationState"] == "NotRegistered"
    assert azure.arm.post(f"{provider}/register", "2024-11-01").body["registrationState"] == "Registering"
    stepped.clock.advance(5 * MINUTE)
    assert azure.arm.get(provider, "2024-11-01").body["registrationState"] == "Registered"


_PLAIN = [pytest.param(row, id=row.name.rpartition("/")[2]) for row in PLAIN_TYPES.values()]


@pytest.mark.parametrize("row", _PLAIN)
def test_a_plain_resource_is_polled_under_its_own_provider(stepped: SteppedAzure, row: PlainType) -> None:
    azure = stepped.azure
    provider = row.name.partition("/")[0]
    azure.arm.post(f"{azure.root}/providers/{provider}/register", "2024-11-01")
    stepped.clock.advance(5 * MINUTE)
    path = f"{azure.group('plain')}/providers/{row.name}/one"
    made = raw(azure, "PUT", path, {"location": "eastus"})
    assert made.status_code == 201
    assert f"/providers/{provider}/" in made.headers["azure-asyncoperation"]
    polled = made.headers["azure-asyncoperation"].removeprefix(azure.emulator.url)
    assert raw(azure, "GET", polled).json()["status"] != "Succeeded"
    guid = made.json()["properties"][row.guid]
    assert str(uuid.UUID(guid)) == guid
    stepped.clock.advance(row.seconds + 1)
    assert raw(azure, "GET", polled).json()["status"] == "Succeeded"
    again = azure.arm.get(path, CONTAINERS).body["properties"]
    assert (again["provisioningState"], again[row.guid]) == ("Succeeded", guid)


def test_a_cluster_with_an_identity_of_the_users(azure: Azure) -> None:
    group = azure.group("identities")
    own = f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/own"
    azure.arm.put(own, "2023-01-31", {"location": "eastus"})
    clusters: Any = azure.containers.managed_clusters
    body = {
        "location": "eastus",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {own: {}}},
        "properties": BASE,
    }
    made = clusters.begin_create_or_update("identities", "aks", body).result()
    assert made.identity.type == "UserAssigned"
    assert made.identity.principal_id is None
    assert list(made.identity.user_assigned_identities) == [own]
    assert made.identity.user_assigned_identities[own].principal_id
    body["identity"] = {"type": "SystemAssigned"}
    changed = clusters.begin_create_or_update("identities", "aks", body).result()
    assert changed.identity.principal_id
    assert changed.identity.user_assigned_identities is None


def test_a_role_needs_a_principal_that_the_directory_knows(stepped: SteppedAzure) -> None:
    """A fresh identity is not replicated yet; naming its type skips the look-up (Azure/avdaccelerator#76)."""
    azure, group = stepped.azure, stepped.azure.group("roles")
    own = f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/own"
    principal = azure.arm.put(own, "2023-01-31", {"location": "eastus"}).body["properties"]["principalId"]
    role = (
        f"{azure.root}/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7"
    )
    properties = {"roleDefinitionId": role, "principalId": principal}

    def assign(number: int, **more: str) -> None:
        path = (
            f"{group}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-00000000000"
        )
        azure.arm.put(f"{path}{number}", "2022-04-01", {"properties": {**properties, **more}})

    with pytest.raises(ArmError) as caught:
        assign(1)
    assert (caught.value.status, caught.value.code) == (400, "PrincipalNotFound")
    assert f"Principal {principal} does not exist in the directory" in str(caught.value)
    assign(1, principalType="ServicePrincipal")
    with pytest.raises(ArmError) as caught:
        assign(2, principalType="ServicePrincipal")
    assert (caught.value.status, caught.value.code) == (409, "RoleAssignmentExists")
