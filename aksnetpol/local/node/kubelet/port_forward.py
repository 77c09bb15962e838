"""Connections into pods, over WebSockets: in the channel protocol, or as streams of a SPDY tunnel."""

import asyncio
import contextlib
import struct
from asyncio.subprocess import Process
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

from aksnetpol.local.node.kubelet.relay import connect
from aksnetpol.local.node.kubelet.tunnel import TUNNEL, Tunnel
from aksnetpol.local.node.sandbox import Space, end_inside

CHANNEL_PROTOCOLS = ("v4.channel.k8s.io", "portforward.k8s.io")
_CHUNK = 1 << 15


async def forward(socket: WebSocket, space: Space) -> None:
    """Serve one client until it leaves."""
    offered = socket.scope.get("subprotocols") or []
    protocol = next((one for one in (TUNNEL, *CHANNEL_PROTOCOLS) if one in offered), None)
    if protocol is None:
        await socket.close(1002, f"offer one of {TUNNEL}, {', '.join(CHANNEL_PROTOCOLS)}")
        return
    await socket.accept(protocol)
    if protocol == TUNNEL:
        await Tunnel(socket, space).run()
        return
    ports = [int(port) for text in socket.query_params.getlist("port") for port in text.split(",")]
    await _Channels(socket, space, ports).run()


@dataclass
class _Channels:
    """Two channels for each port: 2n its data, 2n + 1 its errors; each begins with the port's number."""

    socket: WebSocket
    space: Space
    ports: list[int]

    async def run(self) -> None:
        relays = [await connect(self.space, port) for port in self.ports]
        for number, port in enumerate(self.ports):
            head = struct.pack("<H", port)
            for channel in (2 * number, 2 * number + 1):
                await self.socket.send_bytes(bytes([channel]) + head)
        pumps = [asyncio.ensure_future(self._pump(number, relay)) for number, relay in enumerate(relays)]
        try:
            await self._read(relays)
        finally:
            for pump, relay in zip(pumps, relays, strict=True):
                pump.cancel()
                if relay.returncode is None:
                    end_inside(relay.pid)

    async def _pump(self, number: int, relay: Process) -> None:
        if relay.stdout is None or relay.stderr is None:
            raise AssertionError("asked for pipes")
        while data := await relay.stdout.read(_CHUNK):
            await self.socket.send_bytes(bytes([2 * number]) + data)
        if said := await relay.stderr.read():
            await self.socket.send_bytes(bytes([2 * number + 1]) + said)
        if len(self.ports) == 1:
            with contextlib.suppress(RuntimeError):
                await self.socket.close(1000)

    async def _read(self, relays: list[Process]) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                data = await self.socket.receive_bytes()
                number, error = divmod(data[0], 2)
                if number < len(relays) and not error and (stdin := relays[number].stdin) is not None:
                    with contextlib.suppress(ConnectionError):
                        stdin.write(data[1:])
                        await stdin.drain()
