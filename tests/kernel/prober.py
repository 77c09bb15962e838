"""Asks many targets at once from inside a pod's network: far cheaper than a process for each connection."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import IO

from aksnetpol.local.node.sandbox import PATH, Space

# Runs in the pod's network: a line of targets in, a line of answers out. Every connection has a source port
# of its own, so that none is taken for the continuation of an older one.
_SCRIPT = """
import errno, itertools, json, selectors, socket, struct, sys, time
ports = itertools.cycle(range(10000, 60000))
def begin(address, port, protocol):
    kind = socket.SOCK_STREAM if protocol == "TCP" else socket.SOCK_DGRAM
    made = socket.socket(socket.AF_INET, kind)
    made.setblocking(False)
    if protocol == "TCP":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    while True:
        try:
            made.bind(("0.0.0.0", next(ports)))
            break
        except OSError:
            continue
    error = made.connect_ex((address, port))
    if error not in (0, errno.EINPROGRESS):
        made.close()
        return errno.errorcode[error]
    if protocol == "UDP":
        made.send(b"hostname")
    return made
for line in sys.stdin:
    asked = json.loads(line)
    answers = ["timeout"] * len(asked["targets"])
    watched = selectors.DefaultSelector()
    for number, target in enumerate(asked["targets"]):
        wanted = selectors.EVENT_WRITE if target[2] == "TCP" else selectors.EVENT_READ
        begun = begin(*target)
        if isinstance(begun, str):
            answers[number] = begun
        else:
            watched.register(begun, wanted, number)
    ends = time.monotonic() + asked["timeout"]
    late = False
    while watched.get_map() and not late:
        left = ends - time.monotonic()
        # Looked at once more when it is late: this process may have slept, not the connection.
        late = left <= 0
        for key, _ in watched.select(max(left, 0)):
            error = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            answers[key.data] = "open" if error == 0 else errno.errorcode[error]
            watched.unregister(key.fileobj)
            key.fileobj.close()
    for key in list(watched.get_map().values()):
        watched.unregister(key.fileobj)
        key.fileobj.close()
    watched.close()
    print(json.dumps(answers), flush=True)
"""
Target = tuple[str, int, str]  # address, port, protocol


@dataclass
class Prober:
    """A process in a pod's network."""

    process: subprocess.Popen[str]
    asked: IO[str]
    answers: IO[str]

    @classmethod
    def inside(cls, space: Space) -> Prober:
        """Start one."""
        process = subprocess.Popen(
            space.network_command([sys.executable, "-I", "-S", "-c", _SCRIPT]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": PATH},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        return cls(process, process.stdin, process.stdout)

    def ask(self, targets: list[Target], timeout: float) -> None:
        """Begin to connect; `answer` waits for the outcome."""
        self.asked.write(json.dumps({"targets": targets, "timeout": timeout}) + "\n")
        self.asked.flush()

    def answer(self) -> list[str]:
        """Return "open", "timeout" or the name of an error, for each target."""
        return json.loads(self.answers.readline())

    def close(self) -> None:
        """End it."""
        self.asked.close()
        self.process.wait(30)
        self.answers.close()
