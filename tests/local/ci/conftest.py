"""actionlint: the one on PATH, else built."""

import shutil
from pathlib import Path

import pytest

from aksnetpol.toolchain import Module, Recipe, Tool
from tests.go_tools import go_tool

_MODULE = Module("github.com/rhysd/actionlint", "v1.7.12", "h1:vQ4GeJN86C0QH+gTUQcs8McmK62OLT3kmakPMtEWYnY=")
_ACTIONLINT = Tool(
    "actionlint",
    _MODULE,
    Recipe("actionlint", (_MODULE,), go=(1, 25), processor=40),
    "github.com/rhysd/actionlint/cmd/actionlint",
)


@pytest.fixture(scope="session")
def actionlint() -> Path:
    """The executable."""
    on_path = shutil.which("actionlint")
    return Path(on_path) if on_path else go_tool(_ACTIONLINT)
