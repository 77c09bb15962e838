"""Real namespaces and packets: only where this machine allows them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aksnetpol import toolchain
from aksnetpol.local.node.enforcement import Enforcement, means

from .lab import Lab


@pytest.fixture(scope="session", autouse=True)
def kernel() -> None:
    found = means()
    if found.enforcement is not Enforcement.KERNEL:
        pytest.skip(f"no packets here: {found.remark}")


@pytest.fixture(scope="session")
def agnhost(kernel: None) -> Path:
    found = toolchain.plan(["agnhost"]).found
    if not found:
        pytest.skip("no agnhost: `./run aksnetpol tools` gets it")
    return found["agnhost"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: keys, data and logs."""
    with tempfile.TemporaryDirectory(prefix="aksnetpol-") as place:
        yield Path(place)


@pytest.fixture(scope="session")
def lab(agnhost: Path) -> Iterator[Lab]:
    """A real cluster under Calico with two nodes; each module has namespaces of its own in it."""
    home = Path(tempfile.mkdtemp(prefix="aksnetpol-"))
    made = Lab.start(home)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(home, ignore_errors=True)
