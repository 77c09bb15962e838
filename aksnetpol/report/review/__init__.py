"""What a change of a stack does, from two of its revisions: one model, one module per format."""

from aksnetpol.report.review.build import build
from aksnetpol.report.review.declared import Resource, declared, kubernetes_objects
from aksnetpol.report.review.model import Gate, Problem, Review, Revision, Risk, StackReview

__all__ = [
    "Gate",
    "Problem",
    "Resource",
    "Review",
    "Revision",
    "Risk",
    "StackReview",
    "build",
    "declared",
    "kubernetes_objects",
]
