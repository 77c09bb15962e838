"""The examples in the pages of the policy commands, run and compared word by word, exit codes included."""

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "docs" / "commands"
NAMES = ("reach", "can", "explain", "diff", "lint", "assert", "generate")
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _examples(page: Path) -> Iterator[tuple[str, str]]:
    """Yield each command of a page with what the page says that it prints."""
    for block in BLOCK.findall(page.read_text()):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


@pytest.mark.parametrize("name", NAMES)
def test_page(name: str, run: Callable[..., tuple[int, str]]) -> None:
    commands, code = 0, 0
    for command, expected in _examples(PAGES / f"{name}.md"):
        words = shlex.split(command)
        if words == ["echo", "$?"]:
            assert f"{code}\n" == expected
            continue
        assert words[0] == "aksnetpol"
        commands += words[1] == name
        code, printed = run(*words[1:])
        assert printed.rstrip("\n") == expected.rstrip("\n"), command
    assert commands, "a page shows its own command"
