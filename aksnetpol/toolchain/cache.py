"""The cache of tools: a folder for each version, a checksum beside each executable; where they are made."""

import hashlib
import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from aksnetpol import file_lock
from aksnetpol.folders import chosen
from aksnetpol.toolchain.tools import Tool
from aksnetpol.waiting import Wait, until

_LOCK_SECONDS = 5400.0  # longer than one build may take


def root() -> Path:
    """The cache's folder: AKSNETPOL_CACHE, else the user's cache directory."""
    return chosen("AKSNETPOL_CACHE", lambda: platformdirs.user_cache_path("aksnetpol"))


def path(tool: Tool) -> Path:
    """Where a tool lives."""
    return root() / "tools" / tool.folder / tool.name


def sources() -> Path:
    """Where Go keeps the sources and objects of what is being built; left by a failed build for the next."""
    return root() / "build" / "go"


def find(tool: Tool) -> Path | None:
    """The cached executable, when it still is what was put there; else None."""
    target = path(tool)
    try:
        intact = _checksum_file(target).read_text().strip() == _sha256(target)
    except OSError:
        return None
    return target if intact else None


def put(tool: Tool, built: Path) -> Path:
    """Move a new executable into the cache: whole and with its checksum, or not at all.

    Args:
        built: the executable, on the cache's file system.
    """
    target = path(tool)
    target.parent.mkdir(parents=True, exist_ok=True)
    built.chmod(0o755)
    sum_file = built.with_name(built.name + ".sha256")
    sum_file.write_text(_sha256(built) + "\n")
    built.replace(target)
    # Killed between the two, the pair disagrees and the tool is built again.
    sum_file.replace(_checksum_file(target))
    return target


@contextmanager
def locked(subject: str, waiting: Callable[[], None]) -> Generator[None]:
    """Hold a lock; it falls with its process, so that a killed build blocks nobody.

    Args:
        subject: what is locked, a name that can be a file's.
        waiting: called when another process holds the lock.

    Raises:
        WaitingError: it holds it too long.
    """
    held = root() / "locks" / subject
    held.parent.mkdir(parents=True, exist_ok=True)
    with held.open("w") as file:
        if not file_lock.taken(file):
            waiting()
            wait = Wait("another process that makes the same tool", _LOCK_SECONDS, f"{held}, which it holds")
            until(lambda: file_lock.taken(file), wait)
        yield


@contextmanager
def scratch(name: str) -> Generator[Path]:
    """An empty folder to build in, on the cache's file system; to be used under a lock only.

    What a killed build left there is removed first.
    """
    folder = root() / "build" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _checksum_file(target: Path) -> Path:
    return target.with_name(target.name + ".sha256")


# One executable may have many names.
_sums: dict[tuple[int, int, int, int], str] = {}


def _sha256(target: Path) -> str:
    with target.open("rb") as file:
        about = os.fstat(file.fileno())
        key = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)
        if key not in _sums:
            _sums[key] = hashlib.file_digest(file, "sha256").hexdigest()
        return _sums[key]
