"""A company's proxy: it is asked for Azure and for downloads, and never for what is on this machine."""

import re
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest

from .conftest import MakeMachine

pytestmark = [pytest.mark.engine, pytest.mark.control_plane]

_HERE = re.compile(r"^(?:\w+://)?(?:localhost|127\.|\[?::1|10\.|0\.0\.0\.0)")


class _Refuser(StreamRequestHandler):
    """Notes whom it is asked for, and refuses."""

    def handle(self) -> None:
        """Answer one request."""
        line = self.rfile.readline(8192).decode("latin-1")
        if len(line.split()) > 1:
            assert isinstance(self.server, Proxy)
            self.server.asked.append(line.split()[1])
        while self.rfile.readline(8192).strip():
            continue
        self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


class Proxy(ThreadingTCPServer):
    """An HTTP proxy that reaches nobody."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Refuser)
        self.asked: list[str] = []

    @property
    def variables(self) -> Mapping[str, str]:
        """As a company's shell sets them, and no exception to them."""
        url = f"http://127.0.0.1:{self.server_address[1]}"
        names = ("http_proxy", "https_proxy", "all_proxy", "grpc_proxy")
        return {spelt: url for name in names for spelt in (name, name.upper())}

    def was_asked_for(self, host: str) -> bool:
        """Whether anybody wanted to reach a host."""
        return any(host in one for one in self.asked)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


# environment: proxy
def test_nobody_asks_it_for_this_machine(machine: MakeMachine, proxy: Proxy) -> None:
    """The whole of local mode: engine, hosts, plugins, Azure, Kubernetes, pods; plain pulumi too."""
    one = machine(variables=proxy.variables)
    one.aksnetpol("up", "--local", "-s", "dev", "--json")
    one.aksnetpol("verify", "policies", "--local", "--json")
    one.aksnetpol("engine", "status", "--local", "-s", "dev", "--json")
    one.run(
        "/bin/sh",
        "-c",
        'eval "$(aksnetpol local env)" && aksnetpol local kubectl get pods -A && pulumi preview -s dev',
    )
    assert [asked for asked in proxy.asked if _HERE.match(asked)] == []


_PROGRAM = """
import httpx, pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

def ask(host):
    try:
        httpx.get(f"https://{host}/", timeout=5)
    except httpx.HTTPError:
        pass

class Asker(ResourceProvider):
    def create(self, props):
        ask("dynamic.example.org")
        return CreateResult("asked")

class Asks(Resource):
    pass

ask("program.example.org")
Asks(Asker(), "one", {})
"""
_SERVICE_PRINCIPAL = {
    "ARM_TENANT_ID": "11111111-1111-1111-1111-111111111111",
    "ARM_CLIENT_ID": "22222222-2222-2222-2222-222222222222",
    "ARM_CLIENT_SECRET": "secret-that-nobody-has",
    "ARM_SUBSCRIPTION_ID": "33333333-3333-3333-3333-333333333333",
}


def test_the_engine_and_its_plugins_ask_it_for_the_rest(
    machine: MakeMachine, proxy: Proxy, tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: asks\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    (tmp_path / "__main__.py").write_text(_PROGRAM)
    # Pulumi looks up the user's home among the system's users, whatever HOME says.
    shell = {**proxy.variables, "PULUMI_HOME": str(tmp_path / "pulumi")}
    state = {"PULUMI_BACKEND_URL": f"file://{tmp_path}", "PULUMI_CONFIG_PASSPHRASE": "secret"}
    one = machine(folder=tmp_path, variables={**shell, **state})
    one.aksnetpol("up", "-s", "dev", "--yes")
    assert proxy.was_asked_for("program.example.org")
    assert proxy.was_asked_for("dynamic.example.org")
    cloud = {"PULUMI_BACKEND_URL": "https://api.pulumi.com", "PULUMI_ACCESS_TOKEN": f"pul-{'0' * 40}"}
    machine(home="other", folder=tmp_path, variables={**shell, **cloud}).run(
        "aksnetpol", "preview", "-s", "dev", expect=1
    )
    assert proxy.was_asked_for("api.pulumi.com")
    assert [asked for asked in proxy.asked if _HERE.match(asked)] == []


def test_our_own_clients_ask_it_for_the_rest(machine: MakeMachine, proxy: Proxy) -> None:
    one = machine(variables={**proxy.variables, **_SERVICE_PRINCIPAL})
    refused = one.run("aksnetpol", "engine", "status", "-g", "shop", "-n", "aks", expect=1)
    assert "error:" in refused.stderr
    assert proxy.was_asked_for("login.microsoftonline.com")


@pytest.mark.parametrize(
    "url", ["socks5://127.0.0.1:9", "socks5h://u:p@127.0.0.1:9", "nonsense", "http://[:"]
)
def test_a_proxy_that_cannot_be_used_is_told(machine: MakeMachine, url: str) -> None:
    one = machine(variables={"ALL_PROXY": url, "HTTPS_PROXY": url, **_SERVICE_PRINCIPAL})
    refused = one.run("aksnetpol", "engine", "status", "-g", "shop", "-n", "aks", expect=1)
    assert "error: " in refused.stderr


def test_downloads_ask_it(machine: MakeMachine, proxy: Proxy, tmp_path: Path) -> None:
    nothing = {"AKSNETPOL_CACHE": str(tmp_path / "cache"), "GOFLAGS": "-modcacherw"}
    one = machine(variables={**proxy.variables, **nothing}, path="/usr/bin:/bin:/usr/local/go/bin")
    refused = one.run("aksnetpol", "tools", expect=1)
    assert "proxy" in refused.stderr.lower()
    assert proxy.was_asked_for("get.pulumi.com")
    assert proxy.was_asked_for("pypi.org") or proxy.was_asked_for("proxy.golang.org")


def test_the_proxy_is_one(proxy: Proxy) -> None:
    """Else the tests above could not fail."""
    with socket.create_connection(("127.0.0.1", int(proxy.server_address[1]))) as asking:
        asking.sendall(b"CONNECT 127.0.0.1:9 HTTP/1.1\r\n\r\n")
        assert asking.recv(100).startswith(b"HTTP/1.1 502")
    assert [asked for asked in proxy.asked if _HERE.match(asked)] == ["127.0.0.1:9"]
