"""Posting of a review: says what became of the comment; the report itself is printed before."""

from aksnetpol.cli.console import err, note, say_error
from aksnetpol.post import Outcome, PostError, PullRequest, publish
from aksnetpol.report.review import Review, markdown, published
from aksnetpol.report.review.schema import Report


def post(found: Review | Report, place: PullRequest) -> bool:
    """Bring a report to a pull request; tell whether that worked."""
    report = published.report(found) if isinstance(found, Review) else found
    try:
        with err.status("posting"):
            outcome = publish(place, markdown.comment(report, place.run))
    except PostError as error:
        say_error(f"The report was not posted. {error}")
        return False
    note(f"{'Not posted' if outcome is Outcome.NOTHING else 'Comment'}: {outcome}.")
    return True
