"""A connection to a port of a pod, made from inside its network."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process

from aksnetpol.local.node.sandbox import PATH, Space

# Runs in the pod's network: standard input to the port, the port to standard output.
_RELAY = """
import os, socket, sys, threading
port = int(sys.argv[1])
try:
    peer = socket.create_connection(("127.0.0.1", port), 10)
except OSError as error:
    sys.exit(f"failed to connect to localhost:{port} in the pod: {error}")
peer.settimeout(None)
def send():
    while data := os.read(0, 32768):
        peer.sendall(data)
    peer.shutdown(socket.SHUT_WR)
threading.Thread(target=send, daemon=True).start()
while data := peer.recv(32768):
    os.write(1, data)
"""


async def connect(space: Space, port: int) -> Process:
    """Start a relay to a port of a pod: its standard streams are the connection."""
    command = space.network_command([sys.executable, "-I", "-S", "-c", _RELAY, str(port)])
    return await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env={"PATH": PATH}, start_new_session=True
    )
