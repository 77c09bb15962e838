"""actionlint, built once into the cache by the Go that builds our tools."""

import shutil
from pathlib import Path

import pytest

from aksnetpol.toolchain import Module, Tool, ToolchainError, cache, golang, silent
from aksnetpol.toolchain.build import build

_MODULE = Module(
    path="github.com/rhysd/actionlint",
    version="v1.7.12",
    checksum="h1:vQ4GeJN86C0QH+gTUQcs8McmK62OLT3kmakPMtEWYnY=",
    go=(1, 25),
    seconds=20,
)
_ACTIONLINT = Tool("actionlint", _MODULE, "github.com/rhysd/actionlint/cmd/actionlint")


@pytest.fixture(scope="session")
def actionlint() -> Path:
    """The executable."""
    with cache.locked(cache.key(_MODULE), lambda: None):
        found = cache.find(_ACTIONLINT)
        if found:
            return found
        try:
            with cache.empty_scratch(_MODULE) as folder:
                made = build(_MODULE, (_ACTIONLINT,), golang.find(_MODULE.go, silent), folder)
                return cache.put(_ACTIONLINT, made[_ACTIONLINT])
        except ToolchainError as error:
            on_path = shutil.which("actionlint")
            if on_path:
                return Path(on_path)
            pytest.skip(f"no actionlint: {error}")
