"""A report in the format that is asked for: as text, and written to files in the same run."""

import json
from collections.abc import Callable, Iterable, Mapping

from aksnetpol import whole_files
from aksnetpol.errors import UserError
from aksnetpol.review.formats import data, html, junit, markdown, sarif, terminal
from aksnetpol.review.formats.comment import GITHUB_COMMENT, JOB_SUMMARY, Limit
from aksnetpol.review.formats.form import Format, Output
from aksnetpol.review.formats.schema import Report
from aksnetpol.review.model import Review

_OF_REVIEW: Mapping[Format, Callable[[Review, int], str]] = {
    Format.TERMINAL: terminal.render,
    Format.JSON: lambda review, _: _json(data.data(review)),
    Format.SARIF: lambda review, _: _json(sarif.sarif(review)),
    Format.JUNIT: lambda review, _: junit.render(review),
}


def rendered(found: Review | Report, form: Format, width: int, limit: Limit = GITHUB_COMMENT) -> str:
    """Return a report as text.

    Args:
        form: one of OF_SAVED for a saved report.
        width: columns, of the terminal's format only.
        limit: of Markdown only.
    """
    if form is Format.MARKDOWN:
        return markdown.render(found, limit)
    if form is Format.HTML:
        return html.render(found)
    if isinstance(found, Review):
        return _OF_REVIEW[form](found, width)
    return _json(found.model_dump(mode="json", by_alias=True, exclude_unset=True))


def write(found: Review | Report, files: Iterable[Output], width: int) -> None:
    """Write files; Markdown as long as a job's summary may be.

    Raises:
        UserError: a file cannot be written.
    """
    for file in files:
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            whole_files.write(file.path, rendered(found, file.form, width, JOB_SUMMARY).encode())
        except OSError as error:
            raise UserError(f"--output {file.path}: cannot be written ({error.strerror}).") from None


def _json(found: object) -> str:
    """Runners obey ##[...] and ##vso[...] anywhere in a line of a log: the same text, spelled otherwise."""
    return json.dumps(found, indent=2, default=str).replace("##", "\\u0023#") + "\n"
