"""The emulator as an HTTPS server on this machine."""

import os
import socket
import threading
from collections.abc import Generator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO

import uvicorn

from aksnetpol import file_lock
from aksnetpol.local.arm import certificates
from aksnetpol.local.arm.app import App, create_app
from aksnetpol.local.arm.backend import ClusterBackend, NoClusters
from aksnetpol.local.arm.clock import Clock, RunningClock
from aksnetpol.local.arm.errors import EmulatorError, HomeInUseError, PortInUseError
from aksnetpol.local.arm.faults import Faults
from aksnetpol.local.arm.settings import Identity, Settings

_POLL = 0.1  # seconds
_START_TIMEOUT = 15.0
# A cluster that takes Azure four minutes is there after about a second.
_DEFAULT_FACTOR = 200.0


class _Server(uvicorn.Server):
    """A uvicorn server inside a thread of someone else's process: signals are not its business."""

    started_event: threading.Event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell the starting thread when connections are accepted."""
        await super().startup(sockets)
        self.started_event.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Install no signal handlers."""
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Do nothing on signals."""


class Emulator:
    """Azure Resource Manager on this machine, with state that survives restarts.

    Args:
        home: directory of state, keys and certificates; made with mode 0700 where missing.
        clusters: runs the clusters; by default none run.
        clock: the boundary to time; by default operations end 200 times faster than in Azure.
        port: port on 127.0.0.1; 0 picks a free one.
        settings: how the emulator behaves.
    """

    def __init__(
        self,
        home: Path,
        clusters: ClusterBackend | None = None,
        clock: Clock | None = None,
        port: int = 0,
        settings: Settings | None = None,
    ) -> None:
        self.home = home
        self.faults = Faults()
        self._clusters = clusters or NoClusters()
        self._clock = clock or RunningClock(_DEFAULT_FACTOR)
        self._settings = settings or Settings()
        self._port = port
        self._lock: IO[bytes] | None = None
        self._app: App | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._restarts: list[Future[None]] = []

    @property
    def port(self) -> int:
        """The port it listens on; 0 before the first start without a fixed one."""
        return self._port

    @property
    def url(self) -> str:
        """The endpoint of Resource Manager, and of the login."""
        return f"https://localhost:{self._port}"

    @property
    def ca_bundle(self) -> Path:
        """Certificates for clients to trust: the system's and the emulator's own."""
        return self.home / "ca-bundle.pem"

    @property
    def identity(self) -> Identity:
        """Tenant, subscription and credentials of its client."""
        return Identity.remembered(self.home)

    def environment(self) -> dict[str, str]:
        """Return the variables that point Azure clients at the emulator."""
        identity, bundle = self.identity, str(self.ca_bundle)
        return {
            "ARM_METADATA_HOSTNAME": f"localhost:{self._port}",
            "ARM_SUBSCRIPTION_ID": identity.subscription_id,
            "ARM_TENANT_ID": identity.tenant_id,
            "ARM_CLIENT_ID": identity.client_id,
            "ARM_CLIENT_SECRET": identity.client_secret,
            "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
            "AZURE_CORE_INSTANCE_DISCOVERY": "false",
            "REQUESTS_CA_BUNDLE": bundle,
            "CURL_CA_BUNDLE": bundle,
            "SSL_CERT_FILE": bundle,
        }

    def start(self, port: int | None = None) -> None:
        """Listen, and go on with what an earlier emulator left unfinished.

        Args:
            port: overrides the port of the constructor.

        Raises:
            PortInUseError: the port is taken.
            HomeInUseError: another emulator has this home.
            EmulatorError: the server did not come up.
        """
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = _locked(self.home)
        try:
            self._serve(_listen(self._port if port is None else port))
        except BaseException:  # an interrupt too: its thread would outlive what it reads
            self.stop()
            raise

    def _serve(self, listener: socket.socket) -> None:
        self._port = listener.getsockname()[1]
        files = certificates.ensure(self.home)
        self._app = create_app(self.home, self._clusters, self._clock, self._settings, self.faults)
        config = uvicorn.Config(
            self._app.asgi,
            ssl_certfile=str(files.server),
            ssl_keyfile=str(files.server_key),
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
            server_header=False,
        )
        self._server = _Server(config)
        self._server.started_event = threading.Event()
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="arm-emulator", daemon=True
        )
        self._thread.start()
        if not self._server.started_event.wait(_START_TIMEOUT):
            raise EmulatorError(f"The emulator did not start on port {self._port}; see its log.")
        self._restarts = self._app.resume()

    def wait_for_clusters(self, give_up: threading.Event) -> None:
        """Return when the clusters of an earlier emulator answer; what hinders one is in the log.

        Args:
            give_up: set where nobody needs them any more.
        """
        while wait(self._restarts, _POLL).not_done and not give_up.is_set():
            continue

    def stop(self) -> None:
        """Stop listening; state and unfinished operations are kept. Without a start, nothing."""
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None and self._thread.ident is not None:
            self._thread.join(_START_TIMEOUT)
        if self._app is not None:
            self._app.close()
        self._server = self._thread = self._app = None
        self._unlock()

    def __enter__(self) -> "Emulator":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
        self._lock = None


def _listen(port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off, 40 ms an answer, only where the protocol is named.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        # A restart on the same port must not wait for old connections to time out.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortInUseError(port) from error
    return listener


def _locked(home: Path) -> IO[bytes]:
    handle = (home / "emulator.lock").open("wb")
    if not file_lock.taken(handle):
        handle.close()
        raise HomeInUseError(home)
    return handle
