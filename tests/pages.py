"""The examples of a page in docs/, to be run and compared."""

import re
from collections.abc import Iterator
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(page: Path) -> Iterator[tuple[str, str]]:
    """Yield each command of a page with what the page says that it prints."""
    for block in _BLOCK.findall(page.read_text()):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


def matches(shown: str, expected: str) -> bool:
    """Compare; a line of three dots stands for any lines."""
    pattern = re.escape(expected.strip()).replace(re.escape("\n...\n"), "\n(?:.*\n)+")
    pattern = re.sub(re.escape(re.escape("\n...")) + "$", r"(?:\\n.*)+", pattern)
    return re.fullmatch(pattern, "\n".join(line.rstrip() for line in shown.strip().splitlines())) is not None
