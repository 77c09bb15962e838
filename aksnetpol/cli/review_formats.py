"""The formats of a review's report: printed, and written to files in the same run."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from aksnetpol.cli.policy_input import width
from aksnetpol.errors import UserError
from aksnetpol.report.review import Review, data, html, junit, markdown, sarif, terminal
from aksnetpol.report.review.comment import GITHUB_COMMENT, JOB_SUMMARY, Limit
from aksnetpol.report.review.schema import Report


class Format(StrEnum):
    """How a report is written."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


@dataclass(frozen=True)
class Output:
    """A file to write."""

    form: Format
    path: Path


_OF_REVIEW: Mapping[Format, Callable[[Review], str]] = {
    Format.TERMINAL: lambda review: terminal.render(review, width()),
    Format.JSON: lambda review: _json(data.data(review)),
    Format.SARIF: lambda review: _json(sarif.sarif(review)),
    Format.JUNIT: junit.render,
}


def outputs(texts: list[str]) -> tuple[Output, ...]:
    """Read FORMAT=FILE texts.

    Raises:
        UserError: one is not of that form.
    """
    found: list[Output] = []
    for text in texts:
        form, _, path = text.partition("=")
        if form not in {one.value for one in Format} or not path:
            known = ", ".join(one.value for one in Format)
            raise UserError(f"--output {text}: must be FORMAT=FILE, where FORMAT is one of {known}.")
        found.append(Output(Format(form), Path(path)))
    return tuple(found)


def check_saved(forms: list[Format]) -> None:
    """Refuse what a saved report does not hold enough for.

    Raises:
        UserError: a format is another one than markdown, html and json.
    """
    for form in forms:
        if form not in (Format.MARKDOWN, Format.HTML, Format.JSON):
            raise UserError(f"A saved report can be written as markdown, html and json, not as {form}.")


def rendered(found: Review | Report, form: Format, limit: Limit = GITHUB_COMMENT) -> str:
    """Return a report as text; only Markdown has a limit."""
    if form is Format.MARKDOWN:
        return markdown.render(found, limit)
    if form is Format.HTML:
        return html.render(found)
    if isinstance(found, Review):
        return _OF_REVIEW[form](found)
    return _json(found.model_dump(mode="json", by_alias=True, exclude_unset=True))


def write(found: Review | Report, files: tuple[Output, ...]) -> None:
    """Write files; Markdown as long as a job's summary may be.

    Raises:
        UserError: a file cannot be written.
    """
    for file in files:
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            file.path.write_text(rendered(found, file.form, JOB_SUMMARY), encoding="utf-8")
        except OSError as error:
            raise UserError(f"--output {file.path}: cannot be written ({error.strerror}).") from None


def _json(found: object) -> str:
    """Runners obey ##[...] and ##vso[...] anywhere in a line of a log: the same text, spelled otherwise."""
    return json.dumps(found, indent=2, default=str).replace("##", "\\u0023#") + "\n"
