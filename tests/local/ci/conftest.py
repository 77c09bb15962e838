"""actionlint: the one on PATH, else built."""

import shutil
from pathlib import Path

import pytest

from aksnetpol.toolchain import Module, Tool
from tests.go_tools import go_tool

_MODULE = Module(
    path="github.com/rhysd/actionlint",
    version="v1.7.12",
    checksum="h1:vQ4GeJN86C0QH+gTUQcs8McmK62OLT3kmakPMtEWYnY=",
    go=(1, 25),
    seconds=20,
)


@pytest.fixture(scope="session")
def actionlint() -> Path:
    """The executable."""
    on_path = shutil.which("actionlint")
    return (
        Path(on_path) if on_path else go_tool(Tool("actionlint", _MODULE, f"{_MODULE.path}/cmd/actionlint"))
    )
