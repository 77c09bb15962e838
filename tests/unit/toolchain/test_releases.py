"""Official downloads, from a server on this machine that has them, or has them wrong."""

import hashlib
import io
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server

import pytest

from aksnetpol.toolchain import Phase, Step, reach, releases, tool
from aksnetpol.toolchain.found import find
from aksnetpol.toolchain.releases import install, release_of

_LINUX = ("linux", "amd64")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="servers are published for Linux")


@dataclass
class Site:
    """What a server answers, by path; the length that it promises, where that is another one."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    promised: dict[str, int] = field(default_factory=dict[str, int])

    def publish(self, name: str, content: bytes) -> None:
        """Put a tool there as it is published."""
        found = release_of(tool(name), *_LINUX)
        assert found
        path, sums = (one.removeprefix(self.url) for one in (found.url, found.sums))
        if found.member:
            content = _archive(found.member, content)
        digest = hashlib.sha256(content).hexdigest()
        self.files[path] = content
        line = f"{'0' * 64}  other.zip\n{digest}  {path.rsplit('/', 1)[-1]}\n" if found.member else digest
        self.files[sums] = line.encode()


def _archive(member: str, content: bytes) -> bytes:
    buffer, about = io.BytesIO(), tarfile.TarInfo(member)
    about.size = len(content)
    with tarfile.open(fileobj=buffer, mode="w:gz") as files:
        files.addfile(about, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    served = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = served.files.get(self.path)
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Length", str(served.promised.get(self.path, len(content or b""))))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # as it is declared
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served.url = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(releases, "_KUBERNETES", f"{served.url}/kubernetes")
        monkeypatch.setattr(releases, "_ETCD", f"{served.url}/etcd")
        monkeypatch.setattr(releases.platform, "machine", lambda: "x86_64")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield served
        server.shutdown()


def _install(*names: str) -> list[Step]:
    steps: list[Step] = []
    install([tool(name) for name in names], steps.append)
    return steps


def _refused(steps: list[Step]) -> list[str]:
    return [step.subject for step in steps if step.phase is Phase.REFUSED]


def test_what_is_published_is_taken(site: Site, cache_root: Path) -> None:
    for name in ("etcd", "kube-apiserver", "kubectl"):
        site.publish(name, f"#!/bin/sh\necho {name}\n".encode())
    assert _refused(_install("etcd", "kube-apiserver", "kubectl", "agnhost", "pulumi")) == []
    for name in ("etcd", "kube-apiserver", "kubectl"):
        path = find(tool(name))
        assert path is not None
        assert subprocess.run([path], capture_output=True, text=True, check=True).stdout == f"{name}\n"
    assert find(tool("agnhost")) is None
    assert list((cache_root / "build").iterdir()) == []


_PATH = "/kubernetes/v1.36.3/bin/linux/amd64/kube-apiserver"


@pytest.mark.parametrize(
    ("files", "promised", "reason"),
    [
        pytest.param({_PATH: b"forged"}, {}, "not what its published checksum says", id="wrong-checksum"),
        pytest.param({_PATH: b"serv"}, {_PATH: 600}, "not what its published", id="truncated"),
        pytest.param({_PATH: None}, {}, "404", id="not-there"),
        pytest.param({f"{_PATH}.sha256": b""}, {}, "no checksum of kube-apiserver", id="no-checksum"),
    ],
)
def test_what_is_not_as_published_is_built_and_that_is_told(
    site: Site, cache_root: Path, files: dict[str, bytes | None], promised: dict[str, int], reason: str
) -> None:
    site.publish("kube-apiserver", b"server" * 100)
    site.publish("kubectl", b"client")
    site.files = {path: text for path, text in (site.files | files).items() if text is not None}
    site.promised = promised
    (told,) = _refused(_install("kube-apiserver", "kubectl"))
    assert told.startswith("kube-apiserver v1.36.3: ")
    assert reason in told
    assert find(tool("kube-apiserver")) is None
    assert list((cache_root / "build").iterdir()) == []
    assert {path.name for path in (cache_root / "tools").glob("*/*")} == {"kubectl", "kubectl.sha256"}


def test_a_host_that_refuses_is_told_once_and_others_are_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.publish("etcd", b"etcd")
    monkeypatch.setattr(releases, "_KUBERNETES", "http://127.0.0.1:9")
    (told,) = _refused(_install("kube-apiserver", "kube-scheduler", "etcd"))
    assert told.startswith("kube-apiserver, kube-scheduler: 127.0.0.1:9: ")
    assert find(tool("etcd")) is not None


def test_a_host_that_says_nothing_is_waited_for_for_seconds(
    monkeypatch: pytest.MonkeyPatch, on_path: object
) -> None:
    monkeypatch.setattr(reach, "SECONDS", 0.3)
    with create_server(("127.0.0.1", 0)) as silent:
        for name in ("_KUBERNETES", "_ETCD"):
            monkeypatch.setattr(releases, name, f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        (told,) = _refused(_install("kube-apiserver", "etcd"))
    assert time.monotonic() - began < 3
    assert told.startswith("kube-apiserver, etcd: 127.0.0.1:")


@pytest.mark.parametrize(
    ("name", "system", "end"),
    [
        pytest.param("kubectl", "windows", "/v1.36.3/bin/windows/arm64/kubectl.exe", id="client-on-windows"),
        pytest.param("kubectl", "darwin", "/v1.36.3/bin/darwin/arm64/kubectl", id="client-on-macos"),
        pytest.param("kube-apiserver", "darwin", None, id="no-server-on-macos"),
        pytest.param("etcd", "linux", "/v3.6.8/etcd-v3.6.8-linux-arm64.tar.gz", id="etcd"),
        pytest.param("etcd", "darwin", None, id="no-tar-of-etcd-on-macos"),
        pytest.param("agnhost", "linux", None, id="only-in-an-image"),
        pytest.param("pulumi", "linux", None, id="has-an-installer"),
    ],
)
def test_where_a_tool_is_published(name: str, system: str, end: str | None) -> None:
    found = release_of(tool(name), system, "arm64")
    assert (found and found.url.endswith(end or "-")) is (True if end else None)
