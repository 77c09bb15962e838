"""SPDY/3.1 frames, as kubectl's port-forward sends them inside a WebSocket (KEP-4006). No input or output.

Source: draft-mbelshe-httpbis-spdy-00, sections 2.2 (framing) and 2.6 (control frames).
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

# Section 2.6.10.1: the words that headers are compressed with, each after its length; then a text.
_WORDS = (
    "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges "
    "age allow authorization cache-control connection content-base content-encoding content-language "
    "content-length content-location content-md5 content-range content-type date etag expect expires from "
    "host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location "
    "max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer "
    "transfer-encoding upgrade user-agent vary via warning www-authenticate method get status 200_OK version "
    "HTTP/1.1 url public set-cookie keep-alive origin"
)
_TEXT = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized"
    "403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable"
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
    "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,"
    "text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)
DICTIONARY = (
    b"".join(struct.pack(">I", len(word)) + word.replace("_", " ").encode() for word in _WORDS.split())
    + _TEXT.encode()
)
_VERSION = 3
_CONTROL = 0x80000000
_FIN = 0x01
_HEAD = 8  # bytes


class FrameType(IntEnum):
    """Control frames that are understood; others are skipped."""

    SYN_STREAM = 1
    SYN_REPLY = 2
    RST_STREAM = 3
    PING = 6
    GOAWAY = 7


@dataclass(frozen=True)
class Opened:
    """The other side opened a stream."""

    stream: int
    headers: Mapping[str, str]
    fin: bool


@dataclass(frozen=True)
class Data:
    """Bytes on a stream; `fin`: the other side sends no more on it."""

    stream: int
    data: bytes
    fin: bool


@dataclass(frozen=True)
class Reset:
    """The other side gave a stream up."""

    stream: int


@dataclass(frozen=True)
class Ping:
    """The other side wants an answer."""

    number: int


Event = Opened | Data | Reset | Ping


@dataclass
class SpdyConnection:
    """The server's end of one connection: turns bytes into events, and answers into bytes."""

    _buffer: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self._inflate = zlib.decompressobj(zdict=DICTIONARY)
        self._deflate = zlib.compressobj(zdict=DICTIONARY)

    def feed(self, data: bytes) -> Iterator[Event]:
        """Take bytes, yield what they say.

        Raises:
            zlib.error, struct.error: they are not SPDY.
        """
        self._buffer += data
        while len(self._buffer) >= _HEAD:
            word, rest = struct.unpack_from(">II", self._buffer)
            flags, length = rest >> 24, rest & 0xFFFFFF
            if len(self._buffer) < _HEAD + length:
                return
            payload = bytes(self._buffer[_HEAD : _HEAD + length])
            del self._buffer[: _HEAD + length]
            if not word & _CONTROL:
                yield Data(word, payload, bool(flags & _FIN))
                continue
            event = self._control(word & 0xFFFF, flags, payload)
            if event is not None:
                yield event

    def _control(self, kind: int, flags: int, payload: bytes) -> Event | None:
        if kind == FrameType.SYN_STREAM:
            (stream,) = struct.unpack_from(">I", payload)
            return Opened(stream, self._headers(payload[10:]), bool(flags & _FIN))
        if kind == FrameType.RST_STREAM:
            return Reset(struct.unpack_from(">I", payload)[0])
        if kind == FrameType.PING:
            return Ping(struct.unpack_from(">I", payload)[0])
        return None

    def _headers(self, block: bytes) -> dict[str, str]:
        text = self._inflate.decompress(block)
        (count,), at = struct.unpack_from(">I", text), 4
        parts: list[str] = []
        for _ in range(2 * count):
            (length,) = struct.unpack_from(">I", text, at)
            parts.append(text[at + 4 : at + 4 + length].decode())
            at += 4 + length
        return {name.lower(): value for name, value in zip(parts[::2], parts[1::2], strict=True)}

    def reply(self, stream: int) -> bytes:
        """Return the frame that accepts a stream."""
        block = self._deflate.compress(struct.pack(">I", 0)) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        return _control(FrameType.SYN_REPLY, struct.pack(">I", stream) + block)

    def data(self, stream: int, data: bytes, *, fin: bool = False) -> bytes:
        """Return the frame that carries bytes; `fin`: the last of ours on the stream."""
        return struct.pack(">II", stream, (_FIN if fin else 0) << 24 | len(data)) + data

    def pong(self, number: int) -> bytes:
        """Return the answer to a ping."""
        return _control(FrameType.PING, struct.pack(">I", number))


def _control(kind: FrameType, payload: bytes) -> bytes:
    return struct.pack(">II", _CONTROL | _VERSION << 16 | kind, len(payload)) + payload
