"""aksnetpol up"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aksnetpol.cli import probing
from aksnetpol.cli.console import confirm, out, print_json
from aksnetpol.cli.events import EventView
from aksnetpol.cli.options import (
    DEFAULT_STACK,
    JsonOption,
    LocalOption,
    StackOption,
    TimeoutOption,
    YesOption,
)
from aksnetpol.cli.preview_table import show
from aksnetpol.cli.target import workspace
from aksnetpol.deploy import plan_file
from aksnetpol.probe.target import exported
from aksnetpol.report import proof

if TYPE_CHECKING:
    from aksnetpol.deploy import StackWorkspace
    from aksnetpol.local.node.enforcement import Enforcement
    from aksnetpol.probe.proof import Proof

PlanOption = Annotated[
    Path | None, typer.Option("--plan", metavar="FILE", help="Do what this plan says, and nothing else.")
]
VerifyOption = Annotated[
    bool,
    typer.Option("--verify", help="Then prove the cluster's policies by connections, as verify policies."),
]


def command(
    stack: StackOption = DEFAULT_STACK,
    local: LocalOption = False,
    json: JsonOption = False,
    yes: YesOption = False,
    plan: PlanOption = None,
    verify: VerifyOption = False,
    timeout: TimeoutOption = None,
) -> None:
    """Create or update a stack.

    With --plan, of a preview or a review that saved one, whatever goes beyond that plan is refused.
    With --verify the exit code is 1 where the cluster does not do what its policies say, or where no
    pod runs that could prove it.

    Example: [bold]aksnetpol up --local -s dev[/bold]
    Example: [bold]aksnetpol up -s prod --plan prod.plan --yes[/bold]
    """
    target = workspace(stack, local=local, timeout=timeout)
    if plan:
        plan_file.check(plan, target.project, stack)
    # Refused before anything is changed, what could not be proved afterwards.
    enforced = probing.enforcement(target.local_home) if verify else None
    if not (local or yes):
        planned = target.preview()
        if not json:
            show(planned)
        if planned.changed:
            within = f" within plan {plan}" if plan else ""
            confirm(f"Change {len(planned.changed)} resources of stack {stack!r}{within}?", yes=yes)
    with EventView(show=not json) as view:
        target.up(view, plan)
    if not json:
        out.print(f"Stack {stack} is up: {view.sentence()}.")
    proved = _prove(target, enforced, show=not json) if verify else None
    if json:
        print_json({**view.summary(stack), **({"verify": proof.data(proved)} if proved else {})})
    if proved and not proved.agrees:
        raise typer.Exit(1)


def _prove(target: "StackWorkspace", enforced: "Enforcement | None", *, show: bool) -> "Proof":
    with exported({one.name: one.value for one in target.outputs()}, enforced) as probed:
        proved = probing.prove(probed)
    if show:
        probing.show(proved)
    return proved
