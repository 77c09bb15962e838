"""Bringing a comment to a pull request that others write to as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from aksnetpol.post import Posted, RefusedError, UnavailableError, UnsettledError
from aksnetpol.post.publishing import Outcome, publish
from aksnetpol.review.formats.comment import GITHUB_COMMENT, Comment, Limit, Part, Section, merged, parse

Interference = Callable[["Place"], None]


def _comment(stack: str, text: str = "a change") -> Comment:
    return Comment("Review", (Section(stack, "low", f"| `{stack}` | low |", (Part(1, "the change", text),)),))


class Place:
    """A pull request in memory; `after` says what happens right after each write, `before` each reading."""

    limit: Limit = GITHUB_COMMENT
    run: str = ""

    def __init__(self, *comments: Comment) -> None:
        self.bodies = {number: one.text(GITHUB_COMMENT) for number, one in enumerate(comments, 1)}
        self.calls: list[str] = []
        self.before: list[Interference] = []
        self.after: list[Interference] = []

    def comments(self) -> list[Posted]:
        self.calls.append("read")
        listed = [Posted(number, body, str(number)) for number, body in sorted(self.bodies.items())]
        if self.before:
            self.before.pop(0)(self)
        return listed

    def create(self, body: str) -> None:
        self._write("create", max(self.bodies, default=0) + 1, body)

    def update(self, comment: Posted, body: str) -> None:
        if comment.number not in self.bodies:
            raise RefusedError(404, "no such comment")
        self._write("update", comment.number, body)

    def remove(self, comment: Posted) -> None:
        self.calls.append("remove")
        if self.bodies.pop(comment.number, None) is None:
            raise RefusedError(404, "no such comment")

    def _write(self, call: str, number: int, body: str) -> None:
        self.calls.append(call)
        self.bodies[number] = body
        if self.after:
            self.after.pop(0)(self)

    @property
    def stacks(self) -> dict[int, list[str]]:
        """What each comment tells."""
        return {
            number: [one.stack for one in parse(body).sections]
            for number, body in sorted(self.bodies.items())
        }


def _puts(number: int, *comments: Comment) -> Interference:
    """Another job writes what it merged from an older reading."""
    text = merged(comments[:-1], comments[-1]).text(GITHUB_COMMENT)
    return lambda place: place.bodies.update({number: text})


def _takes(number: int) -> Interference:
    def take(place: Place) -> None:
        del place.bodies[number]

    return take


def _fails(error: Exception) -> Interference:
    def fail(place: Place) -> None:
        raise error

    return fail


def _nothing(place: Place) -> None:
    pass


MINE, OTHER = _comment("mine"), _comment("other")


@pytest.mark.parametrize(
    ("comments", "before", "after", "outcome", "calls"),
    [
        pytest.param([], [], [], Outcome.CREATED, "read create read", id="none is there"),
        pytest.param([OTHER], [], [], Outcome.UPDATED, "read update read", id="another job's is there"),
        pytest.param([MINE], [], [], Outcome.UNCHANGED, "read", id="says so already"),
        pytest.param(
            [],
            [_puts(1, OTHER)],
            [],
            Outcome.CREATED,
            "read create read update remove read",
            id="both create: mine is the later one",
        ),
        pytest.param(
            [],
            [_nothing, _takes(2)],
            [_puts(2, OTHER)],
            Outcome.CREATED,
            "read create read update remove read",
            id="both create: the other job has merged its own",
        ),
        pytest.param(
            [OTHER],
            [],
            [_puts(1, OTHER)],
            Outcome.UPDATED,
            "read update read update read",
            id="overwritten by a job that had read before",
        ),
        pytest.param(
            [OTHER],
            [_takes(1)],
            [],
            Outcome.CREATED,
            "read read create read",
            id="taken away before it is updated",
        ),
        pytest.param(
            [],
            [],
            [_fails(UnavailableError("the answer was lost"))],
            Outcome.UNCHANGED,
            "read create read",
            id="the answer to a write is lost",
        ),
    ],
)
def test_ends_in_one_comment_with_mine(
    comments: Sequence[Comment],
    before: list[Interference],
    after: list[Interference],
    outcome: Outcome,
    calls: str,
) -> None:
    place = Place(*comments)
    place.before, place.after = list(before), list(after)
    assert publish(place, MINE, sleep=lambda seconds: None) is outcome
    assert " ".join(place.calls) == calls
    [told] = place.stacks.values()
    taken = comments == [OTHER] and bool(before)
    both = not taken and (OTHER in comments or "remove" in calls)
    assert told == (["mine", "other"] if both else ["mine"])


def test_a_list_that_lags_behind_makes_no_second_comment() -> None:
    place = Place()
    hidden: list[dict[int, str]] = []

    def hide(_: Place) -> None:
        hidden.append(dict(place.bodies))
        place.bodies.clear()

    place.after = [hide]
    place.before = [_nothing, _nothing, lambda _: place.bodies.update(hidden[0])]
    assert publish(place, MINE, sleep=lambda seconds: None) is Outcome.CREATED
    assert place.calls.count("create") == 1


def test_gives_up_when_it_is_always_overwritten() -> None:
    place = Place(OTHER)
    place.after = [_puts(1, OTHER)] * 1_000
    with pytest.raises(UnsettledError, match="other jobs keep changing it"):
        publish(place, MINE, sleep=lambda seconds: None)
    assert place.calls.count("update") <= 40


def test_gives_up_with_the_services_own_word() -> None:
    place = Place()
    place.before = [_fails(UnavailableError("no answer"))] * 1_000
    with pytest.raises(UnavailableError, match="no answer"):
        publish(place, MINE, sleep=lambda seconds: None)


def test_waits_as_it_is_asked_and_longer_than_a_write_takes() -> None:
    place, slept = Place(), list[float]()
    place.before = [_fails(UnavailableError("slow down", 17.0)), _fails(UnavailableError("no answer"))]
    publish(place, MINE, sleep=slept.append)
    assert slept[0] == 17.0
    assert 1.5 <= slept[1] <= 2.5
    assert 2.0 <= slept[2] <= 4.0
    assert len(slept) == 3
