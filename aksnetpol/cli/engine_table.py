"""A plan on a terminal."""

from collections.abc import Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from aksnetpol.cli.console import out, table
from aksnetpol.engines.moves import Disturbance, Effect, Plan, Reason, Refusal, Step
from aksnetpol.words import times

_STYLES = {Effect.BLOCKS: "red", Effect.INTERRUPTS: "yellow", Effect.NOTE: ""}
_INDENT = (0, 0, 0, 3)


def show(found: Plan | Refusal) -> None:
    """Print a plan or a refusal."""
    if isinstance(found, Plan):
        _show_plan(found)
        return
    out.print(f"{found.cluster}: there is no way now from {found.live} to {found.wanted}.", style="red")
    _show_reasons(found.reasons)
    out.print(
        f"\nNearest is {found.nearest.goal}; different from the wish: {', '.join(found.unmet)}.", style="bold"
    )
    _show_plan(found.nearest)


def _show_plan(found: Plan) -> None:
    out.print(f"{found.cluster}: {found.live} -> {found.goal}", style="bold")
    if found.steps:
        _show_overview(found)
    else:
        out.print("Nothing to do.")
    for number, step in enumerate(found.steps, 1):
        out.print(f"\n{number}. {step.title}", style="bold")
        # A command must come off the terminal in one piece.
        out.print(f"   {step.command}", soft_wrap=True, style="cyan")
        out.print(Padding(_step(step, found.common_disturbances), _INDENT))
    for one in found.warnings:
        out.print(f"\n{one.message} {one.remedy}", style="yellow")


def _show_overview(found: Plan) -> None:
    rows = table("", "step", "sets", "nodes", "way back")
    for number, step in enumerate(found.steps, 1):
        sets = ", ".join(f"{leaf} {value}" for leaf, value in step.fields.items())
        nodes = "all reimaged" if step.reimages else "as they are"
        rows.add_row(f"{number}. {step.title}", sets, nodes, "none" if step.irreversible else "yes")
    out.print(rows)
    if found.detour is not None:
        out.print(f"The way {' + '.join(found.detour.moves)} is not open:")
        _show_reasons(found.detour.reasons)
    facts = _facts()
    facts.add_row("time", f"{found.duration}; each reimage {found.reimage}: {found.reimage.basis}")
    facts.add_row("reimages", times(found.reimages))
    _add_disturbances(facts, found.common_disturbances)
    out.print(facts)
    if not found.pods_checked:
        out.print("Pods that would hold a drain were not looked for: add --kubeconfig.", style="yellow")


def _show_reasons(reasons: Sequence[Reason]) -> None:
    for one in reasons:
        out.print(f"- {one.message} {one.remedy} ({one.source})")


def _step(step: Step, told: Sequence[Disturbance]) -> Table:
    rows = _facts()
    rows.add_row("needs", "\n".join(one.text for one in step.requirements))
    _add_disturbances(rows, [one for one in step.disturbances if one not in told])
    rows.add_row("policies", step.enforcement)
    for left in step.leaves_behind:
        rows.add_row("leaves", left)
    for note in step.notes:
        rows.add_row("know", note)
    rows.add_row("source", step.source)
    return rows


def _facts() -> Table:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    return rows


def _add_disturbances(rows: Table, found: Sequence[Disturbance]) -> None:
    for one in found:
        pods = f" Pods: {', '.join(one.pods)}." if one.pods else ""
        remedy = f" {one.remedy}" if one.remedy else ""
        text = Text(f"{one.subject}: {one.message}{pods}{remedy}", style=_STYLES[one.effect])
        rows.add_row(one.effect.value, text)
