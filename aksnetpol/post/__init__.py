"""Posting a review's report as one comment on a pull request, by the REST API of where it is.

`publishing` takes the extra `live`, the rest does not; `report_file` reads what is posted.
"""

from aksnetpol.post.errors import (
    MissingVariableError,
    PostError,
    RefusedError,
    ReportFileError,
    TooLongError,
    UnavailableError,
    UnsettledError,
)
from aksnetpol.post.pull_request import Posted, PullRequest
from aksnetpol.post.services import ServiceName, pull_request

__all__ = [
    "MissingVariableError",
    "PostError",
    "Posted",
    "PullRequest",
    "RefusedError",
    "ReportFileError",
    "ServiceName",
    "TooLongError",
    "UnavailableError",
    "UnsettledError",
    "pull_request",
]
