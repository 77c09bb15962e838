"""What a change does to stacks or manifests: two sides, compared; one model, one module per format."""

from aksnetpol.review.asked import Deployed, Manifests, Revisions
from aksnetpol.review.build import build
from aksnetpol.review.model import Gate, Problem, Resource, Review, Revision, Risk, StackReview
from aksnetpol.review.resources import Rules, compare
from aksnetpol.review.run import review

__all__ = [
    "Deployed",
    "Gate",
    "Manifests",
    "Problem",
    "Resource",
    "Review",
    "Revision",
    "Revisions",
    "Risk",
    "Rules",
    "StackReview",
    "build",
    "compare",
    "review",
]
