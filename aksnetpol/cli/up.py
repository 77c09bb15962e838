"""aksnetpol up"""

from pathlib import Path
from typing import Annotated

import typer

from aksnetpol.cli.console import confirm, out, print_json
from aksnetpol.cli.events import EventView
from aksnetpol.cli.options import DEFAULT_STACK, JsonOption, LocalOption, StackOption, YesOption
from aksnetpol.cli.preview import show
from aksnetpol.cli.target import workspace

PlanOption = Annotated[
    Path | None, typer.Option("--plan", metavar="FILE", help="Do what this plan says, and nothing else.")
]


def command(
    stack: StackOption = DEFAULT_STACK,
    local: LocalOption = False,
    json: JsonOption = False,
    yes: YesOption = False,
    plan: PlanOption = None,
) -> None:
    """Create or update a stack.

    With --plan, of a preview or a review that saved one, whatever goes beyond that plan is refused.

    Example: [bold]aksnetpol up --local -s dev[/bold]
    Example: [bold]aksnetpol up -s prod --plan prod.plan --yes[/bold]
    """
    target = workspace(stack, local=local)
    if not (local or yes):
        planned = target.preview()
        if not json:
            show(planned)
        if planned.changed:
            confirm(f"Change {len(planned.changed)} resources of stack {stack!r}?", yes=yes)
    with EventView(show=not json) as view:
        target.up(view, plan)
    if json:
        print_json(view.summary(stack))
    else:
        out.print(f"Stack {stack} is up: {view.sentence()}.")
