"""A small server that answers as an API server does, and a kubeconfig that leads to it."""

import json
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

Answer = tuple[int, Any]  # status and body: text, or what becomes JSON


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    authorization: str
    media: str
    body: Any


@dataclass
class ApiServer:
    """It answers by method and path; else 404."""

    answers: Mapping[str, Answer]
    asked: list[Asked] = field(default_factory=list[Asked])
    url: str = ""

    def kubeconfig(self, folder: Path) -> Path:
        """Write a kubeconfig with a token."""
        return written(folder, self.url)


@contextmanager
def serving(answers: Mapping[str, Answer]) -> Generator[ApiServer]:
    """Serve for as long as the block runs."""
    found = ApiServer(answers)

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            headers = self.headers
            found.asked.append(
                Asked(
                    self.command,
                    self.path,
                    headers.get("Authorization", ""),
                    headers.get("Content-Type", ""),
                    body,
                )
            )
            status, what = found.answers.get(f"{self.command} {self.path}", (404, {"kind": "Status"}))
            said = (what if isinstance(what, str) else json.dumps(what)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815  the base class looks for them

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def written(folder: Path, url: str) -> Path:
    """Write a kubeconfig for a server."""
    file = folder / "config"
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": url}}],
        "users": [{"name": "u", "user": {"token": "secret"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    file.write_text(yaml.safe_dump(config))
    return file
