"""What can't run here: on macOS everything imports, and local mode's folders have a space in their path.

The modules are imported by a Python that takes itself for one on macOS, without what only Linux has, and, but
for local mode's, by one that takes itself for Windows'. Uses of Linux's own inside functions are found by
pyright, which `./run lint` also runs as for both.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

_LIBRARIES = (
    "asyncio cryptography grpc httpx jinja2 kubernetes kubernetes.stream multiprocessing psutil pulumi "
    "pulumi.automation pydantic rich starlette subprocess typer uvicorn"
)
# What Python has on Linux and macOS only.
_POSIX = "crypt fcntl grp nis ossaudiodev posix pty pwd readline resource spwd syslog termios tty"
_SCRIPT = f"""
import importlib, json, os, pkgutil, select, signal, socket, sys
for name in {_LIBRARIES.split()!r}:
    importlib.import_module(name)
for name in [name for name in sys.modules if name.startswith("platformdirs")]:
    del sys.modules[name]
sys.platform = "darwin"
for module, names in {{
    os: "setns unshare sched_getaffinity pidfd_open memfd_create eventfd splice posix_fallocate getrandom",
    select: "epoll EPOLLIN",
    signal: "pidfd_send_signal sigtimedwait",
    socket: "AF_NETLINK AF_PACKET SO_PEERCRED SO_BINDTODEVICE",
}}.items():
    for name in names.split():
        vars(module).pop(name, None)
failed = {{}}
for package in ("aksnetpol", "aksnetpol_stacks", "aksnetpol_components"):
    for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{{package}}."):
        if not found.name.endswith("__main__"):
            try:
                importlib.import_module(found.name)
            except Exception as error:
                failed[found.name] = repr(error)
from aksnetpol import toolchain
from aksnetpol.local.home import default_home
from aksnetpol.local.node.enforcement import means
print(json.dumps({{
    "failed": failed,
    "home": str(default_home()),
    "cache": str(toolchain.cache_root()),
    "enforcement": means(lambda _: None).enforcement,
}}))
"""


@pytest.fixture(scope="module")
def macos() -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_everything_imports_on_macos(macos: dict[str, object]) -> None:
    assert macos["failed"] == {}


@pytest.mark.parametrize("place", ["home", "cache"])
def test_folders_on_macos(macos: dict[str, object], place: str) -> None:
    assert "/Library/" in str(macos[place])


def test_policies_are_modelled_on_macos(macos: dict[str, object]) -> None:
    assert macos["enforcement"] == "model"


_WINDOWS = f"""
import importlib, pkgutil, sys
for name in {_LIBRARIES.split()!r}:
    importlib.import_module(name)
class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name in {_POSIX.split()!r}:
            raise ModuleNotFoundError(name, name=name)
for name in {_POSIX.split()!r}:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Refusing())
sys.modules["msvcrt"] = type(sys)("msvcrt")
sys.platform = "win32"
failed = {{}}
for package in ("aksnetpol", "aksnetpol_stacks", "aksnetpol_components"):
    for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{{package}}."):
        if "aksnetpol.local." not in found.name and not found.name.endswith("__main__"):
            try:
                importlib.import_module(found.name)
            except Exception as error:
                failed[found.name] = repr(error)
assert not failed, failed
from typer.testing import CliRunner
from aksnetpol import cli
for arguments in (["--help"], ["--version"], ["lint", "--help"], ["reach", "--json", sys.argv[1]]):
    done = CliRunner().invoke(cli.app, arguments)
    assert done.exit_code == 0, (arguments, done.output, done.exception)
"""


def test_all_but_local_mode_imports_on_windows() -> None:
    examples = Path(__file__).parents[2] / "docs" / "examples" / "shop"
    command = [sys.executable, "-c", _WINDOWS, str(examples)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
