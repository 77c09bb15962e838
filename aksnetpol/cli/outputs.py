"""aksnetpol outputs"""

import json as text
from typing import Annotated

import typer

from aksnetpol.cli.console import out, print_json, table
from aksnetpol.cli.options import DEFAULT_STACK, JsonOption, LocalOption, StackOption
from aksnetpol.cli.target import workspace

_HIDDEN = "[secret]"
ShowSecretsOption = Annotated[bool, typer.Option("--show-secrets", help="Print secrets in clear.")]


def command(
    stack: StackOption = DEFAULT_STACK,
    local: LocalOption = False,
    json: JsonOption = False,
    show_secrets: ShowSecretsOption = False,
) -> None:
    """Print a stack's outputs, secrets hidden.

    Example: [bold]aksnetpol outputs --local -s dev --json[/bold]
    """
    found = workspace(stack, local=local).outputs()
    values = {one.name: _HIDDEN if one.secret and not show_secrets else one.value for one in found}
    if json:
        print_json(values)
        return
    rows = table("", "output", "value")
    for name, value in values.items():
        rows.add_row(name, value if isinstance(value, str) else text.dumps(value))
    out.print(rows)
