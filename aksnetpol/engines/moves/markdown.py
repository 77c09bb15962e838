"""A plan as Markdown, for pull requests and guides."""

from collections.abc import Iterator, Sequence

from aksnetpol.engines.moves.disturbance import Disturbance
from aksnetpol.engines.moves.duration import Duration
from aksnetpol.engines.moves.plan import Plan, Refusal, Step
from aksnetpol.engines.moves.search import Reason
from aksnetpol.words import counted, times

_NOT_CHECKED = (
    "Nobody looked at the cluster's pods: budgets, webhooks and single replicas that would hold a drain are "
    "not in this plan. Add `--kubeconfig`."
)


def markdown(found: Plan | Refusal) -> str:
    """Return a plan or a refusal as GitHub-flavoured Markdown that ends in a newline."""
    blocks = _refusal(found) if isinstance(found, Refusal) else _plan(found)
    return "\n\n".join(blocks) + "\n"


def _plan(found: Plan) -> Iterator[str]:
    yield f"## Plan for {_text(found.cluster)}"
    yield f"From **{found.live}** to **{found.goal}**."
    if found.steps:
        yield from _overview(found)
    else:
        yield "The cluster is there already; nothing is to be done."
    for number, step in enumerate(found.steps, 1):
        yield from _step(number, step, found.common_disturbances)
    if found.warnings:
        yield "### Ends soon"
        yield _list([f"{one.message} {one.remedy} ({one.source})" for one in found.warnings])


def _overview(found: Plan) -> Iterator[str]:
    count = len(found.steps)
    order = ", one after the other" if count > 1 else ""
    time = f"about {found.duration} when nothing holds a drain"
    yield f"{counted(count, 'step')}{order}; all nodes are reimaged {times(found.reimages)}; {time}."
    rows = ["| step | sets | nodes | way back |", "|---|---|---|---|"]
    for number, step in enumerate(found.steps, 1):
        sets = ", ".join(f"`{leaf}: {value}`" for leaf, value in step.fields.items())
        nodes = "all reimaged" if step.reimages else "as they are"
        rows.append(
            f"| {number}. {step.title} | {sets} | {nodes} | {'none' if step.irreversible else 'yes'} |"
        )
    yield "\n".join(rows)
    if found.detour is not None:
        yield f"The way {' + '.join(found.detour.moves)} is not open:"
        yield _list([_reason(one) for one in found.detour.reasons])
    yield "Every step disturbs:" if count > 1 else "It disturbs:"
    yield _list([_disturbance(one) for one in found.common_disturbances])
    yield _time(found.reimage)
    if not found.pods_checked:
        yield _NOT_CHECKED


def _step(number: int, step: Step, told: Sequence[Disturbance]) -> Iterator[str]:
    yield f"### {number}. {step.title}"
    yield f"```bash\n{step.command}\n```"
    cli = f" Azure CLI {step.azure_cli} or newer." if step.azure_cli else ""
    yield f"{step.enforcement}{cli} Source: {step.source}."
    yield from _section("Needs", [f"{one.text} ({one.source})" for one in step.requirements])
    yield from _section("Disturbs", [_disturbance(one) for one in step.disturbances if one not in told])
    yield from _section("Leaves behind", step.leaves_behind)
    yield from _section("Know", step.notes)


def _time(each: Duration) -> str:
    held = (
        f" A drain that is held for {each.drain_timeout} minutes stops the operation; the same command, run "
        "again, goes on from there."
        if each.drain_timeout
        else ""
    )
    return f"One reimage takes {each}: {each.basis}.{held} ({each.source})"


def _refusal(found: Refusal) -> Iterator[str]:
    yield f"## No way for {_text(found.cluster)}"
    yield f"From **{found.live}** to **{found.wanted}** there is no way now:"
    yield _list([_reason(one) for one in found.reasons])
    differs = ", ".join(f"`{leaf}`" for leaf in found.unmet)
    yield f"Nearest is **{found.nearest.goal}**; {differs} stays different from the wish."
    yield from _plan(found.nearest)


def _reason(one: Reason) -> str:
    return f"{_text(one.message)} {_text(one.remedy)} ({one.source})"


def _disturbance(one: Disturbance) -> str:
    pods = f" Pods: {', '.join(f'`{pod}`' for pod in one.pods)}." if one.pods else ""
    remedy = f" {one.remedy}" if one.remedy else ""
    return f"**{one.effect}** {_text(one.subject)}: {one.message}{pods}{remedy} ({one.source})"


def _section(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"{title}:"
        yield _list(items)


def _list(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _text(value: str) -> str:
    """Names come from the cluster: they must not become markup."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>|" else char for char in value)
