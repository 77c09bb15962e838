"""One REST API over HTTP: what it refuses and when to come back, in words without its token."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from aksnetpol.documents import entries, is_mapping
from aksnetpol.post.errors import RefusedError, UnavailableError
from aksnetpol.waiting import told

PAGE = 100  # comments; the most that GitHub and GitLab give at once
MOST_PAGES = 1_000
_LONGEST_WAIT = 60.0  # seconds; a job that waits longer costs more than it brings
_SAID = 300  # characters of the service's own message
_TRANSIENT = frozenset({408, 500, 502, 503, 504})
_TIMEOUT = httpx.Timeout(30.0)

Shape = TypeVar("Shape")


class Read(BaseModel):
    """A part of an answer; the rest of it does not matter."""

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class Service:
    """A REST API.

    Args:
        name: such as "GitHub".
        api: its root, without a slash at the end.
        headers: of every request, the token's too.
        token: taken out of what is said.
        advice: what to do about a status.
    """

    name: str
    api: str
    headers: Mapping[str, str] = field(repr=False)
    token: str = field(repr=False)
    advice: Mapping[int, str]
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=_TIMEOUT), repr=False)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """Return the answer to one request; redirects are not followed, for they would take the token along.

        Args:
            path: below `api`.

        Raises:
            RefusedError: asking again would not help.
            UnavailableError: it would.
        """
        try:
            with told(f"{self.name} at {self.http.build_request(method, self.api).url.host}"):
                answer = self.http.request(method, self.api + path, json=body, headers=self.headers)
        except httpx.HTTPError as error:
            raise UnavailableError(f"{self.name} cannot be reached: {self._clean(str(error))}.") from None
        except (httpx.InvalidURL, ValueError):
            raise RefusedError(0, f"{self.name}'s API has no usable address: {self.api}.") from None
        if self._limits_rate(answer):
            raise self._later(answer)
        if answer.status_code in _TRANSIENT:
            raise UnavailableError(f"{self.name} answered {answer.status_code}{self._said(answer)}.")
        if answer.status_code not in (200, 201, 204):
            raise self._refused(answer)
        return answer

    def read(self, answer: httpx.Response, shape: type[Shape]) -> Shape:
        """Return an answer's document.

        Raises:
            RefusedError: it is another one.
        """
        try:
            return TypeAdapter(shape).validate_json(answer.content)
        except ValidationError:
            said = f"{self.name} answered {answer.status_code} with something else than its API documents"
            raise RefusedError(answer.status_code, f"{said}: is {self.api} its API?") from None

    def _limits_rate(self, answer: httpx.Response) -> bool:
        """GitHub answers 403 too (REST API docs, rate limits: primary and secondary)."""
        if answer.status_code == 403:
            spent = answer.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in answer.headers
            return spent or "rate limit" in answer.text[:2_000].lower()
        return answer.status_code == 429

    def _later(self, answer: httpx.Response) -> UnavailableError | RefusedError:
        wait = _wait(answer)
        said = f"{self.name} answered {answer.status_code}: too many requests"
        if wait is not None and wait > _LONGEST_WAIT:
            return RefusedError(answer.status_code, f"{said}; run the job again in {wait:,.0f} seconds.")
        return UnavailableError(f"{said}; run the job again later.", wait)

    def _refused(self, answer: httpx.Response) -> RefusedError:
        advice = self.advice.get(answer.status_code, "")
        hint = f"; {advice}" if advice else ""
        said = f"{self.name} answered {answer.status_code}{self._said(answer)}{hint}."
        return RefusedError(answer.status_code, said)

    def _said(self, answer: httpx.Response) -> str:
        try:
            body: Any = answer.json()
        except ValueError:
            return ""
        if not is_mapping(body):
            return ""
        found: list[Any] = [body.get("message") or body.get("error")]
        found += [one.get("message") for one in entries(body.get("errors")) if is_mapping(one)]
        text = self._clean("; ".join(str(one) for one in found if one))
        return f" ({text})" if text else ""

    def _clean(self, text: str) -> str:
        flat = " ".join(text.replace(self.token, "[secret]").split()).rstrip(".")
        return flat if len(flat) <= _SAID else f"{flat[:_SAID]}…"


def _wait(answer: httpx.Response) -> float | None:
    after = answer.headers.get("retry-after", "")
    if after.isascii() and after.replace(".", "", 1).isdigit():
        return float(after)
    if answer.headers.get("x-ratelimit-remaining") == "0":
        reset = answer.headers.get("x-ratelimit-reset", "")
        return max(0.0, float(reset) - time.time()) if reset.isascii() and reset.isdigit() else None
    # GitHub REST API docs, rate limits: a secondary limit without a header asks for a minute.
    return 60.0 if "secondary rate limit" in answer.text[:2_000].lower() else None
