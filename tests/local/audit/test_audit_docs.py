"""The examples in docs/commands/audit.md, run on emulated Azure and compared, exit codes included."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.pages import examples, matches

from .conftest import Run, running

PAGE = Path(__file__).parents[3] / "docs" / "commands" / "audit.md"
CLUSTERS = 30  # the page's fleet: one of each kind in each subscription


def test_page(tmp_path: Path, run: Run) -> None:
    code = commands = 0
    with running(tmp_path / "home", CLUSTERS) as fleet:
        for command, expected in examples(PAGE):
            words = shlex.split(command)
            if words == ["echo", "$?"]:
                assert f"{code}\n" == expected
                continue
            commands += words[1] == "audit"
            done = run(fleet, *words[1:])
            # Progress lines depend on which subscription answers first.
            errors = "".join(line for line in done.err.splitlines(True) if line.startswith("error:"))
            code, shown = done.code, done.out + errors
            assert matches(shown, expected), f"{command}\n{shown}"
    assert commands == 3


def test_help_has_an_example_and_the_exit_codes(tmp_path: Path, run: Run) -> None:
    with running(tmp_path / "home", 0) as fleet:
        shown = " ".join(run(fleet, "audit", "--help").out.split())
    assert "Example: aksnetpol audit --engine azure --only-findings --fail-on retired" in shown
    assert "Exit code 0: all was read" in shown
