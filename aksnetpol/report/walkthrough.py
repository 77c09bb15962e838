"""What became of the documented walkthrough: for programs, for CI."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from aksnetpol.report.junit import Case, junit
from aksnetpol.report.proof import MARK

if TYPE_CHECKING:
    from aksnetpol.probe.target import Target
    from aksnetpol.probe.walkthrough import Step


def data(target: Target, steps: Iterable[Step]) -> dict[str, Any]:
    """Return the steps for programs."""
    return {"enforcement": target.enforced_by, "steps": [_step(one) for one in steps]}


def as_junit(steps: Iterable[Step], *, simulated: bool) -> str:
    """Return the steps as one test suite for CI.

    Args:
        simulated: whether a Windows node is stood in for.
    """
    mark = MARK if simulated else ""
    cases = (Case("verify demo", one.title + mark, _failure(one), "", one.seconds) for one in steps)
    return junit("aksnetpol verify demo", cases)


def _step(step: Step) -> dict[str, Any]:
    return {
        "step": step.title,
        "expected": str(step.expected),
        "seen": str(step.seen),
        "asExpected": step.as_expected,
        "said": step.said,
        "seconds": round(step.seconds, 2),
    }


def _failure(step: Step) -> str:
    return "" if step.as_expected else f"expected {step.expected}, seen {step.seen}: {step.said}"
