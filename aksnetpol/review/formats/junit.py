"""A report as JUnit XML: a test case per stack and gate, whether or not a pipeline asks for the gate."""

from collections.abc import Iterator

from aksnetpol.policy import ChangeKind
from aksnetpol.report.changes import change_lines
from aksnetpol.report.junit import Case, junit
from aksnetpol.review.formats.terminal import finding_line, resource_lines
from aksnetpol.review.headline import headline
from aksnetpol.review.model import Gate, Operation, Review, StackReview

_WIDTH = 110
# What a case says when it passes.
_NAMES = {
    Gate.OPENED: "no connection is opened",
    Gate.REPLACE: "no resource is replaced",
    Gate.LINT_ERROR: "no new lint error",
    Gate.RETIRED: "nothing that has been retired",
}


def render(review: Review) -> str:
    """Return the report as XML text."""
    return junit("aksnetpol review", (case for one in review.stacks for case in _cases(one)))


def _cases(stack: StackReview) -> Iterator[Case]:
    said, problem = headline(stack).text, stack.problem
    what = "It" if stack.folders else "The stack"
    text = f"{problem.revision}:\n{problem.message}" if problem else ""
    yield Case(stack.stack, f"can be {stack.how_read}", failure=said if problem else "", text=text)
    for gate, name in _NAMES.items():
        if problem:
            yield Case(stack.stack, name, skipped=f"{what} cannot be {stack.how_read}.")
        elif stack.trips(gate):
            yield Case(stack.stack, name, failure=said, text="\n".join(_lines(stack, gate)))
        else:
            yield Case(stack.stack, name)


def _lines(stack: StackReview, gate: Gate) -> Iterator[str]:
    """Yield what trips a gate."""
    match gate:
        case Gate.OPENED:
            changes = stack.difference.changes if stack.difference else ()
            for one in changes:
                if one.kind is ChangeKind.ADDED:
                    yield from change_lines(one, _WIDTH)
        case Gate.REPLACE:
            for resource in stack.of(Operation.REPLACE):
                yield from resource_lines(resource)
        case Gate.LINT_ERROR:
            yield from map(finding_line, stack.lint.new_errors)
        case Gate.RETIRED:
            yield from map(finding_line, stack.retirements.new)
