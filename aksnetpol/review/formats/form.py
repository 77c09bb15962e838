"""The formats that a review or a saved report is written in."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Format(StrEnum):
    """How a report is written."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


# What a saved report holds enough for.
OF_SAVED = (Format.MARKDOWN, Format.HTML, Format.JSON)


@dataclass(frozen=True)
class Output:
    """A file to write."""

    form: Format
    path: Path
