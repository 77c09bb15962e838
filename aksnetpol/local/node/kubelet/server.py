"""The kubelet's HTTPS server: lets the cluster's API server in, and nobody else."""

import asyncio
import logging
import ssl
import threading
import time
from pathlib import Path
from typing import cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from aksnetpol.local.kubernetes.certificates import AUTHORITY, KUBELET_CLIENT
from aksnetpol.local.node.errors import NodeError
from aksnetpol.local.node.kubelet.app import FindPod, create_app

_log = logging.getLogger(__name__)
_HOST = "127.0.0.1"
_START_WITHIN = 10.0
_LARGEST_MESSAGE = 64 * 2**20


class _ApiServerOnly(H11Protocol):
    """HTTP/1.1 for one client: certificates of the cluster's authority are not enough."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Close the connections of others."""
        certificate = cast(ssl.SSLObject, transport.get_extra_info("ssl_object")).getpeercert() or {}
        names = [
            value
            for part in certificate.get("subject", ())
            for _, value in cast("list[tuple[str, str]]", part)
        ]
        super().connection_made(transport)
        if KUBELET_CLIENT not in names:
            _log.warning("refused %s: only the API server may ask the kubelet", names)
            transport.close()


class KubeletServer:
    """The endpoints of one cluster's nodes, in a thread.

    Args:
        pki: the cluster's certificates.
        port: where the API server looks for them.
        find: finds a pod that runs here.
    """

    def __init__(self, pki: Path, port: int, find: FindPod) -> None:
        config = uvicorn.Config(
            create_app(find),
            host=_HOST,
            port=port,
            http=_ApiServerOnly,
            ws="wsproto",
            ws_max_size=_LARGEST_MESSAGE,
            lifespan="off",
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,
            ssl_certfile=pki / "kubelet.crt",
            ssl_keyfile=pki / "kubelet.key",
            ssl_ca_certs=str(pki / f"{AUTHORITY}.crt"),
            ssl_cert_reqs=ssl.CERT_REQUIRED,
        )
        self._port = port
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name=f"kubelet {port}", daemon=True)

    def start(self) -> None:
        """Listen.

        Raises:
            NodeError: the port is taken.
        """
        self._thread.start()
        ends = time.monotonic() + _START_WITHIN
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > ends:
                raise NodeError(
                    f"The kubelet cannot listen on {_HOST}:{self._port}: something else may. "
                    "Try again: aksnetpol local stop, then start"
                )
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop listening, and break off what is open."""
        self._server.should_exit = self._server.force_exit = True
        if self._thread.is_alive():
            self._thread.join()
