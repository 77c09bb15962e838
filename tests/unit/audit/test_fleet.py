"""Reading many subscriptions: pages, what is asked for, and what Azure refuses."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
import pytest
from azure.core.credentials import AccessToken

from aksnetpol.audit import Audit
from aksnetpol.audit.errors import AuditError
from aksnetpol.audit.fleet import CONCURRENT, Progress, audit
from aksnetpol.azure import ArmClient, CloudError

from .conftest import MakeCluster

TODAY = date(2026, 11, 23)
SUBSCRIPTIONS = {f"{number}" * 8 + "-1111-1111-1111-111111111111": f"sub {number}" for number in range(3)}
FIRST, SECOND, THIRD = SUBSCRIPTIONS
HOST = "https://management.azure.com"
REFUSED = {"error": {"code": "AuthorizationFailed", "message": "no role"}}


class _Token:
    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        return AccessToken("token", int(time.time() + 3600))


def _path(subscription: str) -> str:
    return f"/subscriptions/{subscription}/providers/Microsoft.ContainerService/managedClusters"


@dataclass
class Arm:
    """Azure with the given lists, one cluster on a page, and refusals by path and page."""

    clusters: dict[str, list[dict[str, Any]]]
    refusals: dict[tuple[str, int], httpx.Response] = field(
        default_factory=dict[tuple[str, int], httpx.Response]
    )
    asked: Counter[str] = field(default_factory=Counter[str])
    slept: list[float] = field(default_factory=list[float])
    pools: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path, page = request.url.path, int(request.url.params.get("page", 0))
        self.asked[path] += 1
        if (path, page) in self.refusals:
            return self.refusals.pop((path, page))
        if path == "/subscriptions":
            rows = [{"subscriptionId": one, "displayName": name} for one, name in SUBSCRIPTIONS.items()]
        elif path.endswith("/agentPools"):
            return httpx.Response(200, json={"value": self.pools[path]})
        else:
            rows = self.clusters[path]
        body: dict[str, Any] = {"value": rows[page : page + 1]}
        if page + 1 < len(rows):
            body["nextLink"] = f"{HOST}{path}?api-version=x&page={page + 1}"
        return httpx.Response(200, json=body)

    def audit(self, wanted: Sequence[str] = (), reports: list[Progress] | None = None) -> Audit:
        """Audit this Azure."""
        http = httpx.Client(transport=httpx.MockTransport(self))
        client = ArmClient({}, http=http, token=_Token(), sleep=self.slept.append)
        return audit(client, wanted, TODAY, (lambda _: None) if reports is None else reports.append)


@pytest.fixture
def arm(cluster: MakeCluster) -> Arm:
    """Three subscriptions with one, two and three clusters."""
    return Arm(
        {
            _path(one): [cluster(f"aks-{number}-{index}", subscription=one) for index in range(number + 1)]
            for number, one in enumerate(SUBSCRIPTIONS)
        }
    )


def _names(found: Audit) -> list[str]:
    return [one.name for one in found.clusters]


def test_every_page_is_read_once_and_no_cluster_by_itself(arm: Arm) -> None:
    found = arm.audit()
    assert sorted(_names(found)) == ["aks-0-0", "aks-1-0", "aks-1-1", "aks-2-0", "aks-2-1", "aks-2-2"]
    assert {str(one.subscription) for one in found.clusters} == set(SUBSCRIPTIONS.values())
    assert not found.partial
    assert arm.asked == {"/subscriptions": 3, _path(FIRST): 1, _path(SECOND): 2, _path(THIRD): 3}


@pytest.mark.parametrize("wanted", [[SECOND], [SECOND.upper()], ["sub 1"], ["SUB 1", SECOND]])
def test_subscriptions_by_id_or_name(arm: Arm, wanted: list[str]) -> None:
    assert _names(arm.audit(wanted)) == ["aks-1-0", "aks-1-1"]


def test_a_name_that_is_not_seen_is_the_users_mistake(arm: Arm) -> None:
    with pytest.raises(AuditError, match=r"no subscription 'shop'\. They see: sub 0, sub 1, sub 2"):
        arm.audit(["shop"])


def test_no_subscription_at_all(arm: Arm) -> None:
    arm.refusals["/subscriptions", 0] = httpx.Response(200, json={"value": []})
    with pytest.raises(AuditError, match="Reader"):
        arm.audit()


def test_an_id_that_is_not_seen_is_left_to_azure(arm: Arm) -> None:
    hidden = "99999999-1111-1111-1111-111111111111"
    missing = {"error": {"code": "SubscriptionNotFound", "message": "none"}}
    arm.refusals[_path(hidden), 0] = httpx.Response(404, json=missing)
    found = arm.audit([hidden, FIRST])
    assert _names(found) == ["aks-0-0"]
    assert [(one.subscription.id, one.cluster, one.status) for one in found.unread] == [(hidden, None, 404)]


def test_a_refused_subscription_is_told_beside_the_others(arm: Arm) -> None:
    arm.refusals[_path(SECOND), 0] = httpx.Response(403, json=REFUSED)
    found = arm.audit()
    assert sorted(_names(found)) == ["aks-0-0", "aks-2-0", "aks-2-1", "aks-2-2"]
    (unread,) = found.unread
    assert (unread.subscription.name, unread.status, unread.read) == ("sub 1", 403, 0)
    assert "AuthorizationFailed: no role" in unread.why


def test_a_list_that_breaks_off_keeps_what_was_read(arm: Arm) -> None:
    arm.refusals[_path(THIRD), 2] = httpx.Response(403, json=REFUSED)
    found = arm.audit(["sub 2"])
    assert _names(found) == ["aks-2-0", "aks-2-1"]
    assert [(one.cluster, one.read) for one in found.unread] == [(None, 2)]


def test_throttling_is_waited_out(arm: Arm) -> None:
    body = {"code": "Throttled", "message": "slow down"}
    arm.refusals[_path(THIRD), 1] = httpx.Response(429, json=body, headers={"Retry-After": "7"})
    found = arm.audit()
    assert (len(found.clusters), found.partial, arm.slept) == (6, False, [7.0])


def test_pools_are_asked_for_only_where_the_list_has_none(arm: Arm) -> None:
    document = arm.clusters[_path(SECOND)][0]
    pool = document["properties"].pop("agentPoolProfiles")[0]
    path = f"{document['id']}/agentPools"
    arm.pools[path] = [{"name": "system", "properties": {**pool, "count": 9}}]
    found = arm.audit(["sub 1"])
    assert {one.name: one.nodes for one in found.clusters} == {"aks-1-0": 9, "aks-1-1": 3}
    assert arm.asked == {"/subscriptions": 3, _path(SECOND): 2, path: 1}


def test_one_refused_cluster_is_told_beside_the_others(arm: Arm) -> None:
    document = arm.clusters[_path(SECOND)][0]
    document["properties"].pop("agentPoolProfiles")
    arm.refusals[f"{document['id']}/agentPools", 0] = httpx.Response(403, json=REFUSED)
    found = arm.audit(["sub 1"])
    assert _names(found) == ["aks-1-1"]
    assert [(one.cluster, one.status) for one in found.unread] == [(document["id"], 403)]


def test_one_cluster_of_an_unknown_kind_is_told_beside_the_others(arm: Arm) -> None:
    document = arm.clusters[_path(SECOND)][1]
    document["properties"]["networkProfile"]["networkPolicy"] = "tomorrow"
    found = arm.audit(["sub 1"])
    assert _names(found) == ["aks-1-0"]
    (unread,) = found.unread
    assert (unread.cluster, unread.status) == (document["id"], None)
    assert "'tomorrow'" in unread.why


def test_a_list_that_goes_in_circles_ends(arm: Arm) -> None:
    circle = {"value": arm.clusters[_path(FIRST)], "nextLink": f"{HOST}{_path(FIRST)}?api-version=x"}

    def circular(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=circle) if request.url.path == _path(FIRST) else arm(request)

    http = httpx.Client(transport=httpx.MockTransport(circular))
    found = audit(ArmClient({}, http=http, token=_Token()), ["sub 0"], TODAY)
    assert "comes back to a page" in found.unread[0].why
    assert _names(found) == ["aks-0-0"]


def test_without_azure_there_is_no_audit(arm: Arm) -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    http = httpx.Client(transport=httpx.MockTransport(broken))
    with pytest.raises(CloudError, match="does not answer"):
        audit(ArmClient({}, http=http, token=_Token()), (), TODAY)


def test_lists_are_read_at_once_but_not_all(cluster: MakeCluster) -> None:
    many = [f"{number:08}-1111-1111-1111-111111111111" for number in range(3 * CONCURRENT)]
    together, lock, running, most = threading.Barrier(CONCURRENT), threading.Lock(), 0, 0

    def slow(request: httpx.Request) -> httpx.Response:
        nonlocal running, most
        if request.url.path == "/subscriptions":
            return httpx.Response(200, json={"value": [{"subscriptionId": one} for one in many]})
        with lock:
            running += 1
            most = max(most, running)
        together.wait(timeout=30)  # broken unless so many ask at once
        with lock:
            running -= 1
        return httpx.Response(200, json={"value": [cluster(subscription=request.url.path.split("/")[2])]})

    http = httpx.Client(transport=httpx.MockTransport(slow))
    found = audit(ArmClient({}, http=http, token=_Token()), (), TODAY)
    assert (len(found.clusters), most) == (len(many), CONCURRENT)


def test_progress_counts_up(arm: Arm) -> None:
    reports = list[Progress]()
    arm.audit(reports=reports)
    assert reports[0] == Progress(3)
    assert reports[-1] == Progress(3, 3, 6)
    assert reports == sorted(reports, key=lambda one: (one.subscriptions_read, one.clusters))
