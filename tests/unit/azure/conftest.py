"""A scripted Azure Resource Manager behind httpx's mock transport."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from azure.core.credentials import AccessToken

from aksnetpol.azure import ArmClient

Answer = httpx.Response | Exception


@dataclass
class Arm:
    """Answers requests in the given order, and keeps them."""

    answers: list[Answer]
    requests: list[httpx.Request] = field(default_factory=list[httpx.Request])
    slept: list[float] = field(default_factory=list[float])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def called(self) -> list[str]:
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.requests]


class Credential:
    """Counts the tokens it gives."""

    def __init__(self, lifetime: float = 3600) -> None:
        self.scopes: list[str] = []
        self._lifetime = lifetime

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.scopes.extend(scopes)
        return AccessToken(f"token-{len(self.scopes)}", int(time.time() + self._lifetime))


MakeArm = Callable[..., tuple[Arm, ArmClient]]


@pytest.fixture
def make_arm() -> MakeArm:
    """Makes a scripted service and a client of it; the client's pauses are kept, not slept."""

    def make(*answers: Answer, credential: Credential | None = None) -> tuple[Arm, ArmClient]:
        arm = Arm(list(answers))
        http = httpx.Client(transport=httpx.MockTransport(arm))
        client = ArmClient({}, http=http, token=credential or Credential(), sleep=arm.slept.append)
        return arm, client

    return make
