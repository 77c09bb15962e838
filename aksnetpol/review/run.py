"""Runs a review: reads both sides of every stack, then compares them."""

from collections.abc import Mapping
from datetime import date

from aksnetpol.review.asked import Deployed, Revisions
from aksnetpol.review.build import build
from aksnetpol.review.model import Problem, Review, Sides, StackReview


def review(asked: Revisions | Deployed) -> Review:
    """Return what a change does to stacks.

    Raises:
        ProjectError: no such revision. What is wrong with one stack is told in its report.
    """
    # Imported here: reading stacks takes Pulumi, and what is made of them does not.
    if isinstance(asked, Deployed):
        from aksnetpol.review.read import deployed

        return Review(deployed.BASE, deployed.HEAD, _compared(deployed.read(asked), asked.today))
    from aksnetpol.review.read import revisions

    return Review(asked.base, asked.head, _compared(revisions.read(asked), asked.today))


def _compared(read: Mapping[str, Sides | Problem], today: date) -> tuple[StackReview, ...]:
    return tuple(
        StackReview(stack, problem=found)
        if isinstance(found, Problem)
        else build(stack, found.base, found.head, found.resources, today)
        for stack, found in read.items()
    )
