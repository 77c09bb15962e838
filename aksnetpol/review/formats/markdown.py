"""A report as Markdown for a comment on a pull request: the verdict first, then only what changes.

Drawn from the published JSON, so that a report made elsewhere reads the same; nothing in it is trusted.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

from aksnetpol.policy import ChangeKind
from aksnetpol.report.connections.mermaid import escaped
from aksnetpol.report.escape import code, fence, prose
from aksnetpol.review.formats import schema
from aksnetpol.review.formats.comment import GITHUB_COMMENT, ICONS, Comment, Limit, Part, Section
from aksnetpol.review.formats.published import (
    changes,
    how_read,
    label,
    networking,
    place,
    port_set,
    report,
    resized,
    shown_names,
    word,
)
from aksnetpol.review.masking import shown
from aksnetpol.review.model import Operation, Review
from aksnetpol.words import counted

_LONG = 300  # characters of a value; a longer one is described
_ARROWS = 40  # of a picture; more are no picture any more
_ADDRESS = re.compile(r"https?://[\w.:-]+/[\w./?#&=%+,~:@!$*;'\[\]-]*", re.ASCII)


def render(review: Review | schema.Report, limit: Limit = GITHUB_COMMENT) -> str:
    """Return the report within a limit; parts that do not fit are named, not shown."""
    return comment(report(review) if isinstance(review, Review) else review).text(limit)


def comment(found: schema.Report, run: str = "") -> Comment:
    """Return what a pull request is told.

    Args:
        run: address of the page with the whole report.

    Raises:
        ValueError: a value that no review writes, such as an address that is none.
    """
    subject = f"Review of {code(found.head)} against {code(found.base)}"
    return Comment(subject, tuple(_section(one, run) for one in found.stacks))


def _section(stack: schema.Stack, run: str) -> Section:
    word = f"{stack.risk} risk" if stack.risk != "none" else "no change"
    row = f"| {code(stack.stack)} | {ICONS[stack.risk]} {word} | {prose(stack.headline)} |"
    return Section(stack.stack, stack.risk, row, tuple(_parts(stack, run)))


def _parts(stack: schema.Stack, run: str) -> Iterator[Part]:
    if not changes(stack):
        return
    link = quote(run, safe="/:?#&=%+,~@!$*;'") if _ADDRESS.fullmatch(run) else ""
    whole = f" · [whole report]({link})" if link else ""
    yield Part(0, "heading", f"### {_title(stack)}{whole}\n")
    if stack.problem:
        said = f"{code(stack.problem.revision)} cannot be {how_read(stack)}:"
        yield Part(1, "the problem", f"{said}\n\n{fence(stack.problem.message)}")
        return
    if stack.partial:
        told = "**Partial:** some manifests could not be read, so connections may be wrong.\n"
        yield Part(0, "warning", told)
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
        if lines := list(make(stack)):
            yield Part(rank, title, "\n".join(lines) + "\n")


def _title(stack: schema.Stack) -> str:
    if stack.manifests is None:
        return f"Stack {code(stack.stack)}"
    paths = ", ".join(map(code, stack.manifests.paths))
    return f"Manifests {paths} under the engine {code(stack.manifests.engine)}"


def _connections(stack: schema.Stack) -> Iterator[str]:
    if not stack.connections:
        if stack.policies:
            yield "#### Connections"
            yield ""
            edited = ", ".join(map(code, stack.policies))
            yield f"**No connection changes** for the pods known here, though policies do: {edited}."
        return
    yield "#### Connections"
    yield ""
    yield "| | Source | Destination | Ports | Risk | Because of |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in stack.connections:
        before, after = port_set(one.ports_before), port_set(one.ports_after)
        cells = (
            word(one),
            ", ".join(map(code, shown_names(one.source))),
            ", ".join(map(code, shown_names(one.destination))),
            code(f"{before} → {after}" if resized(one) else str(port_set(one.ports))),
            str(one.risk),
            "<br>".join(_causes(one)),
        )
        yield f"| {' | '.join(cells)} |"


def _causes(change: schema.Connections) -> Iterator[str]:
    for cause in change.causes:
        where = f" at {code(place(cause.location))}" if cause.location and cause.location.line else ""
        detail = f": {prose(cause.detail)}" if cause.detail else ""
        yield f"{cause.kind}: {code(cause.subject)}{detail}{where}"


def _picture(stack: schema.Stack) -> Iterator[str]:
    """Draw the flows between workloads that were there before: opened solid, closed dotted."""
    kinds = (ChangeKind.ADDED, ChangeKind.REMOVED)
    drawn = [one for one in stack.connections if one.kind in kinds]
    if not drawn or len(drawn) > _ARROWS:
        return
    numbers: dict[tuple[str, ...], int] = {}
    arrows: list[str] = []
    for one in drawn:
        source, destination = (
            numbers.setdefault(tuple(shown_names(side)), len(numbers))
            for side in (one.source, one.destination)
        )
        arrow = "-->" if one.kind is ChangeKind.ADDED else "-.->"
        text = f"{word(one)[2:]} {port_set(one.ports)}"
        arrows.append(f'  n{source} {arrow}|"{escaped((text,))}"| n{destination}')
    yield "```mermaid"
    yield "flowchart LR"
    yield from (f'  n{number}["{escaped(lines)}"]' for lines, number in numbers.items())
    yield from arrows
    yield "```"


def _engine(stack: schema.Stack) -> Iterator[str]:
    change = stack.engine
    if change is None:
        return
    yield "#### Engine"
    yield ""
    yield f"{networking(change.old)} → {networking(change.new)}."
    yield ""
    if isinstance(change.plan, schema.Refusal):
        yield "There is no way in place:"
        yield ""
        yield from (f"- {prose(one.message)} {prose(one.remedy)}" for one in change.plan.reasons)
        return
    for number, step in enumerate(change.plan.steps, 1):
        marks = [
            text
            for text, holds in (("reimages all nodes", step.reimages), ("no way back", step.irreversible))
            if holds
        ]
        remarks = f" ({', '.join(marks)})" if marks else ""
        yield f"{number}. {prose(step.title)}{remarks}. {prose(step.enforcement)}"
    if change.plan.reimages:
        time = change.plan.duration
        yield ""
        yield f"About {time.shortest_minutes} to {time.longest_minutes} minutes in all."


def _lint(stack: schema.Stack) -> Iterator[str]:
    if not (stack.lint.new or stack.lint.fixed):
        return
    yield "#### Lint"
    yield ""
    yield from (f"- **new {one.severity}** {_finding(one)}" for one in stack.lint.new)
    yield from (f"- fixed: {_finding(one)}" for one in stack.lint.fixed)
    if stack.lint.kept:
        yield f"- {counted(len(stack.lint.kept), 'older finding')} kept"


def _retirements(stack: schema.Stack) -> Iterator[str]:
    found = stack.retirements
    if not (found.new or found.fixed):
        return
    yield "#### Retirements"
    yield ""
    yield from (f"- **new** {_finding(one)}" for one in found.new)
    yield from (f"- no longer: {_finding(one)}" for one in found.fixed)
    if found.kept:
        yield f"- {counted(len(found.kept), 'older one')} kept"


def _finding(finding: schema.Finding) -> str:
    where = f"{code(place(finding.location))}: " if finding.location else ""
    said = f"{where}{prose(finding.message)}. {prose(finding.remedy)} ({code(finding.id)})"
    return said.replace("..", ".")


def _resources(stack: schema.Stack) -> Iterator[str]:
    if not stack.resources:
        return
    yield "#### Resources"
    yield ""
    yield "| | Resource | Why |"
    yield "| --- | --- | --- |"
    for one in stack.resources:
        forcing = [code(change.path) for change in one.changes if change.replaces]
        others = [code(change.path) for change in one.changes if not change.replaces]
        why = f"goes with {code(one.follows)}" if one.follows else ", ".join(forcing or others[:_ARROWS])
        mark = "⚠️ " if one.operation is Operation.REPLACE else ""
        yield f"| {mark}{one.operation} | {code(label(one))} | {why} |"


def _properties(stack: schema.Stack) -> Iterator[str]:
    changed = [one for one in stack.resources if one.changes]
    if not changed:
        return
    yield "<details><summary>Property changes</summary>"
    yield ""
    yield "| Resource | Property | Before | After |"
    yield "| --- | --- | --- | --- |"
    for one in changed:
        for change in one.changes:
            cells = (code(label(one)), code(change.path), _value(change.old), _value(change.new))
            yield f"| {' | '.join(cells)} |"
    yield ""
    yield "</details>"


def _value(value: object) -> str:
    if value is None:
        return ""
    text = shown(value)
    return code(text) if len(text) <= _LONG else f"({len(text):,} characters)"


def _secrets(stack: schema.Stack) -> Iterator[str]:
    if not (stack.secrets or stack.plain_secrets):
        return
    yield "#### Secret settings"
    yield ""
    if stack.plain_secrets:
        keys = ", ".join(map(code, stack.plain_secrets))
        yield f"- **In plain text:** {keys}. Encrypt with `pulumi config set --secret`, and change the value."
    if stack.secrets:
        yield f"- Encrypted anew, values not looked at: {', '.join(map(code, stack.secrets))}."
