"""A report that another job saved; that job may have run a stranger's code, so nothing of it is trusted."""

from pathlib import Path

from pydantic import ValidationError

from aksnetpol.post.errors import ReportFileError
from aksnetpol.review.formats import markdown
from aksnetpol.review.formats.schema import Report

LARGEST = 20_000_000  # bytes
_SAVED = "save it with `aksnetpol review ... --output json=FILE`, by this version"


def read_report(path: Path) -> Report:
    """Return a report that can be shown.

    Raises:
        ReportFileError: it is too large, or no report.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ReportFileError(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST:
        raise ReportFileError(f"{path} is longer than the {LARGEST:,} bytes of the largest report.")
    try:
        report = Report.model_validate_json(content)
        markdown.comment(report)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(one) for one in first["loc"][:6])
        # A key is the file's own text: shown in a form that prints nothing but itself.
        raise ReportFileError(f"{path} is no report, at {where[:80]!a}: {_SAVED}.") from None
    except ValueError:
        raise ReportFileError(f"{path} is no report: it holds what no review writes; {_SAVED}.") from None
    return report
