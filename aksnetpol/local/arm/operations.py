"""Long-running operations: they end by the clock, whether anyone polls or not."""

import json
import uuid
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from aksnetpol.local.arm.clock import Clock, timestamp
from aksnetpol.local.arm.store import Json, Resource, Store, key_of

IN_PROGRESS = "InProgress"
SUCCEEDED = "Succeeded"
FAILED = "Failed"
CANCELED = "Canceled"


@dataclass(frozen=True)
class Operation:
    """One operation, as it is stored.

    Args:
        id: GUID.
        name: what it does, as conflict messages show it ("Creating", "Updating" ...).
        root: key of the resource whose other operations must wait.
        provider: ARM namespace under which its status is served.
        location: Azure region.
        subscription: subscription id.
        started: ARM timestamp.
        due: the earliest instant at which it can end.
        touched: keys of the resources whose provisioningState it moves.
        removes: whether it ends with the removal of its root.
        final: provisioningState of what it touches when it has succeeded.
        work: name of the work to do on the machine; empty for none.
        worked: whether that work is done.
        status: InProgress, Succeeded, Failed or Canceled.
        ended: ARM timestamp, empty while running.
        error: code and message of a failure; while running, of the failure to come.
    """

    id: str
    name: str
    root: str
    provider: str
    location: str
    subscription: str
    started: str
    due: str
    touched: tuple[str, ...]
    removes: bool = False
    final: str = SUCCEEDED
    work: str = ""
    worked: bool = True
    status: str = IN_PROGRESS
    ended: str = ""
    error: tuple[str, str] | None = None

    def document(self) -> Json:
        """Return the status body that clients poll."""
        body: Json = {"name": self.id, "status": self.status, "startTime": self.started}
        if self.status == IN_PROGRESS:
            return body
        body["endTime"] = self.ended
        if self.error is not None:
            body["error"] = {"code": self.error[0], "message": self.error[1]}
        return body


@dataclass(frozen=True)
class Plan:
    """What a service wants to happen over time; see `Operation` for the shared fields.

    Args:
        seconds: how long it takes in Azure.
        state: provisioningState of the touched resources meanwhile.
        beside: resources that are Updating meanwhile, for they contain what is touched.
    """

    name: str
    state: str
    root: str
    provider: str
    location: str
    subscription: str
    seconds: float
    touched: tuple[str, ...]
    beside: tuple[str, ...] = ()
    removes: bool = False
    final: str = SUCCEEDED
    work: str = ""


class Operations:
    """All operations of the emulator.

    Args:
        store: where they and the resources are kept.
        clock: tells when they end.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._doom: tuple[str, str] | None = None

    @contextmanager
    def doomed(self, error: tuple[str, str] | None) -> Generator[None]:
        """Let every operation begun inside fail with this error; call it inside a transaction."""
        self._doom = error
        try:
            yield
        finally:
            self._doom = None

    def begin(self, plan: Plan) -> Operation:
        """Start an operation and move what it touches into its state."""
        operation = Operation(
            id=str(uuid.uuid4()),
            name=plan.name,
            root=key_of(plan.root),
            provider=plan.provider,
            location=plan.location,
            subscription=plan.subscription,
            started=timestamp(self._clock.now()),
            due=timestamp(self._clock.after(plan.seconds)),
            touched=tuple(key_of(item) for item in (*plan.touched, *plan.beside)),
            removes=plan.removes,
            final=plan.final,
            work=plan.work,
            worked=not plan.work,
            error=self._doom,
        )
        with self._store.transaction():
            self._write(operation)
            self._move((key_of(item) for item in plan.touched), plan.state)
            self._move((key_of(item) for item in plan.beside), "Updating")
        return operation

    def get(self, operation_id: str) -> Operation | None:
        """Return an operation by its GUID."""
        found = self._select("WHERE id = ?", operation_id.lower())
        return found[0] if found else None

    def running(self, scope: str) -> list[Operation]:
        """Return the unfinished operations on a resource or on anything below it, oldest first."""
        key = key_of(scope)
        return self._select(
            "WHERE status = ? AND (root = ? OR (root >= ? AND root < ?)) ORDER BY due",
            IN_PROGRESS,
            key,
            f"{key}/",
            f"{key}0",
        )

    def unworked(self) -> list[Operation]:
        """Return the operations whose work on the machine has not been done, oldest first."""
        rows = self._select("WHERE status = ? ORDER BY due", IN_PROGRESS)
        return [operation for operation in rows if not operation.worked]

    def worked(self, operation_id: str, failure: tuple[str, str] | None = None) -> None:
        """Note that the work of an operation is done, or has failed with a code and a message."""
        with self._store.transaction():
            operation = self.get(operation_id)
            if operation is not None and operation.status == IN_PROGRESS:
                self._write(replace(operation, worked=True, error=failure or operation.error))
        self.settle()

    def cancel(self, operation: Operation, error: tuple[str, str] | None = None) -> None:
        """End an operation before its time; what it touched becomes Canceled."""
        with self._store.transaction():
            self._end(replace(operation, error=error), CANCELED)

    def settle(self) -> None:
        """End every operation whose time has come and whose work is done."""
        now = timestamp(self._clock.now())
        # Most requests find nothing due: look before taking a write transaction.
        if not self._due(now):
            return
        with self._store.transaction():
            for operation in self._due(now):
                self._end(operation, FAILED if operation.error else SUCCEEDED)

    def _due(self, now: str) -> list[Operation]:
        rows = self._select("WHERE status = ? AND due <= ? ORDER BY due", IN_PROGRESS, now)
        return [operation for operation in rows if operation.worked]

    def _end(self, operation: Operation, status: str) -> None:
        if status == SUCCEEDED and operation.removes:
            self._store.delete(operation.root)
        self._move(operation.touched, operation.final if status == SUCCEEDED else status)
        self._write(replace(operation, status=status, ended=timestamp(self._clock.now())))

    def _move(self, keys: Iterable[str], state: str) -> None:
        for key in keys:
            resource = self._store.get(key)
            if resource is not None:
                self._store.put(with_state(resource, state))

    def _write(self, operation: Operation) -> None:
        self._store.connection.execute(
            "INSERT OR REPLACE INTO operations VALUES (?, ?, ?, ?, ?)",
            (operation.id, operation.root, operation.status, operation.due, json.dumps(asdict(operation))),
        )

    def _select(self, where: str, *values: str) -> list[Operation]:
        # The clauses are the literals above; values are always bound.
        found = self._store.rows(f"SELECT document FROM operations {where}", *values)
        return [_operation(json.loads(row[0])) for row in found]


def with_state(resource: Resource, state: str) -> Resource:
    """Return the resource with another provisioningState."""
    properties = {**resource.properties, "provisioningState": state}
    return replace(resource, body={**resource.body, "properties": properties})


def _operation(document: dict[str, Any]) -> Operation:
    error = document["error"]
    fields: dict[str, Any] = {**document, "touched": tuple(document["touched"])}
    fields["error"] = (error[0], error[1]) if error else None
    return Operation(**fields)
