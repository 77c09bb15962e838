"""One REST API: what its answers mean, and where its token goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aksnetpol.post import RefusedError, UnavailableError
from aksnetpol.post.service import Service

TOKEN = "tok-3f9a"
Handler = Callable[[httpx.Request], httpx.Response]


def _service(handler: Handler, api: str = "https://api.example") -> Service:
    http = httpx.Client(transport=httpx.MockTransport(handler))
    return Service("GitHub", api, {"Authorization": f"Bearer {TOKEN}"}, TOKEN, {403: "ask for more"}, http)


def _answers(status: int, body: Any = None, **headers: str) -> Handler:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: httpx.Response(status, json=body, headers=named)


NOW = 1_800_000_000
LATER = str(NOW + 3_000)


@pytest.mark.parametrize(
    ("status", "body", "headers", "wait"),
    [
        (429, {}, {"retry_after": "7"}, 7.0),
        (429, {}, {}, None),
        (403, {}, {"retry_after": "3"}, 3.0),
        (403, {"message": "You have exceeded a secondary rate limit"}, {}, 60.0),
        (403, {}, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "1"}, 0.0),
        (503, {"message": "busy"}, {}, None),
        (408, {}, {}, None),
    ],
)
def test_come_back_later(status: int, body: Any, headers: dict[str, str], wait: float | None) -> None:
    with pytest.raises(UnavailableError) as raised:
        _service(_answers(status, body, **headers)).call("GET", "/a")
    assert raised.value.wait == wait


@pytest.mark.parametrize(
    ("status", "body", "headers", "said"),
    [
        (403, {"message": "Not for you"}, {}, r"answered 403 \(Not for you\); ask for more\.$"),
        (429, {}, {"retry_after": "61"}, "run the job again in 61 seconds"),
        (
            403,
            {},
            {"x_ratelimit_remaining": "0", "x_ratelimit_reset": LATER},
            "again in 3,000 seconds",
        ),
        (301, {"message": "Moved"}, {"location": "https://evil.example/"}, r"301 \(Moved\)"),
        (422, {"message": "V", "errors": [{"message": "too long"}]}, {}, r"\(V; too long\)"),
        (422, ["odd"], {}, "answered 422.$"),
        (400, {"message": f"a\nb {TOKEN} " + "c" * 900}, {}, r"\(a b \[secret\] c{200,290}…\)"),
    ],
)
def test_refused(
    status: int, body: Any, headers: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: float(NOW))
    with pytest.raises(RefusedError, match=said) as raised:
        _service(_answers(status, body, **headers)).call("GET", "/a")
    assert raised.value.status == status
    assert TOKEN not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_broken_connection() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError(f"while sending {TOKEN}")

    with pytest.raises(UnavailableError, match=r"cannot be reached: while sending \[secret\]"):
        _service(broken).call("GET", "/a")


def test_another_document() -> None:
    service = _service(lambda request: httpx.Response(200, text="<html>"))
    with pytest.raises(RefusedError, match=r"is https://api\.example its API"):
        service.read(service.call("GET", "/a"), list[int])


@pytest.mark.parametrize("api", ["no address", "ftp://a", "http://[", ""])
def test_an_unusable_address(api: str) -> None:
    service = Service("GitHub", api, {}, TOKEN, {})
    with pytest.raises((RefusedError, UnavailableError)):
        service.call("GET", "/a")


def test_is_printed_without_its_token() -> None:
    assert TOKEN not in repr(_service(_answers(200)))
