"""What runs here: distributions, Python, system, encodings."""

import locale
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable
from importlib import metadata
from typing import TextIO

from aksnetpol.machine.attempt import attempts

DISTRIBUTIONS = (
    "aksnetpol",
    "pulumi",
    "pulumi-azure-native",
    "pulumi-kubernetes",
    "grpcio",
    "kubernetes",
    "httpx",
    "pydantic",
    "rich",
    "typer",
)


def versions(distributions: Iterable[str] = DISTRIBUTIONS) -> dict[str, str]:
    """Return versions and what else Python knows of where it runs, by name."""
    return attempts(
        {
            **{name: _distribution(name) for name in distributions},
            "Python": lambda: f"{platform.python_implementation()} {platform.python_version()}",
            "executable": lambda: sys.executable,
            "system": _system,
            "kernel": platform.release,
            "libc": lambda: " ".join(platform.libc_ver()).strip() or "not glibc",
            "locale": lambda: locale.setlocale(locale.LC_CTYPE),
            "encodings": _encodings,
            "time zone": lambda: time.strftime("UTC%z"),
            "user id": _user_id,
            "terminal": _terminals,
        }
    )


def _distribution(name: str) -> Callable[[], str]:
    def version() -> str:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            return "not installed"

    return version


def _user_id() -> str:
    if sys.platform == "win32":
        return "none on Windows"
    return f"{os.geteuid()} ({'root' if os.geteuid() == 0 else 'not root'})"


def _system() -> str:
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        name = ""
    return f"{sys.platform} {platform.machine()} {name}".strip()


def _encodings() -> str:
    printed = getattr(sys.stdout, "encoding", None)
    return (
        f"preferred {locale.getpreferredencoding(False)}, files {sys.getfilesystemencoding()}, "
        f"standard output {printed}"
    )


def _terminals() -> str:
    streams = {"input": sys.stdin, "output": sys.stdout, "errors": sys.stderr}
    return ", ".join(f"{name} {_terminal(stream)}" for name, stream in streams.items())


def _terminal(stream: TextIO | None) -> str:
    # A stream that the caller closed is None (Python docs, sys.stdin).
    if stream is None or stream.closed:
        return "closed"
    return "yes" if stream.isatty() else "no"
