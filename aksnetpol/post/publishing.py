"""Brings one comment to a pull request, beside other jobs that do the same for other stacks.

No service can change a comment only if nobody else did meanwhile. So each job reads, merges its sections in,
writes, waits longer than others take between their reading and their writing, and reads again, until its own
sections are there in the one comment that is left. A write is never sent twice without reading in between:
one whose answer was lost may have been done.
"""

import random
import time
from collections.abc import Callable
from enum import StrEnum

from tenacity import (
    RetryCallState,
    RetryError,
    Retrying,
    retry_if_exception_type,
    retry_if_result,
    stop_after_attempt,
    stop_before_delay,
)

from aksnetpol.post.errors import RefusedError, TooLongError, UnavailableError, UnsettledError
from aksnetpol.post.pull_request import Posted, PullRequest
from aksnetpol.review.formats.comment import Comment, merged, parse
from aksnetpol.waiting import told

_ROUNDS = 40
_SECONDS = 180.0
_SETTLE = (2.0, 4.0)  # seconds, drawn anew each time so that two jobs do not stay in step
_LONGEST_PAUSE = 20.0  # seconds after a failure that names none


class Outcome(StrEnum):
    """What became of the comment."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "says so already"
    NOTHING = "nothing changes, and no older comment says otherwise"


def publish(place: PullRequest, mine: Comment, sleep: Callable[[float], None] = time.sleep) -> Outcome:
    """Make sure that exactly one comment is there and holds my sections.

    Raises:
        RefusedError, UnavailableError: the service says no, or keeps failing.
        TooLongError: the headlines alone do not fit.
        UnsettledError: the sections are not there after all.
    """
    work = _Work(place, mine)
    rounds = Retrying(
        retry=retry_if_exception_type(UnavailableError) | retry_if_result(lambda done: done is False),
        wait=_pause,
        stop=stop_after_attempt(_ROUNDS) | stop_before_delay(_SECONDS),
        sleep=_aloud(sleep),
        reraise=True,
    )
    try:
        rounds(work.settled)
    except RetryError:
        raise UnsettledError(
            "The comment was written, but is not there when read again: other jobs keep changing it, or the "
            "token's user does not count as its author."
        ) from None
    return work.outcome


def _aloud(sleep: Callable[[float], None]) -> Callable[[float], None]:
    """Say what a long pause is for."""

    def pause(seconds: float) -> None:
        with told("the service that the review is posted to"):
            sleep(seconds)

    return pause


class _Work:
    def __init__(self, place: PullRequest, mine: Comment) -> None:
        self._place, self._mine = place, mine
        self.outcome = Outcome.UNCHANGED

    def settled(self) -> bool:
        """Read; tell whether all is well, else write what is missing."""
        found = self._place.comments()
        if found:
            return self._is_there(found) or self._update(found)
        if self.outcome is Outcome.CREATED:
            return False  # lists can lag behind
        if not any(one.parts for one in self._mine.sections):
            self.outcome = Outcome.NOTHING
            return True
        self._place.create(self._text(self._mine))
        self.outcome = Outcome.CREATED
        return False

    def _is_there(self, found: list[Posted]) -> bool:
        return len(found) == 1 and parse(found[0].body).holds(self._mine)

    def _update(self, found: list[Posted]) -> bool:
        """Merge into the oldest comment, and take away those that other jobs made at the same time."""
        text = self._text(merged((parse(one.body) for one in found), self._mine))
        try:
            self._place.update(found[0], text)
        except RefusedError as error:
            if error.status == 404:  # it was listed: another job has just taken it away
                raise UnavailableError(str(error)) from None
            raise
        if self.outcome is not Outcome.CREATED:
            self.outcome = Outcome.UPDATED
        for other in found[1:]:
            self._remove(other)
        return False

    def _remove(self, comment: Posted) -> None:
        try:
            self._place.remove(comment)
        except RefusedError as error:
            if error.status != 404:
                raise

    def _text(self, comment: Comment) -> str:
        limit = self._place.limit
        text = comment.text(limit)
        if limit.holds(text):
            return text
        raise TooLongError(
            f"The headlines of {len(comment.sections)} stacks alone are too long, for {limit.said}: "
            "review fewer stacks at once."
        )


def _pause(state: RetryCallState) -> float:
    """Return the seconds before the next round."""
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, UnavailableError):
        return random.uniform(*_SETTLE)
    if error.wait is not None:
        return error.wait
    return min(2.0 ** (state.attempt_number - 1), _LONGEST_PAUSE) * random.uniform(0.75, 1.25)
