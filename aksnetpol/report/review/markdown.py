"""A report as Markdown for a comment on a pull request: the verdict first, then only what changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aksnetpol.engines.moves import Refusal
from aksnetpol.policy import Change, ChangeKind
from aksnetpol.policy.lint import Finding
from aksnetpol.report.changes import word
from aksnetpol.report.connections.mermaid import escaped
from aksnetpol.report.connections.wording import counted, names
from aksnetpol.report.review.headline import headline, overall
from aksnetpol.report.review.masking import shown
from aksnetpol.report.review.model import Operation, Review, StackReview

LIMIT = 65_536  # GitHub REST API, issue comments: "body is too long (maximum is 65536 characters)"
MARKER = "<!-- aksnetpol-review -->"
_LONG = 300  # characters of a value; a longer one is described
_ARROWS = 40  # of a picture; more are no picture any more
_ICONS = {"no change": "⚪", "low risk": "🟢", "medium risk": "🟡", "high risk": "🔴"}


@dataclass(frozen=True)
class Section:
    """A part that is shown whole or not at all.

    Args:
        rank: how soon it is left out; 0 never.
        title: what the reader misses then.
    """

    rank: int
    title: str
    text: str


def stack_marker(stack: str, *, end: bool = False) -> str:
    """Return the hidden mark at the start or the end of a stack's part: a later run finds it by this."""
    return f"<!-- {'/' if end else ''}aksnetpol-review:stack={stack.replace('--', '- -')} -->"


def render(review: Review, limit: int = LIMIT) -> str:
    """Return the report in at most `limit` characters; sections that do not fit are named, not shown."""
    parts = {one.stack: list(_sections(one)) for one in review.stacks}
    order = sorted(
        (
            (section.rank, len(section.text), stack, section)
            for stack, found in parts.items()
            for section in found
        ),
        key=lambda one: (one[0], one[1]),
    )
    left_out: list[tuple[str, Section]] = []
    while len(text := _joined(review, parts, left_out)) > limit and order and order[-1][0]:
        _, _, stack, section = order.pop()
        parts[stack].remove(section)
        left_out.append((stack, section))
    return text


def _joined(review: Review, parts: dict[str, list[Section]], left_out: Sequence[tuple[str, Section]]) -> str:
    lines = [MARKER, *_summary(review)]
    for stack, sections in parts.items():
        lines += [
            "",
            stack_marker(stack),
            *(section.text for section in sections),
            stack_marker(stack, end=True),
        ]
    if left_out:
        missing = ", ".join(f"{section.title} of {code(stack)}" for stack, section in left_out)
        lines += ["", f"_Left out, for a comment holds {LIMIT:,} characters: {missing}._"]
    return "\n".join(lines) + "\n"


def _summary(review: Review) -> Iterator[str]:
    risk = overall(review)
    yield f"## {_ICONS[risk.word]} Review of {code(review.head)} against {code(review.base)}: {risk.word}"
    yield ""
    yield "| Stack | Verdict | Why |"
    yield "| --- | --- | --- |"
    for one in review.stacks:
        said = headline(one)
        yield f"| {code(one.stack)} | {_ICONS[said.risk.word]} {said.risk.word} | {_cell(said.text)} |"


def _sections(review: StackReview) -> Iterator[Section]:
    if not review.changes:
        return
    yield Section(0, "heading", f"### Stack {code(review.stack)}\n")
    if review.problem:
        yield Section(
            0,
            "problem",
            f"{code(review.problem.revision)} cannot be previewed:\n\n{fence(review.problem.message)}",
        )
        return
    if review.partial:
        yield Section(
            0, "warning", "**Partial:** some manifests could not be read, so connections may be wrong.\n"
        )
    makers = (
        (1, "the connections", _connections),
        (5, "the picture", _picture),
        (2, "the engine's plan", _engine),
        (3, "the lint findings", _lint),
        (3, "the retirements", _retirements),
        (4, "the resources", _resources),
        (6, "the property changes", _properties),
        (4, "the secret settings", _secrets),
    )
    for rank, title, make in makers:
        if lines := list(make(review)):
            yield Section(rank, title, "\n".join(lines) + "\n")


def _connections(review: StackReview) -> Iterator[str]:
    changes = review.difference.changes if review.difference else ()
    if not changes:
        if review.policies:
            yield "#### Connections"
            yield ""
            edited = ", ".join(map(code, review.policies))
            yield f"**No connection changes** for the pods known here, though policies do: {edited}."
        return
    yield "#### Connections"
    yield ""
    yield "| | Source | Destination | Ports | Risk | Because of |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in changes:
        ports = (
            f"{one.ports_before} → {one.ports_after}"
            if word(one) in ("widened", "narrowed")
            else str(one.ports)
        )
        cells = (
            f"{'+' if one.opens else '-'} {word(one)}",
            ", ".join(map(code, names(one.sources))),
            ", ".join(map(code, names(one.destinations))),
            code(ports),
            str(one.risk),
            "<br>".join(_causes(one)),
        )
        yield f"| {' | '.join(cells)} |"


def _causes(change: Change) -> Iterator[str]:
    for cause in change.causes:
        where = f" at {code(str(cause.location))}" if cause.location and cause.location.line else ""
        detail = f": {_cell(cause.detail)}" if cause.detail else ""
        yield f"{cause.kind}: {code(cause.subject)}{detail}{where}"


def _picture(review: StackReview) -> Iterator[str]:
    """Draw the flows between workloads that were there before: opened solid, closed dotted."""
    kinds = (ChangeKind.ADDED, ChangeKind.REMOVED)
    changes = [one for one in (review.difference.changes if review.difference else ()) if one.kind in kinds]
    if not changes or len(changes) > _ARROWS:
        return
    numbers: dict[tuple[str, ...], int] = {}
    arrows: list[str] = []
    for one in changes:
        source, destination = (
            numbers.setdefault(tuple(names(side)), len(numbers)) for side in (one.sources, one.destinations)
        )
        arrow = "-->" if one.opens else "-.->"
        arrows.append(f'  n{source} {arrow}|"{escaped((f"{word(one)} {one.ports}",))}"| n{destination}')
    yield "```mermaid"
    yield "flowchart LR"
    yield from (f'  n{number}["{escaped(label)}"]' for label, number in numbers.items())
    yield from arrows
    yield "```"


def _engine(review: StackReview) -> Iterator[str]:
    change = review.engine
    if change is None:
        return
    yield "#### Engine"
    yield ""
    yield f"{change.old} → {change.new}."
    yield ""
    if isinstance(change.plan, Refusal):
        yield "There is no way in place:"
        yield ""
        yield from (f"- {_cell(one.message)} {_cell(one.remedy)}" for one in change.plan.reasons)
        return
    for number, step in enumerate(change.plan.steps, 1):
        marks = [
            text
            for text, holds in (("reimages all nodes", step.reimages), ("no way back", step.irreversible))
            if holds
        ]
        remarks = f" ({', '.join(marks)})" if marks else ""
        yield f"{number}. {_cell(step.title)}{remarks}. {_cell(step.enforcement)}"
    if change.plan.reimages:
        time = change.plan.duration
        yield ""
        yield f"About {time.shortest:.0f} to {time.longest:.0f} minutes in all."


def _lint(review: StackReview) -> Iterator[str]:
    if not (review.lint.new or review.lint.fixed):
        return
    yield "#### Lint"
    yield ""
    yield from (f"- **new {one.severity}** {_finding(one)}" for one in review.lint.new)
    yield from (f"- fixed: {_finding(one)}" for one in review.lint.fixed)
    if review.lint.kept:
        yield f"- {counted(len(review.lint.kept), 'older finding')} kept"


def _retirements(review: StackReview) -> Iterator[str]:
    found = review.retirements
    if not (found.new or found.fixed):
        return
    yield "#### Retirements"
    yield ""
    yield from (f"- **new** {_finding(one)}" for one in found.new)
    yield from (f"- no longer: {_finding(one)}" for one in found.fixed)
    if found.kept:
        yield f"- {counted(len(found.kept), 'older one')} kept"


def _finding(finding: Finding) -> str:
    where = f"{code(str(finding.location))}: " if finding.location else ""
    return f"{where}{_cell(finding.message)}. {_cell(finding.remedy)} ({code(finding.id)})".replace("..", ".")


def _resources(review: StackReview) -> Iterator[str]:
    if not review.resources:
        return
    yield "#### Resources"
    yield ""
    yield "| | Resource | Why |"
    yield "| --- | --- | --- |"
    for one in review.resources:
        forcing = [code(change.path) for change in one.changes if change.replaces]
        others = [code(change.path) for change in one.changes if not change.replaces]
        why = f"goes with {code(one.follows)}" if one.follows else ", ".join(forcing or others[:_ARROWS])
        mark = "⚠️ " if one.operation is Operation.REPLACE else ""
        yield f"| {mark}{one.operation} | {code(one.resource.label)} | {why} |"


def _properties(review: StackReview) -> Iterator[str]:
    changed = [one for one in review.resources if one.changes]
    if not changed:
        return
    yield "<details><summary>Property changes</summary>"
    yield ""
    yield "| Resource | Property | Before | After |"
    yield "| --- | --- | --- | --- |"
    for one in changed:
        for change in one.changes:
            cells = (code(one.resource.label), code(change.path), _value(change.old), _value(change.new))
            yield f"| {' | '.join(cells)} |"
    yield ""
    yield "</details>"


def _value(value: object) -> str:
    if value is None:
        return ""
    text = shown(value)
    return code(text) if len(text) <= _LONG else f"({len(text):,} characters)"


def _secrets(review: StackReview) -> Iterator[str]:
    if not (review.secrets or review.plain_secrets):
        return
    yield "#### Secret settings"
    yield ""
    if review.plain_secrets:
        keys = ", ".join(map(code, review.plain_secrets))
        yield f"- **In plain text:** {keys}. Encrypt with `pulumi config set --secret`, and change the value."
    if review.secrets:
        yield f"- Encrypted anew, values not looked at: {', '.join(map(code, review.secrets))}."


def code(text: str) -> str:
    """Return a text as inline code that also stands in a table."""
    flat = " ".join(text.split()).replace("|", "\\|")
    longest = max((len(run) for run in "".join(c if c == "`" else " " for c in flat).split()), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}" if flat else ""


def fence(text: str) -> str:
    """Return lines as a block of code."""
    longest = max((len(run) for run in "".join(c if c == "`" else " " for c in text).split()), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}text\n{text}\n{ticks}"


_MARKS = {ord(mark): f"\\{mark}" for mark in "\\|`*_[]~"} | {
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord("@"): "&#64;",
}


def _cell(text: str) -> str:
    """Return prose that is no Markdown, HTML or mention, for a table's cell too."""
    return " ".join(text.split()).translate(_MARKS)
