"""A kubeconfig leads to a cluster's objects: here to a small server that answers as an API server does."""

import json
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from aksnetpol.policy import Protocol, analyze, load_objects
from aksnetpol.policy.errors import SourceError
from aksnetpol.policy.load.live import Api, connect, objects

_ANSWERS: dict[str, tuple[int, dict[str, Any]]] = {
    "/api/v1/pods?limit=500": (
        200,
        {"metadata": {"continue": "a+b"}, "items": [{"metadata": {"name": "one"}}]},
    ),
    "/api/v1/pods?limit=500&continue=a+b": (200, {"items": [{"metadata": {"name": "two"}}]}),
    "/api/v1/nodes?limit=500": (403, {"kind": "Status", "message": "no"}),
}


@contextmanager
def _server() -> Generator[tuple[str, list[str]]]:
    """An API server's address, and the Authorization headers that it was sent."""
    sent: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent.append(self.headers.get("Authorization", ""))
            status, body = _ANSWERS.get(self.path, (404, {"kind": "Status"}))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", sent
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _kubeconfig(folder: Path, server: str) -> Path:
    file = folder / "config"
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {"token": "secret"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    file.write_text(yaml.safe_dump(config))
    return file


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[Api, list[str]]]:
    with _server() as (address, sent):
        yield connect(str(_kubeconfig(tmp_path, address))), sent


def test_objects_come_page_by_page_with_the_users_token(cluster: tuple[Api, list[str]]) -> None:
    api, sent = cluster
    kinds = (("v1", "pods", "Pod"), ("apps/v1", "deployments", "Deployment"))
    assert list(objects(api, kinds)) == [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "two"}},
    ]
    assert sent == ["Bearer secret"] * 3


def test_a_kubeconfig_may_be_its_document(tmp_path: Path) -> None:
    with _server() as (address, _):
        api = connect(yaml.safe_load(_kubeconfig(tmp_path, address).read_text()))
        assert len(list(objects(api, (("v1", "pods", "Pod"),)))) == 2
        with pytest.raises(SourceError, match=r"the cluster: /api/v1/nodes.*: 403"):
            api.get("/api/v1/nodes?limit=500")


def test_what_is_forbidden_is_said(cluster: tuple[Api, list[str]]) -> None:
    with pytest.raises(SourceError, match=r"/api/v1/nodes.*: 403"):
        cluster[0].get("/api/v1/nodes?limit=500")


def test_a_cluster_that_is_not_there(tmp_path: Path) -> None:
    with _server() as (address, _):
        api = connect(str(_kubeconfig(tmp_path, address)))
    with pytest.raises(SourceError, match="can't be reached"):
        api.get("/api/v1/pods?limit=500")


@dataclass(frozen=True)
class Stored:
    """A cluster that has one object of a few kinds, by the path that lists them."""

    items: dict[str, dict[str, Any]]

    def get(self, path: str) -> dict[str, Any] | None:
        item = self.items.get(path.partition("?")[0])
        return item and {"items": [item]}


_CALICO = "/apis/crd.projectcalico.org/v1"
_BAD = {
    "metadata": {"name": "bad", "namespace": "demo", "labels": {"role": "bad"}},
    "spec": {"nets": ["8.8.8.8"]},
}


# A policy in a namespace sees the sets of that namespace; a global one sees global ones too.
@pytest.mark.parametrize("scope", ["", "global"])
def test_addresses_that_calico_policies_name_by_the_labels_of_a_set(scope: str) -> None:
    deny = {
        "selector": "all()",
        "types": ["Egress"],
        "egress": [{"action": "Deny", "destination": {"selector": "role == 'bad'"}}, {"action": "Allow"}],
    }
    pod = {"metadata": {"name": "web", "namespace": "demo"}, "spec": {}, "status": {"podIP": "10.0.0.1"}}
    stored = Stored(
        {
            "/api/v1/namespaces": {"metadata": {"name": "demo"}},
            "/api/v1/pods": pod,
            f"{_CALICO}/{scope}networkpolicies": {
                "metadata": {"name": "deny", "namespace": "demo"},
                "spec": deny,
            },
            f"{_CALICO}/{scope}networksets": _BAD,
        }
    )
    reach = analyze(load_objects(objects(stored)).complete(), "calico")
    assert not reach.can("demo/web", "8.8.8.8", 443, Protocol.TCP).allowed
    assert reach.can("demo/web", "8.8.4.4", 443, Protocol.TCP).allowed
