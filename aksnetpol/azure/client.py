"""The one client of Azure Resource Manager: signs in, retries, waits for long-running operations."""

import base64
import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError as AzureSdkError

from aksnetpol.azure.cloud import Cloud, credential, discover, trust
from aksnetpol.azure.errors import ArmError, CloudError, OperationError
from aksnetpol.azure.operation import Operation, ended, retry_after, started
from aksnetpol.documents import is_mapping
from aksnetpol.waiting import Wait, told

# What is tried again and when: azure-native, provider/pkg/azure/client_azcore.go.
_RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_RETRY_DELAYS = (20.0, 60.0, 120.0)
_POLL = 10.0
_TIMEOUT = 7200.0  # seconds; azure-native's limit of an operation
_EARLY = 300.0  # seconds before a token's end at which the next one is asked for
_SILENCE = 60.0  # seconds between two pieces of an answer


@dataclass(frozen=True)
class ArmResponse:
    """An answer; `body` is its JSON document, {} where it had none."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class ArmClient:
    """Calls Azure Resource Manager by path; every call returns when its operation has ended.

    Any number of threads may share one. `timeout` is in seconds and limits the operation that a call begins.
    Every call raises ArmError where Azure refuses, OperationError where the operation fails, CloudError where
    Azure cannot be reached.

    Args:
        environ: ARM_* variables and trust, as azure-native reads them; the process's own by default.
        http, token, sleep: replaced in tests.
    """

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        http: httpx.Client | None = None,
        token: TokenCredential | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._environ = os.environ if environ is None else environ
        self._http = http or _http(self._environ)
        self._credential = token
        self._sleep = sleep
        self._cloud: Cloud | None = None
        self._token: AccessToken | None = None
        self._lock = threading.Lock()

    @property
    def subscription_id(self) -> str:
        """The subscription to work in.

        Raises:
            CloudError: ARM_SUBSCRIPTION_ID is not set.
        """
        found = self._environ.get("ARM_SUBSCRIPTION_ID", "")
        if not found:
            raise CloudError("No Azure subscription is chosen. Set ARM_SUBSCRIPTION_ID.")
        return found

    def claims(self) -> dict[str, Any]:
        """What the token says of who is signed in, as JSON Web Token claims; {} for other tokens."""
        try:
            payload = self._bearer().split(".")[1]
            return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (IndexError, ValueError):
            return {}

    def get(self, path: str, api_version: str) -> ArmResponse:
        """Read; raises ArmError with status 404 where there is nothing."""
        return _response(self._send("GET", self._url(path), api_version))

    def put(
        self,
        path: str,
        api_version: str,
        body: Mapping[str, Any],
        *,
        timeout: float = _TIMEOUT,
        if_match: str | None = None,
    ) -> ArmResponse:
        """Create or update, wait, and return the resource as it then is.

        With `if_match`, an eTag, Azure refuses (409 or 412) where the resource has changed since it was read.
        """
        return self._write("PUT", path, api_version, body, timeout, if_match)

    def patch(
        self, path: str, api_version: str, body: Mapping[str, Any], *, timeout: float = _TIMEOUT
    ) -> ArmResponse:
        """Update some properties, wait, and return the resource as it then is."""
        return self._write("PATCH", path, api_version, body, timeout)

    def post(
        self,
        path: str,
        api_version: str,
        body: Mapping[str, Any] | None = None,
        *,
        timeout: float = _TIMEOUT,
    ) -> ArmResponse:
        """Call an action, and wait for it; returns the action's first answer."""
        return self._write("POST", path, api_version, body, timeout)

    def delete(self, path: str, api_version: str, *, timeout: float = _TIMEOUT) -> ArmResponse:
        """Delete, and wait; a resource that is not there counts as deleted."""
        try:
            return self._write("DELETE", path, api_version, None, timeout)
        except ArmError as error:
            if error.status != 404:
                raise
            return ArmResponse(404, {})

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _write(
        self,
        method: str,
        path: str,
        api_version: str,
        body: Mapping[str, Any] | None,
        timeout: float,
        if_match: str | None = None,
    ) -> ArmResponse:
        url = self._url(path)
        answer = self._send(method, url, api_version, body, if_match)
        operation = started(answer, method, url)
        if operation is not None:
            self._wait(operation, answer, api_version, timeout)
        return self.get(url, api_version) if method in ("PUT", "PATCH") else _response(answer)

    def _url(self, path: str) -> str:
        if path.startswith(("https://", "http://")):
            return path
        return f"{self._endpoints().resource_manager}/{path.lstrip('/')}"

    def _send(
        self,
        method: str,
        url: str,
        api_version: str,
        body: Mapping[str, Any] | None = None,
        if_match: str | None = None,
    ) -> httpx.Response:
        for delay in (*_RETRY_DELAYS, None):
            answer = self._once(method, url, api_version, body, if_match)
            if answer.is_success:
                return answer
            error = ArmError.from_body(answer.status_code, answer.text)
            retried = answer.status_code in _RETRIED or error.code == "AnotherOperationInProgress"
            if delay is None or not retried:
                raise error
            pause = retry_after(answer, delay)
            with told(f"Azure, which answers {answer.status_code} and asks to come again in {pause:.0f} s"):
                self._sleep(pause)
        raise AssertionError  # the last round raises or returns

    def _once(
        self,
        method: str,
        url: str,
        api_version: str,
        body: Mapping[str, Any] | None,
        if_match: str | None,
    ) -> httpx.Response:
        condition = {"If-Match": _quoted(if_match)} if if_match else {}
        request = self._http.build_request(
            method,
            # Some services leave the version out of the URL to poll.
            url if "api-version=" in url else httpx.URL(url).copy_merge_params({"api-version": api_version}),
            json=body,
            headers={"Authorization": f"Bearer {self._bearer()}", **condition},
        )
        try:
            with told(f"Azure Resource Manager at {request.url.host}"):
                try:
                    return self._http.send(request)
                except httpx.RemoteProtocolError:
                    if method == "POST":
                        raise
                    # The service closed a kept connection at the moment it was used again.
                    return self._http.send(request)
        except httpx.HTTPError as error:
            cloud = self._endpoints()
            hint = "" if cloud.is_public else " For local mode, run: aksnetpol local start"
            raise CloudError(
                f"Azure Resource Manager at {cloud.resource_manager} does not answer: {error}.{hint}"
            ) from error

    def _wait(self, operation: Operation, answer: httpx.Response, api_version: str, timeout: float) -> None:
        """Wait until an operation has ended.

        Raises:
            OperationError: it ended otherwise than Succeeded, or did not end in time.
        """
        url, waited, pause = self._url(operation.url), 0.0, retry_after(answer, _POLL)
        wait = Wait(f"an operation of Azure on {answer.url.path.rpartition('/')[2]}", timeout)
        while True:
            wait.tell()
            polled = self._send("GET", url, api_version)
            state = operation.state(polled)
            if ended(state):
                break
            pause = retry_after(polled, pause)
            waited += pause
            if waited > timeout:
                raise OperationError(
                    200, "OperationTimedOut", f"The operation is still {state} after {timeout:.0f} s."
                )
            self._sleep(pause)
        if state.lower() != "succeeded":
            error = OperationError.from_body(200, polled.text)
            raise error if error.message else OperationError(200, state, f"The operation ended as {state}.")

    def _endpoints(self) -> Cloud:
        with self._lock:
            if self._cloud is None:
                with told("Azure's metadata"):
                    self._cloud = discover(self._environ, self._http)
            return self._cloud

    def _bearer(self) -> str:
        cloud = self._endpoints()
        with self._lock:
            if self._credential is None:
                self._credential = credential(self._environ, cloud)
            if self._token is None or self._token.expires_on - time.time() < _EARLY:
                try:
                    with told("the sign-in to Azure"):
                        self._token = self._credential.get_token(f"{cloud.audience}/.default")
                except AzureSdkError as error:
                    raise CloudError(
                        f"Azure refused the sign-in: {error.message}. Run az login, or set ARM_CLIENT_ID, "
                        "ARM_CLIENT_SECRET and ARM_TENANT_ID."
                    ) from error
            return self._token.token


def _http(environ: Mapping[str, str]) -> httpx.Client:
    try:
        return httpx.Client(verify=trust(environ), timeout=_SILENCE)
    except (httpx.InvalidURL, ValueError) as error:
        raise CloudError(
            f"The environment's proxy cannot be used: {error}. Correct HTTPS_PROXY, ALL_PROXY or NO_PROXY."
        ) from error


def _quoted(etag: str) -> str:
    """HTTP wants quotes around an eTag, and Azure answers some with and some without."""
    return etag if etag.endswith('"') else f'"{etag}"'


def _response(answer: httpx.Response) -> ArmResponse:
    document: Any = answer.json() if answer.content else {}
    return ArmResponse(answer.status_code, document if is_mapping(document) else {}, answer.headers)
