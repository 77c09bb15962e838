import httpx
import pytest

from aksnetpol.azure import ArmClient, ArmError, CloudError, OperationError

from .conftest import Credential, MakeArm

PATH = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"
OPERATION = "https://management.azure.com/subscriptions/s/operations/1?api-version=2017"
BUSY = {"error": {"code": "AnotherOperationInProgress", "message": "busy"}}


def ok(body: object = None, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})


def test_get_sends_version_and_token(make_arm: MakeArm) -> None:
    arm, client = make_arm(ok({"name": "c"}))
    assert client.get(PATH, "2025-09-01").body == {"name": "c"}
    assert arm.called == [f"GET {PATH}?api-version=2025-09-01"]
    assert arm.requests[0].headers["Authorization"] == "Bearer token-1"


@pytest.mark.parametrize(
    ("etag", "sent"),
    [
        pytest.param("1a", '"1a"', id="bare"),
        pytest.param('"1a"', '"1a"', id="quoted"),
        pytest.param('W/"1a"', 'W/"1a"', id="weak"),
        pytest.param(None, None, id="none"),
    ],
)
def test_put_may_ask_for_the_version_that_was_read(
    make_arm: MakeArm, etag: str | None, sent: str | None
) -> None:
    arm, client = make_arm(ok({}), ok({}))
    client.put(PATH, "v", {}, if_match=etag)
    assert [request.headers.get("If-Match") for request in arm.requests] == [sent, None]


def test_token_is_asked_for_once_and_for_the_clouds_audience(make_arm: MakeArm) -> None:
    credential = Credential()
    _, client = make_arm(ok({}), ok({}), credential=credential)
    client.get(PATH, "v")
    client.get(PATH, "v")
    assert credential.scopes == ["https://management.core.windows.net/.default"]


def test_token_is_renewed_before_it_ends(make_arm: MakeArm) -> None:
    credential = Credential(lifetime=200)
    _, client = make_arm(ok({}), ok({}), credential=credential)
    client.get(PATH, "v")
    client.get(PATH, "v")
    assert len(credential.scopes) == 2


@pytest.mark.parametrize(
    ("first", "polls", "called"),
    [
        pytest.param(
            ok({}, 201, Azure_AsyncOperation=OPERATION, Retry_After="3"),
            [ok({"status": "InProgress"}), ok({"status": "Succeeded"})],
            ["GET /subscriptions/s/operations/1?api-version=2017"] * 2,
            id="Azure-AsyncOperation",
        ),
        pytest.param(
            ok(None, 202, Location="/subscriptions/s/operationresults/1", Retry_After="3"),
            [ok(None, 202), ok({}, 200)],
            ["GET /subscriptions/s/operationresults/1?api-version=v"] * 2,
            id="relative Location without version",
        ),
        pytest.param(
            ok(None, 202, Location="https://management.azure.com/o?t=1"),
            [ok(None, 202, Retry_After="3"), ok({}, 200)],
            ["GET /o?t=1&api-version=v"] * 2,
            id="Location with a query",
        ),
        pytest.param(
            ok({"properties": {"provisioningState": "Updating"}}),
            [
                ok({"properties": {"provisioningState": "Updating"}}, Retry_After="3"),
                ok({"properties": {"provisioningState": "Succeeded"}}),
            ],
            [f"GET {PATH}?api-version=v"] * 2,
            id="provisioningState",
        ),
        pytest.param(ok({"properties": {"provisioningState": "Succeeded"}}), [], [], id="done at once"),
        pytest.param(ok({"name": "c"}), [], [], id="no state at all"),
    ],
)
def test_put_waits_and_reads_the_result(
    make_arm: MakeArm, first: httpx.Response, polls: list[httpx.Response], called: list[str]
) -> None:
    arm, client = make_arm(first, *polls, ok({"name": "as read"}))
    assert client.put(PATH, "v", {"location": "eastus"}).body == {"name": "as read"}
    assert arm.called == [f"PUT {PATH}?api-version=v", *called, f"GET {PATH}?api-version=v"]
    assert arm.requests[0].content == b'{"location":"eastus"}'
    assert arm.slept == [3.0] * (len(polls) - 1 if polls else 0)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        pytest.param(
            {"status": "Failed", "error": {"code": "DrainFailed", "message": "pod x"}},
            "DrainFailed",
            "pod x",
            id="with an error",
        ),
        pytest.param({"status": "Canceled"}, "Canceled", "The operation ended as Canceled.", id="without"),
        pytest.param({"status": "failed", "error": None}, "failed", "ended as failed", id="null error"),
    ],
)
def test_failed_operation(make_arm: MakeArm, body: dict[str, object], code: str, message: str) -> None:
    _, client = make_arm(ok({}, 201, Azure_AsyncOperation=OPERATION), ok(body))
    with pytest.raises(OperationError, match=message) as caught:
        client.put(PATH, "v", {})
    assert caught.value.code == code


def test_operation_that_does_not_end(make_arm: MakeArm) -> None:
    running = [ok({"status": "Updating"}) for _ in range(4)]
    arm, client = make_arm(ok({}, 201, Azure_AsyncOperation=OPERATION), *running)
    with pytest.raises(OperationError, match="still Updating after 30 s"):
        client.put(PATH, "v", {}, timeout=30)
    assert arm.slept == [10.0, 10.0, 10.0]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_retries_what_passes(make_arm: MakeArm, status: int) -> None:
    arm, client = make_arm(ok({}, status), ok({}, status, Retry_After="7"), ok({"name": "c"}))
    assert client.get(PATH, "v").body == {"name": "c"}
    assert arm.slept == [20.0, 7.0]


def test_gives_up_after_the_last_retry(make_arm: MakeArm) -> None:
    arm, client = make_arm(*(ok({"error": {"code": "Down", "message": "m"}}, 503) for _ in range(4)))
    with pytest.raises(ArmError, match="503 Down"):
        client.get(PATH, "v")
    assert arm.slept == [20.0, 60.0, 120.0]


@pytest.mark.parametrize(
    ("body", "retried"),
    [
        pytest.param(BUSY, True, id="AnotherOperationInProgress"),
        pytest.param({"code": "OperationNotAllowed", "message": "m"}, False, id="OperationNotAllowed"),
        pytest.param({"code": "EtagMismatch", "message": "m"}, False, id="EtagMismatch"),
    ],
)
def test_retries_only_one_conflict(make_arm: MakeArm, body: dict[str, object], retried: bool) -> None:
    arm, client = make_arm(ok(body, 409), ok({"name": "c"}), ok({"name": "c"}))
    if retried:
        client.put(PATH, "v", {})
    else:
        with pytest.raises(ArmError):
            client.put(PATH, "v", {})
    assert arm.slept == ([20.0] if retried else [])


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([ok(None, 204)], id="204"),
        pytest.param([ok({"error": {"code": "ResourceNotFound", "message": "m"}}, 404)], id="404"),
        pytest.param(
            [ok(None, 202, Azure_AsyncOperation=OPERATION), ok({"status": "Succeeded"})], id="operation"
        ),
        pytest.param(
            [ok(None, 202, Location=OPERATION), ok({"error": {"code": "NotFound", "message": "m"}}, 404)],
            id="gone while polled",
        ),
    ],
)
def test_delete(make_arm: MakeArm, answers: list[httpx.Response]) -> None:
    arm, client = make_arm(*answers)
    client.delete(PATH, "v")
    assert arm.answers == []


def test_absolute_path_is_used_as_it_is(make_arm: MakeArm) -> None:
    arm, client = make_arm(ok({}))
    client.get("https://management.azure.com/x", "v")
    assert arm.called == ["GET /x?api-version=v"]


def test_a_closed_connection_is_tried_once_more(make_arm: MakeArm) -> None:
    arm, client = make_arm(httpx.RemoteProtocolError("closed"), ok({"name": "c"}))
    assert client.get(PATH, "v").body == {"name": "c"}
    assert arm.slept == []


def test_an_action_is_not_sent_twice(make_arm: MakeArm) -> None:
    arm, client = make_arm(httpx.RemoteProtocolError("closed"))
    with pytest.raises(CloudError, match=r"management\.azure\.com does not answer: closed\."):
        client.post(PATH, "v")
    assert len(arm.requests) == 1


def test_subscription_must_be_chosen() -> None:
    with pytest.raises(CloudError, match="Set ARM_SUBSCRIPTION_ID"):
        _ = ArmClient({}).subscription_id
    assert ArmClient({"ARM_SUBSCRIPTION_ID": "s"}).subscription_id == "s"
