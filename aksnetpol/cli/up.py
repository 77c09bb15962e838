"""aksnetpol up"""

from aksnetpol.cli.console import confirm, out, print_json
from aksnetpol.cli.events import EventView
from aksnetpol.cli.options import DEFAULT_STACK, JsonOption, LocalOption, StackOption, YesOption
from aksnetpol.cli.preview import show
from aksnetpol.cli.target import workspace


def command(
    stack: StackOption = DEFAULT_STACK,
    local: LocalOption = False,
    json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Create or update a stack.

    Example: [bold]aksnetpol up --local -s dev[/bold]
    """
    target = workspace(stack, local=local)
    if not (local or yes):
        planned = target.preview()
        if not json:
            show(planned)
        if planned.changed:
            confirm(f"Change {len(planned.changed)} resources of stack {stack!r}?", yes=yes)
    with EventView(show=not json) as view:
        target.up(view)
    if json:
        print_json(view.summary(stack))
    else:
        out.print(f"Stack {stack} is up: {view.sentence()}.")
