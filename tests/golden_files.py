"""Texts that are compared whole, each with its file under tests/golden."""

import os
from pathlib import Path

_FOLDER = Path(__file__).with_name("golden")


def check_golden(name: str, text: str) -> None:
    """Hold a text against its file; with UPDATE_GOLDEN=1 the file is written first.

    Args:
        name: the file's path below tests/golden.
    """
    file = _FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
