"""aksnetpol refresh"""

from aksnetpol.cli.console import out, print_json
from aksnetpol.cli.events import EventView
from aksnetpol.cli.options import DEFAULT_STACK, JsonOption, LocalOption, StackOption, TimeoutOption
from aksnetpol.cli.target import workspace


def command(
    stack: StackOption = DEFAULT_STACK,
    local: LocalOption = False,
    json: JsonOption = False,
    timeout: TimeoutOption = None,
) -> None:
    """Bring a stack's state in line with what is live; changes nothing in Azure.

    Example: [bold]aksnetpol refresh --local -s dev[/bold]
    """
    target = workspace(stack, local=local, timeout=timeout)
    with EventView(show=not json) as view:
        target.refresh(view)
    if json:
        print_json(view.summary(stack))
    else:
        out.print(f"Stack {stack} is refreshed: {view.sentence()}.")
