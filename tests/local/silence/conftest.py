"""Programs and servers that say nothing, in place of those that answer."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

MakeSilent = Callable[..., Path]


@pytest.fixture
def silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeSilent:
    """Puts programs first on PATH that answer no question; they end by no signal that can be ignored."""
    folder = tmp_path / "silent"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin:/usr/sbin:/sbin")

    def make(name: str, before: str = "") -> Path:
        """Return a program that runs a line of shell first."""
        program = folder / name
        # Not exec: what it starts in turn must be ended too.
        program.write_text(f"#!/bin/sh\n{before}\ntrap '' INT TERM\nwhile :; do sleep 1000; done\n")
        program.chmod(0o755)
        return program

    return make


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """A server whose connections are made by the kernel, and answered by nobody."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def silent_port(silent_server: socket.socket) -> int:
    """Its port."""
    return silent_server.getsockname()[1]
