import sys

import pytest

from aksnetpol.machine import attempt, versions


def test_what_is_told() -> None:
    told = versions()
    assert told["Python"].startswith("CPython 3.")
    assert told["pulumi"] == "3.259.0"
    assert {"executable", "kernel", "libc", "locale", "encodings", "time zone", "user id"} <= set(told)
    assert not [text for text in told.values() if text.startswith("cannot be told")]


def test_a_distribution_that_is_not_there() -> None:
    assert versions(["no-such-distribution"])["no-such-distribution"] == "not installed"


def test_streams_that_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert versions()["terminal"].startswith("input closed, ")


def test_a_probe_that_fails_says_why() -> None:
    assert attempt(lambda: 1 / 0) == "cannot be told: ZeroDivisionError: division by zero"
