"""The real Azure CLI, signed in to an emulator."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aksnetpol.azure import ArmClient
from aksnetpol.local.arm import Emulator
from aksnetpol.toolchain import cache

VERSION = "2.91.0"
_ABSENT = (
    f"no Azure CLI: put az on PATH, or set AKSNETPOL_INSTALL_AZ=1 to install azure-cli {VERSION} "
    "into the cache (a minute, 0.7 GB)"
)


def _installed() -> Path | None:
    """The Azure CLI on PATH, else the cache's own; installed there when that is asked for."""
    found = shutil.which("az")
    if found:
        return Path(found)
    folder = cache.root() / f"azure-cli-{VERSION}"
    az = folder / "bin" / "az"
    with cache.locked("azure-cli", lambda: None):
        if not az.exists() and os.environ.get("AKSNETPOL_INSTALL_AZ"):
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            pip = [folder / "bin" / "pip", "install", "--quiet", f"azure-cli=={VERSION}"]
            if subprocess.run(pip, check=False).returncode:
                shutil.rmtree(folder)
    return az if az.exists() else None


@dataclass(frozen=True)
class Az:
    """The Azure CLI with a configuration of its own.

    Args:
        environ: what it, and our own client, run with.
    """

    environ: dict[str, str]

    def run(self, command: str) -> Any:
        """Run a command line as a shell does; its JSON answer."""
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout


@pytest.fixture(scope="module")
def az(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Az]:
    """The Azure CLI, signed in with a service principal, and a resource group."""
    found = _installed()
    if found is None:
        pytest.skip(_ABSENT)
    folder = tmp_path_factory.mktemp("az")
    emulator = Emulator(folder / "emulator")
    emulator.start()
    try:
        own = {
            "AZURE_CONFIG_DIR": str(folder / "config"),
            "AZURE_CORE_COLLECT_TELEMETRY": "no",
            "HOME": str(folder),
            "PATH": f"{found.parent}{os.pathsep}{os.environ['PATH']}",
        }
        made = Az({**os.environ, **emulator.environment(), **own})
        made.run(f"az cloud register -n emulator --endpoint-resource-manager {emulator.url}")
        made.run("az cloud set -n emulator")
        who = '-u "$ARM_CLIENT_ID" -p "$ARM_CLIENT_SECRET" --tenant "$ARM_TENANT_ID"'
        made.run(f"az login --service-principal {who}")
        made.run("az group create -n 'my shop' -l westeurope")
        yield made
    finally:
        emulator.stop()


@pytest.fixture
def arm(az: Az) -> Iterator[ArmClient]:
    """Our own client of the same emulator."""
    client = ArmClient(az.environ)
    yield client
    client.close()
