"""The one client of Azure Resource Manager: signs in, retries, waits for long-running operations."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import ClientAuthenticationError

from aksnetpol.azure.cloud import Cloud, credential, discover, trust
from aksnetpol.azure.errors import ArmError, CloudError

_RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_RETRY_DELAYS = (20.0, 60.0, 120.0)  # azure-native, provider/pkg/azure/client_azcore.go
_POLL = 10.0
_FINISHED = frozenset({"succeeded", "failed", "canceled"})
_EARLY = 300.0  # seconds before a token's end at which the next one is asked for


@dataclass(frozen=True)
class ArmResponse:
    """An answer; `body` is its JSON document, {} where it had none."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class ArmClient:
    """Calls Azure Resource Manager by path; every call returns when its operation has ended.

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
        self._http = http or httpx.Client(verify=trust(self._environ), timeout=60)
        self._credential = token
        self._sleep = sleep
        self._cloud: Cloud | None = None
        self._token: AccessToken | None = None

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

    def get(self, path: str, api_version: str) -> ArmResponse:
        """Read; raises ArmError with status 404 where there is nothing."""
        return self._call("GET", path, api_version)

    def put(self, path: str, api_version: str, body: Mapping[str, Any]) -> ArmResponse:
        """Create or update, wait, and return the resource as it then is."""
        return self._call("PUT", path, api_version, body)

    def patch(self, path: str, api_version: str, body: Mapping[str, Any]) -> ArmResponse:
        """Update some properties, wait, and return the resource as it then is."""
        return self._call("PATCH", path, api_version, body)

    def post(self, path: str, api_version: str, body: Mapping[str, Any] | None = None) -> ArmResponse:
        """Call an action, and wait for it."""
        return self._call("POST", path, api_version, body)

    def delete(self, path: str, api_version: str) -> ArmResponse:
        """Delete, and wait; a resource that is not there counts as deleted."""
        try:
            return self._call("DELETE", path, api_version)
        except ArmError as error:
            if error.status != 404:
                raise
            return ArmResponse(404, {})

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _call(
        self, method: str, path: str, api_version: str, body: Mapping[str, Any] | None = None
    ) -> ArmResponse:
        base = self._endpoints().resource_manager
        url = path if path.startswith("https://") else f"{base}/{path.lstrip('/')}"
        answer = self._send(method, url, api_version, body)
        if method == "GET":
            return _response(answer)
        self._wait(answer, url, api_version, method)
        return self.get(url, api_version) if method in ("PUT", "PATCH") else _response(answer)

    def _send(
        self, method: str, url: str, api_version: str | None, body: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        for delay in (*_RETRY_DELAYS, None):
            answer = self._once(method, url, api_version, body)
            if answer.is_success:
                return answer
            error = ArmError.from_body(answer.status_code, answer.text)
            retried = answer.status_code in _RETRIED or error.code == "AnotherOperationInProgress"
            if delay is None or not retried:
                raise error
            self._sleep(_retry_after(answer, delay))
        raise AssertionError  # the last round raises or returns

    def _once(
        self, method: str, url: str, api_version: str | None, body: Mapping[str, Any] | None
    ) -> httpx.Response:
        try:
            return self._http.request(
                method,
                url,
                params={"api-version": api_version} if api_version else None,
                json=body,
                headers={"Authorization": f"Bearer {self._bearer()}"},
            )
        except httpx.HTTPError as error:
            host = self._endpoints().resource_manager
            raise CloudError(
                f"Azure Resource Manager at {host} does not answer: {error}. "
                "For local mode, run: aksnetpol local start"
            ) from error

    def _wait(self, answer: httpx.Response, url: str, api_version: str, method: str) -> None:
        """Wait until the operation that an answer began has ended.

        Raises:
            ArmError: it ended otherwise than Succeeded.
        """
        operation = answer.headers.get("Azure-AsyncOperation")
        location = answer.headers.get("Location")
        if operation:
            states = self._states(operation, answer, ("status",))
        elif location and answer.status_code == 202:
            states = self._located(location, answer)
        elif method in ("PUT", "PATCH"):
            states = self._states(url, answer, ("properties", "provisioningState"), api_version)
        else:
            return
        for state, body in states:
            if state.lower() in _FINISHED - {"succeeded"}:
                error = ArmError.from_body(200, body.text)
                raise error if error.message else ArmError(200, state, f"The operation ended as {state}.")

    def _states(
        self, url: str, answer: httpx.Response, path: tuple[str, ...], api_version: str | None = None
    ) -> Iterator[tuple[str, httpx.Response]]:
        while True:
            polled = self._send("GET", url, api_version)
            state: Any = polled.json()
            for key in path:
                state = state.get(key, {}) if isinstance(state, dict) else {}
            text = state if isinstance(state, str) else "Succeeded"
            yield text, polled
            if text.lower() in _FINISHED:
                return
            self._sleep(_retry_after(polled, _retry_after(answer, _POLL)))

    def _located(self, url: str, answer: httpx.Response) -> Iterator[tuple[str, httpx.Response]]:
        polled = answer
        while polled.status_code == 202:
            self._sleep(_retry_after(polled, _POLL))
            polled = self._send("GET", url, None)
            yield "InProgress", polled

    def _endpoints(self) -> Cloud:
        if self._cloud is None:
            self._cloud = discover(self._environ, self._http)
        return self._cloud

    def _bearer(self) -> str:
        cloud = self._endpoints()
        if self._credential is None:
            self._credential = credential(self._environ, cloud)
        if self._token is None or self._token.expires_on - time.time() < _EARLY:
            try:
                self._token = self._credential.get_token(f"{cloud.audience}/.default")
            except ClientAuthenticationError as error:
                raise CloudError(
                    f"Azure refused the sign-in: {error.message}. Run az login, or set ARM_CLIENT_ID, "
                    "ARM_CLIENT_SECRET and ARM_TENANT_ID."
                ) from error
        return self._token.token


def _retry_after(answer: httpx.Response, default: float) -> float:
    for header, unit in (("x-ms-retry-after-ms", 1000.0), ("retry-after-ms", 1000.0), ("Retry-After", 1.0)):
        value = answer.headers.get(header, "")
        if value.replace(".", "", 1).isdigit():
            return float(value) / unit
    return default


def _response(answer: httpx.Response) -> ArmResponse:
    document: Any = answer.json() if answer.content else {}
    return ArmResponse(answer.status_code, document if isinstance(document, dict) else {}, answer.headers)
