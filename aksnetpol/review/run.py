"""Runs a review: reads both sides of every stack, then compares them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from aksnetpol.review.asked import Deployed, Manifests, Revisions
from aksnetpol.review.build import build
from aksnetpol.review.model import Folders, Problem, Review, Sides, StackReview
from aksnetpol.review.read import folders


def review(asked: Revisions | Deployed | Manifests) -> Review:
    """Return what a change does to stacks, or to manifests.

    Raises:
        ProjectError: no such revision. What is wrong with one stack is told in its report.
        UserError: manifests that neither revision has; no such engine.
    """
    if isinstance(asked, Manifests):
        of = Folders(asked.paths, asked.engine)
        (found,) = _compared({of.name: folders.sides(asked)}, asked.today)
        return Review(asked.base, asked.head or folders.WORKING_TREE, (replace(found, folders=of),))
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
