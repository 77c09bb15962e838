"""The ports of a cluster: chosen once, so that kubeconfigs stay valid across restarts."""

import json
import random
import socket
from collections.abc import Iterable
from pathlib import Path

from aksnetpol.local.home import write_private

_HOST = "127.0.0.1"
# Below what kernels give to outgoing connections and to whoever asks for any port (32768 on Linux, 49152
# elsewhere): seconds pass until each port's owner listens, and nobody shall get it by chance meanwhile.
_RANGE = range(20000, 30000)
_TRIES = 100


def kept_ports(file: Path, names: Iterable[str]) -> dict[str, int]:
    """Return a free port for each name: the one of last time, unless someone else has it by now.

    Args:
        file: where they are kept, as JSON.
        names: what listens.
    """
    before: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    held: dict[str, socket.socket] = {}
    try:
        for name in names:
            held[name] = _listener(before.get(name, 0))
        ports = {name: int(one.getsockname()[1]) for name, one in held.items()}
    finally:
        for one in held.values():
            one.close()
    if ports != before:
        write_private(file, json.dumps(ports))
    return ports


def _listener(port: int) -> socket.socket:
    for candidate in (port, *random.sample(_RANGE, _TRIES)):
        if candidate:
            try:
                return socket.create_server((_HOST, candidate))
            except OSError:
                continue
    return socket.create_server((_HOST, 0))
