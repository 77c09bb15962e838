"""The command line in this process, as a user sees it."""

import io
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from aksnetpol import cli

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in the repository's root, 80 columns wide: its exit code, and all that it prints."""

    def run(*arguments: str, stdin: str = "") -> tuple[int, str]:
        printed = io.StringIO()
        monkeypatch.setattr(sys, "argv", ["aksnetpol", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with redirect_stdout(printed), redirect_stderr(printed), pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), printed.getvalue()

    monkeypatch.chdir(Path(__file__).parents[3])
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    return run
