"""Answers come at once: tests and demos make thousands of requests."""

from __future__ import annotations

import time

from .conftest import Azure


def test_an_answer_does_not_wait_for_an_acknowledgement(azure: Azure) -> None:
    """With Nagle's algorithm every answer takes 40 ms, whatever else the machine does."""
    group = azure.group("latency")
    fastest = 1.0
    for _ in range(20):
        begun = time.perf_counter()
        azure.arm.get(group, "2024-03-01")
        fastest = min(fastest, time.perf_counter() - begun)
    assert fastest < 0.03
