"""Faults on request: throttling, refusals, lost answers, operations that fail.

They exist for tests of clients: `POST /_emulator/faults` with the fields of `Fault` as JSON, `GET` lists
what is left of them, `DELETE` forgets them; `Emulator.faults` is the same in process.
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from aksnetpol.local.arm.errors import ArmFaultError
from aksnetpol.local.arm.http import Answer, Call, Route

Kind = Literal["status", "drop", "operation"]


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and when.

    Args:
        kind: "status" refuses the request; "drop" breaks the connection in the middle of the answer,
            after the request took effect; "operation" lets the operation that the request begins end
            Failed, with the resource's provisioningState Failed.
        method: HTTP method it is about; empty for all.
        path: regular expression searched in the path, without case.
        skip: matching requests to let pass first.
        times: matching requests to spoil after those.
        status: HTTP status of a refusal.
        code: Azure's error code.
        message: Azure's text.
        retry_after: seconds for the Retry-After header of a refusal; None sends none.
        bare: the refusal comes without the `error` wrapper, as from the AKS resource provider.
    """

    kind: Kind = "status"
    method: str = ""
    path: str = ""
    skip: int = 0
    times: int = 1
    status: int = 500
    code: str = "InternalServerError"
    message: str = "The server encountered an internal error. Please retry the request."
    retry_after: int | None = None
    bare: bool = False

    def refusal(self) -> ArmFaultError:
        """Return the refusal of a "status" fault."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return ArmFaultError(self.status, self.code, self.message, bare=self.bare, headers=headers)

    def matches(self, method: str, path: str) -> bool:
        """Tell whether a request is one that this fault is about."""
        if self.method and self.method.upper() != method:
            return False
        return re.search(self.path, path, re.IGNORECASE) is not None


class Faults:
    """The faults still to come; safe for use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault; of several that match a request the oldest speaks."""
        re.compile(fault.path)
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    def left(self) -> list[Fault]:
        """Return the faults that have not used up their times."""
        with self._lock:
            return list(self._faults)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that spoils this request, and count it."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if not fault.matches(method, path):
                    continue
                if fault.skip:
                    self._faults[index] = replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times > 1:
                    self._faults[index] = replace(fault, times=fault.times - 1)
                else:
                    del self._faults[index]
                return fault
        return None


def routes(faults: Faults) -> list[Route]:
    """Return the admin routes."""

    def add(call: Call) -> Answer:
        fault = _parse(call.document())
        faults.add(fault)
        return Answer(201, asdict(fault))

    def left(_: Call) -> Answer:
        return Answer(200, {"value": [asdict(fault) for fault in faults.left()]})

    def clear(_: Call) -> Answer:
        faults.clear()
        return Answer(204)

    path = "/_emulator/faults"
    return [Route("POST", path, add), Route("GET", path, left), Route("DELETE", path, clear)]


def _parse(document: Mapping[str, Any]) -> Fault:
    known = Fault.__dataclass_fields__
    for name, value in document.items():
        default = known[name].default if name in known else None
        right_type = isinstance(value, int) if name == "retry_after" else isinstance(value, type(default))
        if name not in known or not right_type:
            names = ", ".join(known)
            raise ArmFaultError(
                400, "InvalidFault", f"'{name}' is no field of a fault, or has the wrong type: {names}"
            )
    fault = Fault(**document)
    if fault.kind not in ("status", "drop", "operation"):
        raise ArmFaultError(400, "InvalidFault", f"kind '{fault.kind}' is none of status, drop, operation")
    return fault
