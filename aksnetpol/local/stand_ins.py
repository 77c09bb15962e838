"""Azure's and the providers' stand-ins in this process: a preview from nothing needs no cluster."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from aksnetpol.local.arm import Emulator
from aksnetpol.local.providers import ProviderServers


@contextmanager
def stand_ins(home: Path) -> Generator[Mapping[str, str]]:
    """Run them for as long as they are needed; what an engine's environment leads to them by.

    Args:
        home: a folder for the emulator's state.
    """
    with Emulator(home / "arm") as emulator:
        providers = ProviderServers(emulator.environment())
        try:
            ports = providers.start()
            attached = ",".join(f"{name}:{port}" for name, port in ports.items())
            yield {**emulator.environment(), "PULUMI_DEBUG_PROVIDERS": attached}
        finally:
            providers.stop()
