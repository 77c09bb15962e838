"""kubectl's port-forward: a SPDY connection inside a WebSocket, two streams for each connection to a port.

Source: Kubernetes, pkg/kubelet's streaming server, portforward/httpstream.go: an error stream and a data
stream share a request id; the port is a header of both.
"""

import asyncio
import contextlib
import logging
import struct
import zlib
from asyncio.subprocess import Process

from starlette.websockets import WebSocket, WebSocketDisconnect

from aksnetpol.local.node.kubelet.relay import connect
from aksnetpol.local.node.kubelet.spdy import Data, Event, Opened, Ping, Reset, SpdyConnection
from aksnetpol.local.node.sandbox import Space, end_inside

_log = logging.getLogger(__name__)
TUNNEL = "SPDY/3.1+portforward.k8s.io"
_CHUNK = 1 << 15


class Tunnel:
    """One client's tunnel."""

    def __init__(self, socket: WebSocket, space: Space) -> None:
        self._socket, self._space = socket, space
        self._spdy = SpdyConnection()
        self._errors: dict[str, int] = {}  # error stream by request id, until its data stream comes
        self._relays: dict[int, Process] = {}  # by data stream
        self._pumps: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until the client leaves."""
        try:
            while True:
                for event in self._spdy.feed(await self._socket.receive_bytes()):
                    await self._take(event)
        except (WebSocketDisconnect, RuntimeError):
            return
        except (zlib.error, struct.error) as error:
            _log.warning("port-forward: the client does not speak SPDY/3.1: %s", error)
            await self._socket.close(1002)
        finally:
            for pump in self._pumps:
                pump.cancel()
            for relay in self._relays.values():
                _end(relay)

    async def _take(self, event: Event) -> None:
        match event:
            case Opened():
                await self._open(event)
            case Data():
                relay = self._relays.get(event.stream)
                if relay is not None and relay.stdin is not None:
                    with contextlib.suppress(ConnectionError):  # the pod reads no more
                        relay.stdin.write(event.data)
                        await relay.stdin.drain()
                        if event.fin:
                            relay.stdin.close()
            case Reset():
                relay = self._relays.pop(event.stream, None)
                if relay is not None:
                    _end(relay)
            case Ping():
                await self._socket.send_bytes(self._spdy.pong(event.number))

    async def _open(self, event: Opened) -> None:
        await self._socket.send_bytes(self._spdy.reply(event.stream))
        request, port = event.headers.get("requestid", ""), int(event.headers.get("port", 0))
        if event.headers.get("streamtype") == "error":
            self._errors[request] = event.stream
            return
        relay = await connect(self._space, port)
        self._relays[event.stream] = relay
        pump = asyncio.ensure_future(self._pump(event.stream, self._errors.pop(request, 0), relay))
        self._pumps.add(pump)
        pump.add_done_callback(self._pumps.discard)

    async def _pump(self, stream: int, errors: int, relay: Process) -> None:
        if relay.stdout is None or relay.stderr is None:
            raise AssertionError("asked for pipes")
        with contextlib.suppress(RuntimeError):  # the client left
            while data := await relay.stdout.read(_CHUNK):
                await self._socket.send_bytes(self._spdy.data(stream, data))
            said = (await relay.stderr.read()).strip()
            if errors:
                await self._socket.send_bytes(self._spdy.data(errors, said, fin=True))
            await self._socket.send_bytes(self._spdy.data(stream, b"", fin=True))
        self._relays.pop(stream, None)


def _end(relay: Process) -> None:
    if relay.returncode is None:
        end_inside(relay.pid)
