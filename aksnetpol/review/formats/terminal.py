"""A report as plain text."""

from collections.abc import Iterator

from aksnetpol.engines.moves import Refusal
from aksnetpol.findings import Finding
from aksnetpol.report.changes import change_lines, summary
from aksnetpol.report.connections.wording import wrap
from aksnetpol.review.headline import headline
from aksnetpol.review.masking import shown
from aksnetpol.review.model import Compared, EngineChange, ResourceChange, Review, StackReview


def render(review: Review, width: int) -> str:
    """Return the report in at most `width` columns where words allow."""
    parts = [f"{review.base} -> {review.head}"]
    for one in review.stacks:
        said = headline(one)
        parts += ["", wrap(f"{one.stack}: {said.risk.word}. {said.text}", width, "  ")]
        parts += [wrap(f"  {line}", width, "      ") for line in _lines(one)]
        if one.difference and one.difference.changes:
            parts += [
                f"  {line}" for change in one.difference.changes for line in change_lines(change, width - 2)
            ]
            parts.append(f"  {summary(one.difference)}")
    return "\n".join(parts) + "\n"


def _lines(review: StackReview) -> Iterator[str]:
    if review.problem:
        yield from review.problem.message.splitlines()
        return
    if review.folders:
        yield f"under the engine {review.folders.engine}"
    if review.engine:
        yield from _engine(review.engine)
    for one in review.resources:
        yield from resource_lines(one)
    yield from _compared("lint", review.lint)
    yield from _compared("retirement", review.retirements)
    if review.plain_secrets:
        yield f"in plain text: {', '.join(review.plain_secrets)}"
    if review.secrets:
        yield f"encrypted anew: {', '.join(review.secrets)}"


def _engine(change: EngineChange) -> Iterator[str]:
    yield f"engine: {change.old} -> {change.new}"
    if isinstance(change.plan, Refusal):
        yield from (f"  {one.message} {one.remedy}" for one in change.plan.reasons)
    else:
        yield from (f"  {number}. {step.title}" for number, step in enumerate(change.plan.steps, 1))


def resource_lines(one: ResourceChange) -> Iterator[str]:
    """Yield what happens to a resource, and its properties' changes."""
    follows = f" (goes with {one.follows})" if one.follows else ""
    yield f"{one.operation} {one.resource.label}{follows}"
    for change in one.changes:
        old, new = ("(absent)" if value is None else shown(value) for value in (change.old, change.new))
        yield f"    {change.path}: {old} -> {new}{' (replaces)' if change.replaces else ''}"


def _compared(what: str, found: Compared) -> Iterator[str]:
    yield from (f"new {what} {one.severity}: {finding_line(one)}" for one in found.new)
    yield from (f"fixed {what} {one.severity}: {finding_line(one)}" for one in found.fixed)


def finding_line(finding: Finding) -> str:
    """Return a finding with its place."""
    where = f"{finding.place}: " if finding.place else ""
    return f"{where}{finding.message} [{finding.id}]"
