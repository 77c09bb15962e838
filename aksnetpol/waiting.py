"""Waits that end: each says after a few seconds what it waits for, and at its limit where to look.

What is said goes to this module's logger: the command line shows it, the local session keeps it.
"""

import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from aksnetpol.errors import AksnetpolError

log = logging.getLogger(__name__)

_FIRST_WORD = 5.0  # seconds of silence before the first word
_PAUSE = 0.05
_Found = TypeVar("_Found")


class WaitingError(AksnetpolError):
    """What was waited for did not come in time."""


@dataclass
class Wait:
    """One wait: for what, how long at most, and where to look when it was in vain.

    Args:
        what: in words that go after "waiting for".
        seconds: at most, since the start or the last `heard`.
        logs: where what hangs writes; empty where it writes nothing.
        remedy: a sentence on what to do; empty where the log is all there is.
        details: asked for more, such as which process hangs, when something is said and it is not busy.
        busy_seconds: the limit while it works on something that has a limit of its own.
    """

    what: str
    seconds: float
    logs: str = ""
    remedy: str = ""
    details: Callable[[], str] | None = None
    busy_seconds: float = 24 * 3600.0
    _began: float = field(default_factory=time.monotonic)
    _heard: float = field(default_factory=time.monotonic)
    _word: float = field(default_factory=lambda: _FIRST_WORD)
    _busy: str = ""

    def heard(self, busy: str = "") -> None:
        """Something came: limits count from now on.

        Args:
            busy: what it works on that has a limit of its own, such as "working on a cluster".
        """
        self._heard, self._word, self._busy = time.monotonic(), _FIRST_WORD, busy

    @property
    def expired(self) -> bool:
        """Whether nothing came in time."""
        return self._silence > self._limit

    @property
    def error(self) -> WaitingError:
        """What to raise at the end."""
        where = f" Look into {self.logs}." if self.logs else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return WaitingError(
            f"Gave up waiting for {self.what}{self._more()} after {self._limit:.0f} s.{where}{remedy}"
        )

    def tell(self) -> None:
        """Say what is waited for when that is due: after 5 s of silence, 30 s, 1, 2, 4 minutes and so on."""
        if self._silence < self._word:
            return
        self._word = 30.0 if self._word < 30 else self._word * 2
        spent = time.monotonic() - self._began
        # Where nobody can read it any more, the wait ends all the same; rich exits on a broken pipe.
        with suppress(Exception, SystemExit):
            log.warning("waiting for %s%s: %.0f s so far", self.what, self._more(), spent)

    def check(self) -> None:
        """Do what is due now.

        Raises:
            WaitingError: nothing came in time.
        """
        if self.expired:
            raise self.error
        self.tell()

    @property
    def _limit(self) -> float:
        return self.busy_seconds if self._busy else self.seconds

    @property
    def _silence(self) -> float:
        return time.monotonic() - self._heard

    def _more(self) -> str:
        more = self._busy or (self.details() if self.details else "")
        return f" ({more})" if more else ""


def until(ready: Callable[[], _Found | None], wait: Wait, pause: float = _PAUSE) -> _Found:
    """Ask again and again; returns the first answer that is not None or False.

    Args:
        pause: seconds between two questions.

    Raises:
        WaitingError: there was none in time.
    """
    while not (found := ready()):
        wait.check()
        time.sleep(pause)
    return found


@contextmanager
def watched(wait: Wait, stop: Callable[[], object]) -> Generator[Wait]:
    """Look after a call that blocks, from a thread of its own.

    Args:
        stop: makes the call return; called once the wait has expired.

    Raises:
        WaitingError: in place of whatever the stopped call returns or raises.
    """
    done = threading.Event()
    expired: list[WaitingError] = []

    def look() -> None:
        while not done.wait(min(1.0, max(_PAUSE, wait.seconds / 10))):
            if wait.expired:
                expired.append(wait.error)  # before what hangs, and is named, is gone
                stop()
                return
            wait.tell()

    threading.Thread(target=look, name=f"waits for {wait.what}", daemon=True).start()
    try:
        yield wait
    except Exception:
        if not expired:
            raise
    finally:
        done.set()
    if expired:
        raise expired[0]


@contextmanager
def told(what: str) -> Generator[None]:
    """Say what is waited for while a call blocks that has a limit of its own."""
    with watched(Wait(what, float("inf")), lambda: None):
        yield
