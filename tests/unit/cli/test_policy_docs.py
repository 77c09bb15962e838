"""The examples in the pages of the policy commands, run and compared word by word, exit codes included."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pages import examples

PAGES = Path(__file__).parents[3] / "docs" / "commands"
NAMES = ("reach", "can", "explain", "diff", "lint", "assert", "generate")


@pytest.mark.parametrize("name", NAMES)
def test_page(name: str, run: Callable[..., tuple[int, str]]) -> None:
    commands, code = 0, 0
    for command, expected in examples(PAGES / f"{name}.md"):
        words = shlex.split(command)
        if words == ["echo", "$?"]:
            assert f"{code}\n" == expected
            continue
        assert words[0] == "aksnetpol"
        commands += words[1] == name
        code, printed = run(*words[1:])
        assert printed.rstrip("\n") == expected.rstrip("\n"), command
    assert commands, "a page shows its own command"
