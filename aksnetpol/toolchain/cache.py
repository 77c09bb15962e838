"""The cache of tools: one folder per module and version, a checksum beside each executable, one lock each."""

import hashlib
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from aksnetpol import file_lock
from aksnetpol.folders import chosen
from aksnetpol.toolchain.tools import Module, Tool
from aksnetpol.waiting import Wait, until

_LOCK_SECONDS = 5400.0  # longer than one build may take


def root() -> Path:
    """The cache's folder: AKSNETPOL_CACHE, else the user's cache directory."""
    return chosen("AKSNETPOL_CACHE", lambda: platformdirs.user_cache_path("aksnetpol"))


def folder(module: Module) -> Path:
    """Where a module's executables live."""
    return root() / "tools" / key(module)


def scratch(module: Module) -> Path:
    """Where a module is built, on the same file system as the cache; to be used under its lock only."""
    return root() / "build" / key(module)


def find(tool: Tool) -> Path | None:
    """The cached executable, when it still is what was put there; else None."""
    path = folder(tool.module) / tool.name
    recorded = _checksum_file(path)
    try:
        intact = recorded.read_text().strip() == _sha256(path)
    except OSError:
        return None
    return path if intact else None


def put(tool: Tool, built: Path) -> Path:
    """Move a new executable into the cache: whole and with its checksum, or not at all.

    Args:
        built: the executable, on the cache's file system.
    """
    target = folder(tool.module) / tool.name
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
    path = root() / "locks" / subject
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        if not file_lock.taken(file):
            waiting()
            wait = Wait("another process that makes the same tool", _LOCK_SECONDS, f"{path}, which it holds")
            until(lambda: file_lock.taken(file), wait)
        yield


@contextmanager
def empty_scratch(module: Module) -> Generator[Path]:
    """An empty folder to build in; what a killed build left there is removed first."""
    path = scratch(module)
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def key(module: Module) -> str:
    """A module and version as a file name."""
    return f"{module.path.replace('/', '-')}-{module.version}"


def _checksum_file(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
