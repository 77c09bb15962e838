"""Whether hosts on the network can be reached, found out within seconds and for all of them at once."""

import threading
import time
import urllib.request
from collections.abc import Iterable
from http.client import HTTPException

SECONDS = 4.0


def unreachable(addresses: Iterable[str]) -> dict[str, str]:
    """Ask each address; returns why not, by address, for those that give no answer, or a refusal.

    Looking up a name has no limit of its own, so each is asked in a thread that is left behind.
    """
    reasons = dict.fromkeys(addresses, f"no answer within {SECONDS:g} s")

    def ask(address: str) -> None:
        reasons[address] = _reason(address)

    threads = [threading.Thread(target=ask, args=(one,), daemon=True) for one in reasons]
    for one in threads:
        one.start()
    end = time.monotonic() + SECONDS
    for one in threads:
        one.join(max(0.0, end - time.monotonic()))
    return {address: reason for address, reason in dict(reasons).items() if reason}


def _reason(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=SECONDS):
            return ""
    except (OSError, HTTPException, ValueError) as error:
        return str(error) or type(error).__name__
