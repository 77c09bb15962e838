"""The background process of local mode: emulator, stand-in plugins and control planes in one."""

import logging
import os
import secrets
import signal
import threading
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path

from aksnetpol import toolchain
from aksnetpol.local.arm import Emulator
from aksnetpol.local.clusters import ControlPlanes
from aksnetpol.local.home import write_private
from aksnetpol.local.node.enforcement import means
from aksnetpol.local.processes import end_leftovers, started
from aksnetpol.local.providers import ProviderServers
from aksnetpol.local.supervisor import enforcement, session

_LOG_BYTES, _LOG_FILES = 2_000_000, 3


def _tools() -> Mapping[str, Path]:
    return toolchain.ensure_all(toolchain.CONTROL_PLANE)


def run(home: Path, port: int) -> None:
    """Serve until SIGTERM.

    Args:
        home: the session's folder.
        port: of Azure Resource Manager; 0 keeps the last one, or picks a free one.

    Raises:
        AksnetpolError: something did not start.
    """
    _log_to(home / "logs")
    end_leftovers(home)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signum, _frame: stop.set())
    found = means()
    enforcement.write(home, found)
    clusters = ControlPlanes(home, _tools, found)
    emulator = Emulator(home / "arm", clusters, port=port)
    emulator.start()
    providers = ProviderServers(emulator.environment())
    try:
        ports = providers.start()
        environment = _environment(home, emulator.environment(), ports)
        emulator.wait_for_clusters(stop)
        if not stop.is_set():
            session.write(home, session.Session(os.getpid(), started(os.getpid()), environment))
        stop.wait()
    finally:
        session.forget(home)
        providers.stop()
        emulator.stop()
        clusters.pause()


def _environment(home: Path, arm: Mapping[str, str], ports: Mapping[str, int]) -> dict[str, str]:
    state, passphrase = home / "state", home / "passphrase"
    state.mkdir(exist_ok=True, mode=0o700)
    if not passphrase.exists():
        write_private(passphrase, secrets.token_urlsafe(30))
    return {
        **arm,
        "PULUMI_DEBUG_PROVIDERS": ",".join(f"{name}:{port}" for name, port in ports.items()),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(passphrase),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "KUBECONFIG": str(home / "kubeconfig"),
    }


def _log_to(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = RotatingFileHandler(folder / "session.log", maxBytes=_LOG_BYTES, backupCount=_LOG_FILES)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # Requests carry tokens in places that differ by library; their lines are of no use here.
    for name in ("httpx", "httpcore", "azure", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
