"""How a command ends when it is told to: with all that it has started, within ten seconds.

A handler runs between any two steps of the main thread, so it does next to nothing: what takes a lock or
prints is done by a thread that is there beforehand, and told by a pipe.
"""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import IO

from aksnetpol import subprocesses
from aksnetpol.cli.console import note, say_error

_HARD_END = 9.5  # seconds; the programs that it runs are ended before
_WORDS = 0.5
_LAST_WORDS = 2.0
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def interruptible() -> Generator[None]:
    """End what runs inside on SIGINT, SIGTERM and SIGHUP; what a shell has us ignore stays ignored."""
    subprocesses.begin()
    heard, told = os.pipe()
    said = threading.Event()

    def interrupt(signum: int, frame: FrameType | None) -> None:
        # A second one ends what runs at once, and never what takes away what was made.
        first, starting = not subprocesses.ending(), subprocesses.end_soon()
        os.write(told, b"!")
        if first and not starting:
            raise KeyboardInterrupt

    ours = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {one: handler for one in ours if (handler := signal.getsignal(one)) is not signal.SIG_IGN}
    threading.Thread(target=_end, args=(heard, said), daemon=True).start()
    try:
        for number in before:
            signal.signal(number, interrupt)
        yield
    finally:
        if subprocesses.ending():  # all this stays until the interpreter is gone
            said.wait(_LAST_WORDS)
        else:
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(told)


def _end(heard: int, said: threading.Event) -> None:
    """End everything at the first signal, and at once at the second; at last ourselves.

    Args:
        heard: has a byte for each signal.
        said: set when we have said so.
    """
    with os.fdopen(heard, "rb", buffering=0) as signals:
        if not signals.read(1):
            return
        ends = time.monotonic() + _HARD_END
        runs = subprocesses.interrupt_all()
        _say(lambda: _first_word(runs=runs))
        said.set()
        while (left := ends - time.monotonic()) > 0:
            if _another(signals, left):
                subprocesses.kill_all()
    _say(lambda: say_error(f"Something did not end in order: {_threads()}. What it had made may be left."))
    os._exit(130)


def _another(signals: IO[bytes], seconds: float) -> bool:
    """Whether one more signal comes in time."""
    if sys.platform == "win32":  # nothing tells whether a pipe has something, so the time is waited out
        time.sleep(seconds)
        return False
    return bool(select.select([signals], [], [], seconds)[0] and signals.read(1))


def _first_word(*, runs: bool) -> None:
    if runs:
        note("Interrupted: ending what runs. Once more to end it at once.")
    else:
        say_error("Interrupted.")


def _say(words: Callable[[], None]) -> None:
    """Say something, unless standard error is a pipe that is full: that would hold us for ever."""
    saying = threading.Thread(target=words, daemon=True)
    saying.start()
    saying.join(_WORDS)


def _threads() -> str:
    """Name what still runs in this process."""
    ours = threading.current_thread(), threading.main_thread()
    return ", ".join(sorted({one.name for one in threading.enumerate() if one not in ours})) or "the command"
