import logging
import threading
import time

import pytest

from aksnetpol import waiting
from aksnetpol.waiting import Wait, WaitingError, told, until, watched


def test_until_returns_the_first_answer() -> None:
    answers = iter([None, "", 0, "found"])
    assert until(lambda: next(answers), Wait("an answer", 10), pause=0) == "found"


def test_until_ends() -> None:
    with pytest.raises(WaitingError) as caught:
        until(lambda: None, Wait("an answer", 0.1, logs="/var/log/one", remedy="Ask again."), pause=0.01)
    assert str(caught.value) == "Gave up waiting for an answer after 0 s. Look into /var/log/one. Ask again."


def test_what_answers_in_time_is_left_alone() -> None:
    stopped = threading.Event()
    with watched(Wait("an answer", 10), stopped.set):
        pass
    time.sleep(0.1)
    assert not stopped.is_set()


def test_a_call_that_blocks_is_stopped_and_told_of() -> None:
    stopped = threading.Event()
    wait = Wait("an answer", 0.1, details=lambda: "of whom")
    raises = pytest.raises(WaitingError, match=r"an answer \(of whom\) after")
    with raises, watched(wait, stopped.set):
        assert stopped.wait(30)


@pytest.mark.parametrize("late", [False, True], ids=["in-time", "stopped"])
def test_an_error_is_its_own_unless_it_was_stopped(late: bool) -> None:
    stopped = threading.Event()
    wait = Wait("an answer", 0.1 if late else 60)
    with pytest.raises(WaitingError if late else KeyError), watched(wait, stopped.set):
        if late:
            assert stopped.wait(30)
        raise KeyError("broken pipe")


def test_an_interrupt_passes() -> None:
    with pytest.raises(KeyboardInterrupt), watched(Wait("an answer", 60), lambda: None):
        raise KeyboardInterrupt


def _at(wait: Wait, seconds: float) -> Wait:
    """The wait as it is some seconds later."""
    wait._began -= seconds
    wait._heard -= seconds
    return wait


@pytest.mark.parametrize(
    ("heard", "seconds", "expired"),
    [
        pytest.param(None, 59, False, id="in-time"),
        pytest.param(None, 61, True, id="too-late"),
        pytest.param("", 61, True, id="silent-again"),
        pytest.param("working on a cluster", 61, False, id="busy"),
        pytest.param("working on a cluster", 3601, True, id="busy-too-long"),
    ],
)
def test_limits(heard: str | None, seconds: float, expired: bool) -> None:
    wait = _at(Wait("an answer", 60, busy_seconds=3600), 0)
    if heard is not None:
        _at(wait, 50).heard(heard)
    assert _at(wait, seconds).expired is expired


def test_words_become_rarer(caplog: pytest.LogCaptureFixture) -> None:
    wait = Wait("an answer", 10_000)
    told_at: list[int] = []
    for second in range(1, 601):
        before = len(caplog.records)
        _at(wait, 1).tell()
        if len(caplog.records) > before:
            told_at.append(second)
    assert told_at == [5, 30, 60, 120, 240, 480]
    assert caplog.messages[1] == "waiting for an answer: 30 s so far"


def test_told_says_and_never_stops(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_FIRST_WORD", 0.5)
    with caplog.at_level(logging.WARNING), told("an answer"):
        time.sleep(1.5)
    assert "waiting for an answer" in caplog.text
