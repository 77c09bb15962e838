"""Commands in containers, over the WebSocket protocols v5.channel.k8s.io and v4.channel.k8s.io.

A message is a byte that names the channel, then data (Kubernetes source, k8s.io/streaming, wsstream;
KEP-4006 for v5, which can close one channel).
"""

import asyncio
import contextlib
import fcntl
import json
import os
import struct
import termios
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from enum import IntEnum

from starlette.websockets import WebSocket, WebSocketDisconnect

from aksnetpol.local.kubernetes.api import Json
from aksnetpol.local.node.containers import Container
from aksnetpol.local.node.sandbox import PATH, Space, end_inside

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
_CHUNK = 1 << 15


class Channel(IntEnum):
    """Channels of remote commands."""

    STDIN = 0
    STDOUT = 1
    STDERR = 2
    ERROR = 3
    RESIZE = 4
    CLOSE = 255


@dataclass(frozen=True)
class Command:
    """What a client asks for (Kubernetes API reference, PodExecOptions)."""

    arguments: tuple[str, ...]
    stdin: bool
    terminal: bool

    @classmethod
    def of(cls, socket: WebSocket) -> "Command":
        """Read it from a request's query, as the API server writes it."""
        query = socket.query_params
        return cls(tuple(query.getlist("command")), query.get("input") == "1", query.get("tty") == "1")


async def execute(socket: WebSocket, space: Space, container: Container) -> None:
    """Run a command in a container for a client, until it ends or the client leaves."""
    offered = socket.scope.get("subprotocols") or []
    protocol = next((one for one in PROTOCOLS if one in offered), None)
    if protocol is None:
        await socket.close(1002, f"offer one of {', '.join(PROTOCOLS)}")
        return
    await socket.accept(protocol)
    session = _Session(socket, Command.of(socket))
    await session.run(space, {"PATH": PATH, "HOME": "/root", "TERM": "xterm", **container.environment})


class _Session:
    """One command of one client."""

    def __init__(self, socket: WebSocket, command: Command) -> None:
        self._socket, self._command = socket, command
        self._terminal: int | None = None  # our end of it
        self._sending = asyncio.Lock()

    async def run(self, space: Space, environment: dict[str, str]) -> None:
        process, outputs = await self._start(space, environment)
        # As the kubelet does: tells the client that the command was started.
        await self._send(Channel.STDOUT, b"")
        reading = asyncio.ensure_future(self._read(process))
        writing = asyncio.ensure_future(self._write(process, outputs))
        try:
            done, _ = await asyncio.wait({reading, writing}, return_when=asyncio.FIRST_COMPLETED)
            if writing in done:
                await self._send(Channel.ERROR, json.dumps(exit_status(writing.result())).encode())
                await self._socket.close(1000)
        except (WebSocketDisconnect, RuntimeError):
            # The client left while something was sent to it.
            return
        finally:
            reading.cancel()
            writing.cancel()
            if process.returncode is None:
                end_inside(process.pid)
            if self._terminal is not None:
                os.close(self._terminal)

    async def _start(
        self, space: Space, environment: dict[str, str]
    ) -> tuple[Process, list[tuple[Channel, asyncio.StreamReader]]]:
        command = self._command
        arguments = space.command(command.arguments, terminal=command.terminal)
        if command.terminal:
            self._terminal, theirs = os.openpty()
            process = await asyncio.create_subprocess_exec(
                *arguments,
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                env=environment,
                start_new_session=True,
            )
            os.close(theirs)
            return process, [(Channel.STDOUT, await _reader(self._terminal))]
        process = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=PIPE if command.stdin else asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            env=environment,
            start_new_session=True,
        )
        if process.stdout is None or process.stderr is None:
            raise AssertionError("asked for pipes")
        return process, [(Channel.STDOUT, process.stdout), (Channel.STDERR, process.stderr)]

    async def _write(self, process: Process, outputs: list[tuple[Channel, asyncio.StreamReader]]) -> int:
        """Send what the command writes; returns its exit code."""
        await asyncio.gather(*(self._pump(channel, stream) for channel, stream in outputs))
        code = await process.wait()
        return code if code >= 0 else 128 - code

    async def _pump(self, channel: Channel, stream: asyncio.StreamReader) -> None:
        # A terminal whose last process ended reads as an input/output error.
        with contextlib.suppress(OSError):
            while data := await stream.read(_CHUNK):
                await self._send(channel, data)

    async def _send(self, channel: Channel, data: bytes) -> None:
        async with self._sending:
            await self._socket.send_bytes(bytes([channel]) + data)

    async def _read(self, process: Process) -> None:
        """Hand on what the client sends, until it leaves."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            data: bytes = message.get("bytes") or (message.get("text") or "").encode()
            if data:
                await self._take(process, data[0], data[1:])

    async def _take(self, process: Process, channel: int, data: bytes) -> None:
        if channel == Channel.STDIN and self._terminal is not None:
            os.write(self._terminal, data)
        elif channel == Channel.STDIN and process.stdin is not None:
            with contextlib.suppress(ConnectionError):  # the command reads no more
                process.stdin.write(data)
                await process.stdin.drain()
        elif channel == Channel.CLOSE and data[:1] == bytes([Channel.STDIN]) and process.stdin is not None:
            process.stdin.close()
        elif channel == Channel.RESIZE and self._terminal is not None:
            _resize(self._terminal, data)


async def _reader(descriptor: int) -> asyncio.StreamReader:
    """Read a terminal as a stream."""
    stream = asyncio.StreamReader()
    source = os.fdopen(os.dup(descriptor), "rb", buffering=0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), source)
    return stream


def _resize(terminal: int, data: bytes) -> None:
    size: Json = json.loads(data)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size["Height"], size["Width"], 0, 0))


def exit_status(code: int) -> Json:
    """Return how a command ended as the Status that clients expect on the error channel."""
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {},
        "status": "Failure",
        "reason": "NonZeroExitCode",
        "message": f"command terminated with non-zero exit code: exit status {code}",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }
