"""How much this machine lets us have."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath

import psutil

from aksnetpol.machine.attempt import attempts

_CGROUPS = Path("/sys/fs/cgroup")
_NO_LIMIT = 2**60  # version 1 says "no limit" by a number near 2**63
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy")


def limits(folders: Mapping[str, Callable[[], Path]]) -> dict[str, str]:
    """Return limits by name.

    Args:
        folders: whose room is told, by what they are for.
    """
    return attempts(
        {
            "cores": _cores,
            "memory": _memory,
            "memory limit of the control group": _memory_limit,
            **{name: _room_of(find) for name, find in folders.items()},
            "open files": lambda: _limit("RLIMIT_NOFILE"),
            "processes": lambda: _limit("RLIMIT_NPROC"),
            "user namespaces": lambda: Path("/proc/sys/user/max_user_namespaces").read_text().strip(),
            "proxies set by": lambda: ", ".join(proxies(os.environ)) or "no variable",
        }
    )


def proxies(names: Iterable[str]) -> list[str]:
    """Return the names of variables that set a proxy."""
    return sorted(name for name in names if name.lower() in _PROXIES)


def temporary_folder() -> Path:
    """Where temporary files go; `tempfile` would find out by writing one."""
    named = (os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    return next((Path(folder) for folder in named if folder and Path(folder).is_dir()), Path("/tmp"))


def room(folder: Path) -> str:
    """Say what a folder's file system has free, and whether it can be written; writes nothing."""
    nearest = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    here = "" if nearest == folder else f" (not there yet; told of {nearest})"
    writable = "writable" if os.access(nearest, os.W_OK | os.X_OK) else "not writable"
    # Tools are built into the cache and run from there.
    runs = "" if _runs_programs(nearest) else ", runs no programs"
    return f"{folder}{here}: {_gib(shutil.disk_usage(nearest).free)} free, {writable}{runs}"


def memory_files(membership: str) -> list[PurePosixPath]:
    """Return where the memory limits of a process may be, below the folder of control groups.

    Args:
        membership: the text of /proc/self/cgroup.
    """
    found: list[PurePosixPath] = []
    for line in membership.splitlines():
        number, controllers, path = (*line.split(":", 2), "", "")[:3]
        if number == "0" and not controllers:
            found += _upwards("", path, "memory.max")
        elif "memory" in controllers.split(","):
            found += _upwards("memory", path, "memory.limit_in_bytes")
    return found


def _upwards(controller: str, path: str, file: str) -> list[PurePosixPath]:
    # Each group is held to the limits of those above it; in a container the path may lead nowhere.
    group = PurePosixPath("/") / path
    return [PurePosixPath(controller) / one.relative_to("/") / file for one in (group, *group.parents)]


def _cores() -> str:
    usable = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return f"{usable} usable of {os.cpu_count()}"


def _memory() -> str:
    found = psutil.virtual_memory()
    return f"{_gib(found.total)}, {_gib(found.available)} free"


def _memory_limit() -> str:
    files = memory_files(Path("/proc/self/cgroup").read_text())
    told = [(_CGROUPS / file).read_text().strip() for file in files if (_CGROUPS / file).exists()]
    bounds = [int(one) for one in told if one.isdigit() and int(one) < _NO_LIMIT]
    return _gib(min(bounds)) if bounds else "none"


def _room_of(find: Callable[[], Path]) -> Callable[[], str]:
    return lambda: room(find())


def _runs_programs(folder: Path) -> bool:
    if sys.platform == "win32":
        return True
    return not os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0)


def _limit(name: str) -> str:
    if sys.platform == "win32":
        return "none on Windows"
    import resource

    given = resource.getrlimit(getattr(resource, name))
    soft, hard = ("unlimited" if one == resource.RLIM_INFINITY else str(one) for one in given)
    return f"{soft}, at most {hard}"


def _gib(count: int) -> str:
    return f"{count / 2**30:.1f} GiB"
