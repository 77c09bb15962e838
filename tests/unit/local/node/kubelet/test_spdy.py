"""SPDY frames, as the specification writes them."""

from __future__ import annotations

import struct
import zlib

import pytest

from aksnetpol.local.node.kubelet.spdy import DICTIONARY, Data, Opened, Ping, Reset, SpdyConnection


def test_the_dictionary_is_the_specifications() -> None:
    # Its length and checksum are in every SPDY/3 stream's zlib header.
    assert (len(DICTIONARY), zlib.adler32(DICTIONARY)) == (1423, 0xE3C6A7C2)


class Client:
    """The other end."""

    def __init__(self) -> None:
        self.deflate = zlib.compressobj(zdict=DICTIONARY)

    def syn_stream(self, stream: int, headers: dict[str, str], flags: int = 0) -> bytes:
        text = struct.pack(">I", len(headers))
        for part in (part for pair in headers.items() for part in pair):
            text += struct.pack(">I", len(part)) + part.encode()
        block = self.deflate.compress(text) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
        payload = struct.pack(">IIH", stream, 0, 0) + block
        return struct.pack(">II", 0x80030001, flags << 24 | len(payload)) + payload


def test_two_streams_share_one_compression() -> None:
    client, server = Client(), SpdyConnection()
    first = client.syn_stream(1, {"streamtype": "error", "Port": "80"}, flags=1)
    second = client.syn_stream(3, {"streamtype": "data", "port": "80"})
    assert list(server.feed(first + second)) == [
        Opened(1, {"streamtype": "error", "port": "80"}, True),
        Opened(3, {"streamtype": "data", "port": "80"}, False),
    ]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_frames_may_come_in_pieces(size: int) -> None:
    client, server = Client(), SpdyConnection()
    whole = client.syn_stream(1, {"port": "80"}) + struct.pack(">II", 1, 1 << 24 | 5) + b"hello"
    whole += struct.pack(">III", 0x80030006, 4, 7) + struct.pack(">IIII", 0x80030003, 8, 1, 5)
    events = [event for at in range(0, len(whole), size) for event in server.feed(whole[at : at + size])]
    assert events == [Opened(1, {"port": "80"}, False), Data(1, b"hello", True), Ping(7), Reset(1)]


def test_frames_that_nobody_needs_are_skipped() -> None:
    settings = struct.pack(">III", 0x80030004, 4, 0)
    assert list(SpdyConnection().feed(settings + struct.pack(">II", 5, 0))) == [Data(5, b"", False)]


def test_answers() -> None:
    server = SpdyConnection()
    reply = server.reply(3)
    kind, length, stream = struct.unpack_from(">III", reply)
    assert (kind, length, stream) == (0x80030002, len(reply) - 8, 3)
    headers = zlib.decompressobj(zdict=DICTIONARY).decompress(reply[12:])
    assert headers == struct.pack(">I", 0)
    assert server.data(3, b"hi", fin=True) == struct.pack(">II", 3, 1 << 24 | 2) + b"hi"
    assert server.pong(9) == struct.pack(">III", 0x80030006, 4, 9)
