"""What a change of a stack does, from two of its revisions: one model, one module per format."""

from aksnetpol.report.review.build import build
from aksnetpol.report.review.declared import Resource, declared, kubernetes_objects, recorded
from aksnetpol.report.review.model import Gate, Problem, Review, Revision, Risk, StackReview
from aksnetpol.report.review.resources import Compare, compare

__all__ = [
    "Compare",
    "Gate",
    "Problem",
    "Resource",
    "Review",
    "Revision",
    "Risk",
    "StackReview",
    "build",
    "compare",
    "declared",
    "kubernetes_objects",
    "recorded",
]
