"""How a command ends when it is told to: with all that it has started, within ten seconds."""

import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from aksnetpol import subprocesses
from aksnetpol.cli.console import note, say_error

_HARD_END = 9.5  # seconds; the programs that it runs are ended before
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def interruptible() -> Generator[None]:
    """End what runs inside on SIGINT, SIGTERM and SIGHUP; what a shell has us ignore stays ignored."""
    subprocesses.begin()
    over = threading.Event()

    def interrupt(signum: int, frame: FrameType | None) -> None:
        if subprocesses.ending():
            subprocesses.kill_all()
        else:
            if subprocesses.interrupt_all():
                note("Interrupted: ending what runs. Once more to end it at once.")
            else:
                say_error("Interrupted.")
            threading.Thread(target=_end_hard, args=(over,), daemon=True).start()
        raise KeyboardInterrupt

    ours = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {one: signal.getsignal(one) for one in ours}
    try:
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, interrupt)
        yield
    finally:
        if not subprocesses.ending():  # else until the interpreter is gone, which waits for its threads
            over.set()
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_hard(over: threading.Event) -> None:
    """End although something does not: a thread that waits for an answer, a library's own lock."""
    if not over.wait(_HARD_END):
        say_error("Interrupted; something did not end in order.")
        os._exit(130)
