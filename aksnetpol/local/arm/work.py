"""The work that operations do on the machine, in threads, picked up again after a restart."""

import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from aksnetpol.local.arm.operations import Operation, Operations

Performer = Callable[[Operation], None]

_log = logging.getLogger(__name__)


class Workers:
    """Performs the work of operations and notes how it ended.

    Args:
        operations: where work is found and its end is noted.
    """

    def __init__(self, operations: Operations) -> None:
        self._operations = operations
        self._performers: dict[str, Performer] = {}
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="arm-work")

    def register(self, name: str, performer: Performer) -> None:
        """Say how the work of this name is done."""
        self._performers[name] = performer

    def submit(self, operation: Operation) -> None:
        """Do the operation's work soon; without work, nothing."""
        if operation.work:
            self._threads.submit(self._perform, operation)

    def background(self, job: Callable[[], None]) -> Future[None]:
        """Do a job that belongs to no operation; its failure is logged."""
        return self._threads.submit(self._attempt, job)

    def resume(self) -> None:
        """Do what was unfinished when the last emulator with this state ended."""
        for operation in self._operations.unworked():
            self.submit(operation)

    def close(self) -> None:
        """Start no more work; what runs goes on and is done again by the next `resume`."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _perform(self, operation: Operation) -> None:
        failure: tuple[str, str] | None = None
        # Reading waits for the request that began the operation to commit, or finds none.
        if self._operations.get(operation.id) is None:
            return
        try:
            self._performers[operation.work](operation)
        except Exception as error:  # noqa: BLE001  the backend may raise anything; the operation carries it
            _log.warning("%s failed: %s", operation.work, error)
            failure = ("EmuClusterBackendFailed", f"{type(error).__name__}: {error}")
        try:
            self._operations.worked(operation.id, failure)
        except sqlite3.ProgrammingError:
            _log.info("the emulator stopped during %s; it goes on at the next start", operation.work)

    def _attempt(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001  the backend may raise anything; nobody waits for it
            _log.warning("background job failed: %s", error)
